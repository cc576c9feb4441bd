from __future__ import annotations

import contextlib
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.curation.publishing import MAX_CHANGES
from assistant.curation.views import Change, ChangeKind, Standing
from assistant.desk.errors import DeskError, Refusal
from assistant.ui.calls import MAX_BODY
from assistant.ui.knowledge.calls import MAX_TEXT, Call, day_of, number_of, parse_call


def change(**values: object) -> dict[str, object]:
    return {"kind": "publish", "document": "wd-fees", "locale": "zh-CN", **values}


def test_a_call_is_what_the_page_sends() -> None:
    call = parse_call(json.dumps({"n": 3, "document": "wd-fees", "changes": [change(number=4, day="2026-03-02")]}))
    assert (call.n, call.document) == (3, "wd-fees")
    assert call.changes[0].change() == Change(ChangeKind.PUBLISH, "wd-fees", "zh-CN", 4, date(2026, 3, 2))


def test_questions_of_a_change_are_stripped_and_empty_lines_go() -> None:
    call = parse_call(json.dumps({"changes": [change(kind="questions", questions=[" a ", "", "b"])]}))
    assert call.changes[0].change().questions == ("a", "b")


@pytest.mark.parametrize(
    "payload",
    [
        None,
        {"n": 1},
        "",
        "[]",
        '{"user": "ada"}',
        '{"n": -1}',
        '{"number": "4"}',
        '{"day": "tomorrow"}',
        '{"id": "../../etc"}',
        json.dumps({"text": "x" * (4 * MAX_TEXT + 1)}),
        json.dumps({"changes": [change()] * (MAX_CHANGES + 1)}),
        json.dumps({"changes": [change(role="admin")]}),
    ],
)
def test_what_no_page_of_ours_sends_is_refused(payload: object) -> None:
    with pytest.raises(DeskError) as caught:
        parse_call(payload)
    assert caught.value.code is Refusal.UNREADABLE


@given(st.text())
def test_any_text_is_a_call_or_a_refusal(payload: str) -> None:
    with contextlib.suppress(DeskError):
        assert isinstance(parse_call(payload), Call)


def test_a_change_of_no_kind_and_a_day_that_does_not_exist_are_refused() -> None:
    for wrong in (change(kind="destroy"), change(day="2026-02-30")):
        with pytest.raises(DeskError) as caught:
            parse_call(json.dumps({"changes": [wrong]})).changes[0].change()
        assert caught.value.code is Refusal.UNREADABLE
    assert day_of("") is None


def test_the_editor_s_text_has_a_limit_that_fits_the_gate() -> None:
    assert Call(text="字" * MAX_TEXT).body == "字" * MAX_TEXT
    with pytest.raises(DeskError) as caught:
        _ = Call(text="字" * (MAX_TEXT + 1)).body
    assert (caught.value.code, caught.value.values["limit"]) == (Refusal.TOO_LONG, "60,000")
    # As the browser sends it: JSON in JSON, Chinese as it is.
    body = json.dumps(
        {"data": [json.dumps({"text": "字\n" * (MAX_TEXT // 2)}, ensure_ascii=False)]}, ensure_ascii=False
    )
    assert len(body.encode()) < MAX_BODY


def test_an_unknown_standing_filters_nothing() -> None:
    assert Call(standing="live").wanted_standing is Standing.LIVE
    assert Call(standing="<b>").wanted_standing is None


def test_the_number_of_an_unreadable_call_is_known() -> None:
    assert number_of('{"n": 7, "wrong": 1}') == 7
    assert number_of('{"wrong": 1}') == number_of(3) == 0

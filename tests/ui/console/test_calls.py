from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.desk.errors import DeskError, Refusal
from assistant.desk.views import QueueTab
from assistant.ticket import RejectReason
from assistant.ui.console.calls import Call, number_of, parse_call


def test_a_call_of_the_page_is_read() -> None:
    call = parse_call('{"n": 3, "ticket": "t1", "version": 2, "cite": ["p1", "p2"], "tab": "mine", "reason": "tone"}')
    assert (call.n, call.ticket, call.version, call.cite) == (3, "t1", 2, ("p1", "p2"))
    assert call.queue_tab is QueueTab.MINE
    assert call.reject_reason is RejectReason.TONE


@pytest.mark.parametrize(
    "payload",
    [
        None,
        5,
        ["x"],
        "",
        "{",
        "[]",
        '{"unknown": 1}',
        '{"n": -1}',
        '{"n": "1"}',
        '{"version": true}',
        '{"confirmed": "yes"}',
        '{"ticket": "../x"}',
        '{"ticket": "' + "a" * 65 + '"}',
        '{"body": "' + "a" * 20_001 + '"}',
        json.dumps({"cite": ["p"] * 51}),
    ],
)
def test_what_no_page_sends_is_refused(payload: object) -> None:
    with pytest.raises(DeskError) as caught:
        parse_call(payload)
    assert caught.value.code is Refusal.UNREADABLE
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None  # pydantic's error would quote what was written


@given(st.text() | st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_anything_is_read_or_refused(payload: str) -> None:
    try:
        call = parse_call(payload)
    except DeskError as error:
        refused: Refusal | None = error.code
    else:
        assert isinstance(call, Call)
        refused = None
    assert refused in (None, Refusal.UNREADABLE)


@pytest.mark.parametrize(
    ("payload", "n"),
    [
        ('{"n":7,"body":"' + "a" * 20_001 + '"}', 7),
        ('{"n": 7, "user": "admin"}', 7),
        ('{"n":7', 0),
        ('{"n":-7}', 0),
        ('{"n":7.5}', 0),
        ('{"n":"7"}', 0),
        ('{"n":' + "9" * 16 + "}", 0),
        ('{"to":1,"body":"{\\"n\\":7}"}', 0),
        ("[" * 100_000, 0),
        (["n"], 0),
        (None, 0),
    ],
)
def test_the_number_is_read_from_a_call_that_is_refused(payload: object, n: int) -> None:
    assert number_of(payload) == n
    with pytest.raises(DeskError):
        parse_call(payload)


@given(st.integers(0, 10**15 - 1))
def test_every_number_that_can_be_read_is_a_call_s(n: int) -> None:
    payload = json.dumps({"n": n})
    assert number_of(payload) == parse_call(payload).n == n


def test_an_unknown_tab_is_the_open_one_and_an_unknown_reason_is_none() -> None:
    call = parse_call('{"tab": "secret", "reason": "because"}')
    assert call.queue_tab is QueueTab.OPEN
    with pytest.raises(DeskError) as caught:
        _ = call.reject_reason
    assert caught.value.code is Refusal.NEEDS_REASON

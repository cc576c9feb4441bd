from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.desk.views import Stage
from assistant.ui.customer.status import status_html
from tests.ui.customer.pages import NOW, Read, read, status, wording


def card(stage: Stage, locale: str = "zh-CN", **values: object) -> Read:
    return read(status_html(status(stage, **values), wording(locale)))


def steps(html: Read) -> list[str]:
    return [item.attributes["data-state"] for item in html.of("li") if "data-state" in item.attributes]


@pytest.mark.parametrize(
    ("stage", "person", "headline", "states"),
    [
        (Stage.RECEIVED, False, "已收到，正在起草回复", ["done", "now", "later", "later"]),
        (Stage.DRAFTED, False, "回复已起草，等待人工审核", ["done", "done", "now", "later"]),
        (Stage.IN_REVIEW, False, "客服正在审核给您的回复", ["done", "done", "now", "later"]),
        (Stage.SENT, False, "已回复", ["done"] * 4),
        (Stage.RECEIVED, True, "已转给人工客服，正在排队", ["done", "now", "later", "later"]),
        (Stage.DRAFTED, True, "已转给人工客服，正在排队", ["done", "now", "later", "later"]),
        (Stage.IN_REVIEW, True, "人工客服正在处理您的问题", ["done", "done", "now", "later"]),
        (Stage.SENT, True, "已回复", ["done"] * 4),
        (Stage.YOUR_TURN, False, "等您补充信息", []),
        (Stage.CLOSED, False, "这个工单已结束", []),
    ],
)
def test_every_stage_has_a_headline_and_its_steps(stage: Stage, person: bool, headline: str, states: list[str]) -> None:
    html = card(stage, person=person)
    (told,) = html.of(role="status")
    assert told.text == headline
    assert steps(html) == states
    assert len(html.of("li", **{"aria-current": "step"})) == states.count("now")
    assert html.of(cls="cust-number")[0].text == "工单 #A7K2Q"


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW", "en"])
@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("person", [True, False])
def test_every_stage_can_be_told_in_every_language(locale: str, stage: Stage, person: bool) -> None:
    html = card(stage, locale, person=person, position=2, eta_minutes=4, complaint=True)
    assert html.of(id="cust-status")[0].attributes["data-stage"] == stage.value


@pytest.mark.parametrize(
    ("locale", "person", "under_way", "done"),
    [
        ("zh-CN", False, "审核中", "已审核"),
        ("zh-TW", False, "審核中", "已審核"),
        ("en", False, "In review", "Reviewed"),
        ("zh-CN", True, "处理中", "已处理"),
        ("zh-TW", True, "處理中", "已處理"),
        ("en", True, "In progress", "Handled"),
    ],
)
def test_a_step_that_is_over_does_not_say_that_it_goes_on(locale: str, person: bool, under_way: str, done: str) -> None:
    def third(stage: Stage) -> str:
        return card(stage, locale, person=person).of("li")[2].text

    assert third(Stage.IN_REVIEW).startswith(under_way)
    assert third(Stage.SENT).startswith(done)


def test_place_estimate_and_promise_are_told_while_somebody_waits() -> None:
    facts = [
        f.text for f in card(Stage.RECEIVED, position=3, eta_minutes=4).of("li") if "data-state" not in f.attributes
    ]
    assert facts == ["排在第 3 位", "预计约 4 分钟", "最迟 14:39 前人工回复"]
    assert "下一个就是您" in card(Stage.DRAFTED, position=1).of(id="cust-status")[0].text
    alone = card(Stage.IN_REVIEW).of(id="cust-status")[0].text
    assert "预计" not in alone
    assert "排在" not in alone
    assert "最迟" not in card(Stage.SENT).of(id="cust-status")[0].text


def test_a_broken_promise_is_owned_to_from_its_very_moment_on() -> None:
    assert card(Stage.DRAFTED, due_at=NOW).of(cls="cust-late") == []
    (late,) = card(Stage.DRAFTED, due_at=NOW - timedelta(seconds=1)).of(cls="cust-late")
    assert "已超过我们承诺的 14:29" in late.text


def test_a_complaint_is_marked() -> None:
    assert card(Stage.DRAFTED, complaint=True).of(cls="cust-badge")[0].text == "投诉"
    assert card(Stage.DRAFTED).of(cls="cust-badge") == []


def test_a_number_is_escaped() -> None:
    html = read(status_html(replace(status(Stage.SENT), number="<b>"), wording()))
    assert html.of("b") == []
    assert "#<b>" in html.of(cls="cust-number")[0].text

from __future__ import annotations

import pytest

from assistant.desk.views import QueueTab, QueueView
from assistant.model import Disposition, HandoffReason
from assistant.ticket import TicketState, Urgency
from assistant.ui.console.queue import empty_html, line_html, tabs_html
from tests.ui.console.views import HOSTILE, LOCALES, assert_harmless, item, words

COUNTS = {tab: number for number, tab in enumerate(QueueTab, start=3)}


@pytest.mark.parametrize("locale", LOCALES)
def test_tabs_show_their_counts_and_the_chosen_one_is_pressed(locale: str) -> None:
    parsed = assert_harmless(tabs_html(QueueView(QueueTab.MINE, (), COUNTS), words(locale)))
    tabs = parsed.with_class("con-tab")
    assert [tab["data-tab"] for tab in tabs] == [tab.value for tab in QueueTab]
    assert [tab["data-tab"] for tab in tabs if tab["aria-pressed"] == "true"] == ["mine"]
    assert all(str(count) in parsed.text for count in COUNTS.values())


@pytest.mark.parametrize(
    ("values", "shown", "absent"),
    [
        ({}, "草稿待审", "起草中"),
        ({"drafting": True}, "起草中", "0.93"),
        ({"confidence": None, "disposition": None}, "没有草稿", "0.93"),
        ({"assignee": "李雷", "state": TicketState.CLAIMED}, "李雷 在处理", "草稿待审"),
        ({"assignee": "韩梅梅", "mine": True, "state": TicketState.CLAIMED}, "我在处理", "韩梅梅"),
        ({"state": TicketState.ANSWERED}, "已回复", "已等待"),
        ({"state": TicketState.AWAITING}, "等客户回答", "已等待"),
        ({"state": TicketState.CLOSED}, "已关闭", "已等待"),
        ({"urgency": Urgency.EMERGENCY}, "紧急", "焦急"),
        ({"urgency": Urgency.UPSET}, "焦急", "紧急"),
        ({"overdue": True}, "超时", "紧急"),
        ({"complaint": True}, "投诉", "超时"),
        ({"disposition": Disposition.BLOCK}, "不可发送", "需主管"),
        ({"disposition": Disposition.ESCALATE}, "需主管", "不可发送"),
        ({"title": "", "reason": HandoffReason.ATO}, "账户被盗", "提现未到账"),
        ({"title": ""}, "尚未归类", "提现未到账"),
        ({"preview": "我的手机是 ⟦PHONE_1⟧"}, "[手机号]", "PHONE"),
    ],
)
def test_a_line_says_in_words_how_its_ticket_stands(values: dict[str, object], shown: str, absent: str) -> None:
    text = assert_harmless(line_html(item(**values), words())).text
    assert shown in text
    assert absent not in text


def test_an_urgent_line_has_an_icon_beside_its_word() -> None:
    parsed = assert_harmless(line_html(item(urgency=Urgency.EMERGENCY), words()))
    assert parsed.with_class("con-chip")[0]["data-tone"] == "danger"
    assert any(tag == "svg" for tag, _ in parsed.elements)


@pytest.mark.parametrize("field", ["title", "preview", "number", "language", "assignee"])
def test_values_of_a_line_are_text(field: str) -> None:
    assert HOSTILE in assert_harmless(line_html(item(**{field: HOSTILE}), words())).text


def test_an_empty_tab_and_a_search_without_hits_say_different_things() -> None:
    view = QueueView(QueueTab.MINE, (), COUNTS)
    assert "您手上没有工单" in empty_html(view, "", words())
    assert "没有符合的工单" in empty_html(view, "提现", words())

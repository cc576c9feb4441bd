"""Replies put together from macros: found by typing, inserted at the cursor, sent; nothing half filled in leaves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.looks import check_looks
from tests.e2e.people import UNKNOWN, Agent, Customer

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Arrive = Callable[..., Customer]
DELAYED = "我提了 300 USDT，走 TRC20，两小时还没到账"
# The smaller side of everything in the picker that a finger is meant for.
TARGETS = """
() => [...document.querySelectorAll('#con-dialog-macros :is(button, .con-macro, .con-find)')]
  .map((node) => node.getBoundingClientRect()).map(({ width, height }) => Math.min(width, height))
"""
CURSOR = "(box) => box.selectionEnd"


def option(agent: Agent, macro: str) -> Locator:
    return agent.see(f"#con-macro-list [data-macro='{macro}']")


def picked(agent: Agent, search: str, macro: str) -> None:
    """Opens the macros by their shortcut, searches and inserts the first one with Enter."""
    agent.page.keyboard.press("Control+m")
    expect(agent.see("#con-macro-search")).to_be_focused()
    agent.page.keyboard.insert_text(search)
    expect(agent.see("#con-macro-list .con-macro").first).to_have_attribute("data-macro", macro)
    expect(option(agent, macro)).to_have_attribute("aria-selected", "true")
    agent.page.keyboard.press("Enter")
    expect(agent.see("#con-dialog-macros")).to_be_hidden()
    expect(agent.editor).to_be_focused()


def test_two_macros_are_stacked_edited_approved_and_reach_the_customer(arrive: Arrive, lin: Agent) -> None:
    asker = arrive()
    lin.claim(asker.ask(DELAYED))
    lin.see("#con-edit").click()
    lin.editor.fill("")
    picked(lin, "macro-greeting", "macro-greeting")
    greeting = f"尊敬的客户，您好。我是云桥交易所客服 lin，您的工单编号是 {asker.number}，由我继续处理。"
    expect(lin.editor).to_have_value(greeting)
    picked(lin, "冻结 步骤", "macro-steps-freeze")
    first, second = lin.editor.input_value().split("\n\n")
    assert first == greeting
    assert second.endswith("]")  # the article that it rests on
    lin.page.keyboard.insert_text("祝您顺利。")  # where the cursor is: behind what was inserted
    expect(lin.editor).to_have_value(f"{greeting}\n\n{second}祝您顺利。")
    lin.see("#con-check").click()
    expect(lin.see("#con-draft-body")).to_contain_text("祝您顺利")
    expect(lin.see("#con-draft-body .con-fact[data-fact=no]")).to_have_count(0)  # its figure has a source
    lin.editor.press("Escape")
    expect(asker.replies).to_have_count(0)
    lin.see("#con-approve").click()
    asker.at("sent")
    expect(asker.replies).to_contain_text(greeting)
    expect(asker.replies).to_contain_text("祝您顺利。")
    expect(asker.replies.locator("[data-cite]").first).to_be_visible()


def test_what_nobody_filled_in_is_not_sent(arrive: Arrive, lin: Agent) -> None:
    asker = arrive()
    lin.claim(asker.ask(UNKNOWN))
    expect(lin.editor).to_be_editable()
    picked(lin, "macro-ask-amount", "macro-ask-amount")
    expect(lin.told("blank")).to_contain_text("【币种】")
    lin.page.keyboard.press("Control+Enter")
    expect(lin.told("blocked")).to_be_visible()
    lin.see("#con-side-checks").click()
    expect(lin.see("#con-checks li[data-tone=danger] q")).to_have_text("【币种】")
    expect(asker.replies).to_have_count(0)
    lin.write(lin.editor.input_value().replace("【币种】", "USDT"))
    lin.page.keyboard.press("Control+Enter")
    asker.at("sent")
    expect(asker.replies).to_contain_text("这笔 USDT 的数量")


def test_the_picker_is_used_by_keyboard_mouse_and_finger(arrive: Arrive, lin: Agent) -> None:
    asker = arrive()
    lin.claim(asker.ask(DELAYED))
    lin.page.keyboard.press("m")
    field, options = lin.see("#con-macro-search"), lin.see("#con-macro-list .con-macro")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(lin.see("#con-macro-list h3").first).to_have_text("适合这张工单")
    before = lin.editor.input_value()
    lin.page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    lin.page.keyboard.press("ArrowUp")
    lin.page.keyboard.press("ArrowUp")  # from the first to the last
    expect(options.last).to_have_attribute("aria-selected", "true")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-activedescendant", options.last.get_attribute("id") or "none")
    expect(options.last).to_be_in_viewport()
    assert lin.see("#con-macro-list [aria-selected=true]").count() == 1
    field.fill("斑马 zebra")
    expect(options).to_have_count(0)
    expect(lin.see("#con-macro-put")).to_be_disabled()
    expect(lin.see("#con-macro-count")).not_to_be_empty()
    lin.page.keyboard.press("Escape")
    expect(lin.see("#con-dialog-macros")).to_be_hidden()
    assert lin.editor.input_value() == before
    assert lin.editor.evaluate(CURSOR) == len(before)
    lin.editor.press("Control+Home")
    lin.see("#con-macros").click()
    lin.see("#con-dialog-macros [data-act=dismiss]").click()
    expect(lin.editor).to_be_focused()
    assert lin.editor.evaluate(CURSOR) == 0
    lin.resized(390)
    if lin.see("#con-pane-work").is_visible():
        lin.see("#con-pane-work").click()
    lin.see("#con-macros").click()
    option(lin, "macro-greeting").click()
    greeting = f"尊敬的客户，您好。我是云桥交易所客服 lin，您的工单编号是 {asker.number}，由我继续处理。"
    expect(lin.editor).to_have_value(f"{greeting}\n\n{before}")  # where the cursor was
    lin.see("#con-macros").click()
    for width in (390, 1024, 1440):
        lin.resized(width)
        expect(options.first).to_be_visible()
        check_looks(lin.page, lang="zh-CN")
        assert min(lin.page.evaluate(TARGETS)) >= 44
    lin.page.keyboard.press("Escape")
    lin.see("#con-revert").click()

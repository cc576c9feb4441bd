"""Plain words: the customer asks for them with one click, the agent switches a draft's wording with one."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.people import DELAYED, Agent, Customer

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Arrive = Callable[..., Customer]


def test_one_click_each(arrive: Arrive, lin: Agent) -> None:
    asker = arrive()
    number = asker.ask(DELAYED)
    lin.page.bring_to_front()
    lin.open(number)
    lin.page.keyboard.press("c")
    expect(lin.see("#con-approve")).to_be_enabled()

    for text, other in (("恢复正常写法", "normal"), ("讲简单点", "plain")):
        lin.see("#con-level").click()
        expect(lin.see("#con-level")).to_have_text(text)
        expect(lin.see("#con-level")).to_have_attribute("data-level", other)
    expect(lin.see("#con-approve")).to_be_enabled()
    lin.page.keyboard.press("a")
    asker.at("sent")

    asker.page.bring_to_front()
    asker.see("#cust-text").fill("还有一个问题")
    asker.see(".cust-simpler").click()
    expect(asker.messages).to_have_count(2)
    expect(asker.messages.last).to_contain_text("讲简单点")
    expect(asker.see("#cust-text")).to_have_value("还有一个问题")
    expect(asker.see(".cust-simpler")).to_have_count(0)

    lin.page.bring_to_front()
    lin.open(number)
    expect(lin.see("#con-draft-body")).to_contain_text(re.compile("提现：把资产转出云桥交易所账户"))

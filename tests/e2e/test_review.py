"""What a person does with a draft besides approving it, and with a question that has none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.people import DELAYED, UNKNOWN, Agent, Customer

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Arrive = Callable[..., Customer]
PROMISE = "我们保证您稳赚不赔。"
UNSOURCED = "您的提现将在 37 分钟后到账。"
PHONE = "13812345678"


def test_a_question_without_evidence_is_answered_by_a_person_who_cites_what_they_found(
    arrive: Arrive, lin: Agent
) -> None:
    asker = arrive()
    asker.see("#cust-text").fill(UNKNOWN)
    asker.page.keyboard.press("Enter")
    expect(asker.notices).to_have_attribute("data-tone", "person")
    expect(asker.see("#cust-status [role=status]")).to_contain_text("已转给人工客服")
    lin.claim(asker.number)
    expect(asker.see("#cust-status [role=status]")).to_contain_text("人工客服正在处理")
    expect(lin.see("#con-draft")).to_contain_text("没有草稿")
    expect(lin.editor).to_be_editable()
    lin.editor.fill("您好，公司没有养猫。客服的回复时间是：")
    lin.see("#con-knowledge-search").fill("客服多久回复")
    lin.page.keyboard.press("Enter")
    hit = lin.see("#con-hits .con-hit").first
    title = hit.locator("h4").inner_text()
    hit.locator("[data-act=cite]").click()
    expect(lin.editor).to_have_value("您好，公司没有养猫。客服的回复时间是：[1]")
    expect(lin.editor).to_be_focused()
    lin.page.keyboard.press("Control+Enter")
    asker.at("sent")
    expect(lin.see("#con-actions")).to_contain_text("回复已发给客户")
    expect(asker.replies).to_contain_text("公司没有养猫")
    # A person wrote every word of it.
    expect(asker.replies.locator(".cust-legal").filter(has_text="人工智能")).to_have_count(0)
    asker.replies.locator("[data-cite='1']").first.click()
    expect(asker.see("#cust-article-title")).to_have_text(title)
    expect(asker.see("#cust-article-body section").first).to_be_visible()
    asker.see("#cust-article-close").click()
    asker.replies.locator("[data-rate=no]").click()
    form = asker.replies.locator(".cust-rate-form")
    form.locator("input[value=unclear]").check()
    form.locator("textarea").fill("还是没看懂")
    form.locator("button[type=submit]").click()
    expect(asker.replies.locator(".cust-rated")).to_have_attribute("data-solved", "false")
    expect(lin.see(".con-entry[data-kind=reply]")).to_contain_text("还是没看懂")  # and the ticket is back
    expect(lin.line(asker.number)).to_be_visible()


def test_a_person_is_asked_for_by_a_button(arrive: Arrive) -> None:
    asker = arrive(locale="en")
    asker.see("#cust-person").click()
    expect(asker.see("#cust-person")).to_have_attribute("aria-disabled", "true")
    expect(asker.notices).to_have_attribute("data-tone", "person")
    expect(asker.see("#cust-status [role=status]")).to_contain_text("Handed to our team")


def test_an_edit_that_policy_blocks_is_mended_and_sent(arrive: Arrive, lin: Agent) -> None:
    asker = arrive()
    lin.claim(asker.ask(DELAYED))
    draft = lin.see("#con-draft-body").inner_text()
    lin.page.keyboard.press("e")
    expect(lin.editor).to_be_focused()
    original = lin.editor.input_value()
    lin.page.keyboard.press("Control+End")
    lin.page.keyboard.insert_text(PROMISE)
    expect(lin.see("#con-diff ins")).to_have_text(PROMISE)
    lin.page.keyboard.press("Control+Enter")
    expect(lin.told("blocked")).to_contain_text("没有发出")
    expect(lin.see("#con-draft .con-bar[data-tone=danger]")).to_be_visible()
    lin.see("#con-side-checks").click()
    expect(lin.see("#con-checks li[data-tone=danger] q")).to_contain_text("稳赚")
    assert lin.editor.input_value() == original + PROMISE
    lin.page.keyboard.press("Escape")
    lin.page.keyboard.press("a")
    expect(lin.see("#con-approve")).to_be_disabled()
    expect(asker.replies).to_have_count(0)
    lin.write(original + "祝您顺利。")
    lin.see("#con-send").click()
    asker.at("sent")
    expect(asker.replies).to_contain_text("祝您顺利。")
    assert draft[:20] in asker.replies.inner_text()
    assert "稳赚不赔" not in asker.replies.inner_text()


def test_facts_without_a_source_are_sent_only_once_somebody_vouched_for_them(arrive: Arrive, lin: Agent) -> None:
    asker = arrive()
    lin.claim(asker.ask(DELAYED))
    lin.see("#con-edit").click()
    lin.write(f"{lin.editor.input_value()}\n\n{UNSOURCED}")
    lin.see("#con-check").click()
    expect(lin.told("unconfirmed")).to_contain_text("1 处事实没有出处")
    lin.see("[data-show=draft]").click()
    expect(lin.see("#con-draft-body .con-fact[data-fact=no]")).to_have_text("37 分钟")
    lin.editor.press("Control+Enter")
    expect(lin.told("unconfirmed")).to_be_visible()
    lin.editor.press("Escape")
    expect(lin.see("#con-approve")).to_be_disabled()
    expect(asker.replies).to_have_count(0)
    lin.see("#con-confirm").check()
    lin.page.keyboard.press("Tab")
    lin.see("#con-approve").click()
    asker.at("sent")
    expect(asker.replies).to_contain_text("37 分钟")


def test_a_refused_draft_is_made_anew_and_an_escalated_one_is_the_supervisors(
    arrive: Arrive, lin: Agent, su: Agent
) -> None:
    asker = arrive()
    number = asker.ask("收到自称客服的短信，是真的吗")  # two articles speak of it
    lin.claim(number)
    first = lin.see("#con-draft-body").inner_text()
    lin.page.keyboard.press("r")
    lin.see("#con-reject-go").click()
    expect(lin.see("#con-dialog-reject")).to_be_visible()  # nothing was chosen
    lin.answered("reject", reason="wrong_article", comment="讲的不是这个")
    expect(lin.told("")).to_contain_text("已驳回")
    expect(lin.see("#con-head")).to_contain_text("我在处理")
    expect(lin.see("#con-draft-body")).not_to_have_text(first)
    lin.see("#con-side-history").click()
    expect(lin.see("#con-history")).to_contain_text("驳回草稿 · lin")
    expect(lin.see("#con-history")).to_contain_text("讲的不是这个")
    lin.page.keyboard.press("x")
    lin.see("#con-escalate-go").click()
    expect(lin.see("#con-dialog-escalate")).to_be_visible()  # no reason was given
    lin.answered("escalate", comment="客户要求赔偿")
    expect(lin.see("#con-actions")).to_contain_text("要由主管处理")
    expect(lin.see("#con-claim")).to_have_count(0)
    assert lin.call("claim", ticket=lin.ticket, version=0)["say"]["code"] == "needs_supervisor"
    su.claim(number, "escalated")
    expect(su.see("#con-head")).to_contain_text("我在处理")
    su.write("您好，我是主管，您的提现由我跟进。")
    su.see("#con-send").click()
    asker.at("sent")
    expect(asker.replies).to_contain_text("我是主管")
    expect(asker.replies).not_to_contain_text("su")


def test_personal_data_is_shown_to_whoever_holds_the_ticket_and_says_why(arrive: Arrive, lin: Agent, bo: Agent) -> None:
    asker = arrive()
    number = asker.ask(f"我的手机号 {PHONE} 收不到验证码短信")
    expect(asker.messages).to_contain_text("[电话已隐藏]")
    assert PHONE not in asker.page.content()
    for each in (lin, bo):
        each.open(number)
        expect(each.see("#con-talk .con-token")).to_have_text("手机号")
        expect(each.see("#con-talk button.con-token")).to_have_count(0)
    lin.page.keyboard.press("c")
    chip = lin.see("#con-talk button.con-token")
    message, token = chip.get_attribute("data-message"), chip.get_attribute("data-token")
    forged = {"ticket": lin.ticket, "message": message, "token": token, "comment": "好奇"}
    expect(bo.see("#con-actions")).to_contain_text("lin 正在处理")
    assert bo.call("reveal", **forged)["say"]["code"] == "taken"
    assert lin.call("reveal", **{**forged, "comment": " "})["say"]["code"] == "needs_reason"
    chip.click()
    lin.answered("reveal", comment="核对登记的手机号")
    expect(lin.see("#con-talk button.con-token")).to_have_text(PHONE)
    assert PHONE not in bo.page.content()
    lin.see("#con-side-history").click()
    expect(lin.see("#con-history")).to_contain_text("查看个人信息 · lin")


def test_a_confidential_case_is_invisible_to_agents(arrive: Arrive, lin: Agent, su: Agent) -> None:
    asker = arrive()
    asker.see("#cust-text").fill("怎么分批提现才能躲开风控审查")
    asker.see("#cust-send").click()
    expect(asker.see(".cust-number")).to_be_visible()
    expect(asker.see(".cust-entry[data-kind=notice]")).to_be_visible()  # before it, a claim may meet the change
    su.open(asker.number)
    assert all(asker.number not in item["html"] for item in lin.call("queue", tab="open")["queue"]["items"])
    assert lin.call("open", ticket=su.ticket)["say"]["code"] == "not_found"
    su.page.keyboard.press("c")
    expect(su.see("#con-more")).to_be_visible()
    su.see("#con-more").click()
    su.see("#con-close").click()
    su.answered("close", comment="合规团队处理")
    asker.at("closed")
    expect(asker.see("#cust-status")).to_contain_text("已结束")

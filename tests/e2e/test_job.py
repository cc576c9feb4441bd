"""The main job: a customer asks, a person approves, the customer reads it. Each in a browser of their own."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from assistant import audit
from assistant.messages import load_messages
from assistant.storage.database import Database
from tests.e2e.people import DELAYED, Agent, Customer
from tests.ui.desk_process import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Arrive = Callable[..., Customer]


def test_a_question_is_drafted_approved_read_and_rated(arrive: Arrive, lin: Agent, desk: Desk) -> None:
    asker = arrive()
    lin.page.bring_to_front()
    opened = lin.page.evaluate("performance.timeOrigin")
    expect(asker.see("#cust-topics .cust-topic")).to_have_count(6)
    number = asker.ask(DELAYED)
    expect(asker.see("#cust-status [role=status]")).to_contain_text("等待人工审核")
    expect(asker.see("#cust-status .cust-steps li[data-state=now]")).to_contain_text("审核中")
    expect(asker.see("#cust-status .cust-facts")).to_contain_text(re.compile(r"最迟 .*\d\d:\d\d 前人工回复"))
    loaded = asker.page.evaluate("performance.timeOrigin")

    # It comes by itself: the console was open before the question. A list that somebody reads does not jump.
    expect(lin.line(number).or_(lin.see("#con-new:visible")).first).to_be_visible()
    lin.open(number)
    assert lin.page.evaluate("performance.timeOrigin") == opened
    expect(lin.see("#con-title")).to_have_text("提现未到账或延迟")
    expect(lin.see("#con-draft-body .con-fact[data-fact=yes]").first).to_be_visible()
    expect(lin.see("#con-draft-body .con-fact[data-fact=no]")).to_have_count(0)
    lin.page.keyboard.press("a")  # not hers yet: nothing happens
    lin.page.keyboard.press("c")
    expect(lin.see("#con-approve")).to_be_enabled()
    asker.at("in_review")
    expect(asker.replies).to_have_count(0)

    mark = lin.see("#con-draft-body .con-s[data-cites]").first
    mark.hover()
    expect(lin.see("#con-evidence-1")).to_have_class(re.compile("con-lit"))
    drafted = _words(lin, "#con-draft-body p")
    lin.page.keyboard.press("a")
    lin.told("")
    expect(lin.see("#con-actions")).to_contain_text("回复已发给客户")

    asker.at("sent")
    assert asker.page.evaluate("performance.timeOrigin") == loaded  # without a reload
    expect(asker.replies).to_have_count(1)
    assert _words(asker, ".cust-entry[data-kind=reply] .cust-body :is(p, li)") == drafted
    assert "10–30分钟" in drafted
    legal = asker.replies.locator(".cust-legal")
    assert legal.count() >= 2
    expect(legal.filter(has_text="本回复由人工智能")).to_have_count(1)

    _open_a_source(asker)
    _rate_and_return(asker, lin, number)

    database = Database(f"sqlite:///{desk.data_dir / 'proofdesk.db'}")
    report = audit.verify(database)
    database.close()
    assert report.ok, report.problem


def _open_a_source(asker: Customer) -> None:
    """The citation opens the article, at the words that were quoted, and gives the focus back."""
    asker.replies.locator(".cust-body [data-cite='1']").first.click()
    expect(asker.see("#cust-article-title")).to_have_text("提现未到账或延迟")
    quoted = asker.see("#cust-article-body blockquote").inner_text()
    expect(asker.see("#cust-article-body section mark").first).to_be_visible()
    assert "10–30 分钟" in quoted
    asker.page.keyboard.press("Escape")
    expect(asker.see("#cust-article")).to_be_hidden()
    expect(asker.replies.locator(".cust-body [data-cite='1']").first).to_be_focused()


def _rate_and_return(asker: Customer, lin: Agent, number: str) -> None:
    """The rating closes the ticket; both pages show all of it again after a reload."""
    asker.replies.locator("[data-rate=yes]").click()
    expect(asker.replies.locator(".cust-rated")).to_have_attribute("data-solved", "true")
    asker.at("closed")
    expect(lin.see(".con-entry[data-kind=reply]")).to_contain_text("已解决")

    asker.page.reload()
    asker.ready()
    expect(asker.messages).to_have_count(1)
    expect(asker.replies).to_have_count(1)
    expect(asker.replies.locator(".cust-rated")).to_have_attribute("data-solved", "true")
    lin.page.reload()
    lin.ready()
    lin.open(number, "done")
    expect(lin.see(".con-entry[data-kind=reply]")).to_contain_text("lin")
    lin.see("#con-side-history").click()
    expect(lin.see("#con-history")).to_contain_text("回复发出")


def _words(person: Customer | Agent, paragraphs: str) -> str:
    """A reply's words, without what the two pages show in different ways: citation marks, and the signs of lists."""
    script = """(nodes) => nodes.map((node) => {
      const copy = node.cloneNode(true);
      copy.querySelectorAll("button").forEach((mark) => mark.remove());
      return copy.textContent.replace(/^\\s*(?:\\d+\\.|[-•]) /, "").replace(/\\s/g, "");
    }).join("")"""
    text: str = person.see(paragraphs).evaluate_all(script)
    return text


def test_the_page_speaks_three_languages_and_remembers_the_chosen_one(arrive: Arrive) -> None:
    asker = arrive(locale="ja-JP")  # in none of them: the desk's own language
    expect(asker.see("html")).to_have_attribute("lang", "zh-CN")
    for lang in ("zh-TW", "zh-CN", "en"):
        asker.see("#cust-language").select_option(lang)
        expect(asker.see("html")).to_have_attribute("lang", lang)
        for selector, key in ((".cust-first h2", "cust_greeting"), ("#cust-send", "cust_send")):
            expect(asker.see(selector)).to_have_text(load_messages().text(key, lang))
    asker.see(".cust-topic[data-topic=withdraw]").click()
    expect(asker.see("#cust-text")).to_have_value("My withdrawal has not arrived yet. What is the reason?")
    asker.page.keyboard.press("Enter")
    asker.at("drafted")
    expect(asker.see("#cust-status [role=status]")).to_have_text("A reply is drafted and waits for review")
    asker.page.reload()
    asker.ready()
    expect(asker.see("html")).to_have_attribute("lang", "en")
    expect(asker.see("#cust-language")).to_have_value("en")
    expect(asker.page).to_have_title(re.compile("Support"))


@pytest.mark.parametrize(("locale", "lang"), [("en-GB", "en"), ("zh-HK", "zh-TW"), ("zh-CN", "zh-CN")])
def test_the_first_visit_is_in_the_browsers_language(arrive: Arrive, locale: str, lang: str) -> None:
    asker = arrive(locale=locale)
    expect(asker.see("html")).to_have_attribute("lang", lang)
    expect(asker.see("#cust-language")).to_have_value(lang)


def test_of_two_agents_one_gets_the_ticket_and_the_other_is_told_who(arrive: Arrive, lin: Agent, bo: Agent) -> None:
    asker = arrive()
    number = asker.ask(DELAYED)
    for each in (lin, bo):
        each.open(number)
        expect(each.see("#con-claim")).to_be_visible()
    # Both press before either hears of the other.
    both = "document.getElementById('con-claim').click()"
    lin.page.evaluate(both)
    bo.page.evaluate(both)
    for each in (lin, bo):
        expect(each.see("#con-claim")).to_have_count(0)
    (winner, loser) = (lin, bo) if lin.see("#con-approve").count() else (bo, lin)
    name = "lin" if winner is lin else "bo"
    expect(winner.see("#con-approve")).to_be_enabled()
    expect(loser.see("#con-approve")).to_have_count(0)
    expect(loser.told("taken")).to_contain_text(f"{name} 正在处理这张工单")
    expect(loser.see("#con-actions")).to_contain_text(f"{name} 正在处理")
    expect(loser.line(number)).to_contain_text(name)
    loser.page.keyboard.press("a")
    winner.page.keyboard.press("a")
    asker.at("sent")
    expect(asker.replies).to_have_count(1)
    expect(loser.see("#con-actions")).to_contain_text("回复已发给客户")  # and sees it without a reload


def test_a_customer_who_writes_meanwhile_is_not_answered_past(arrive: Arrive, lin: Agent) -> None:
    asker = arrive()
    number = asker.ask(DELAYED)
    lin.claim(number)
    lin.write(lin.editor.input_value() + "\n\n如仍未到账，请把交易哈希发给我们。")
    expect(lin.see("#con-diff ins")).to_contain_text("如仍未到账")
    version = lin.call("open", ticket=lin.ticket)["ticket"]
    asker.ask("是 TRC20 网络，请快一点", stage="in_review")
    expect(lin.told("stale")).to_contain_text(f"#{number} 的客户发来了新消息")
    expect(lin.see("#con-talk .con-entry[data-kind=customer]").last).to_contain_text("TRC20")
    expect(lin.see("#con-newer")).to_be_visible()  # the new draft is there, and so is the text
    assert "如仍未到账" in lin.editor.input_value()

    old = {"ticket": version["id"], "version": version["version"], "sha256": version["draft"]["sha256"]}
    refused = lin.call("approve", **old, confirmed=True)
    assert refused["say"]["code"] == "stale"
    expect(asker.replies).to_have_count(0)

    lin.see("#con-take").click()
    assert "如仍未到账" not in lin.editor.input_value()
    expect(lin.see("#con-newer")).to_be_hidden()
    lin.page.keyboard.press("Escape")
    expect(lin.see("#con-approve")).to_be_enabled()
    lin.see("#con-approve").click()
    asker.at("sent")
    expect(asker.replies).to_have_count(1)
    expect(asker.replies).to_contain_text("TRC20")

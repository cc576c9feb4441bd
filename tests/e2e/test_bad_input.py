"""What people and programs should not send, each tried on the open desk by a real session."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.people import DELAYED, SESSION, Agent, Customer, agent, customer
from tests.ui.desk_process import PASSWORD, Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Arrive = Callable[..., Customer]
MARKUP = (
    '<script>window.hit = 1</script><img src="/x" onerror="window.hit = 1"><b onclick="window.hit = 1">粗</b> '
    "**粗体** [链接](javascript:window.hit=1) # 标题 `x` <!-- {{ 7*7 }} ${7*7}"
)
PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"


@pytest.fixture
def stranger(chromium: Browser, desk: Desk) -> Any:
    """A browser that has not been here yet."""
    context = chromium.new_context(locale="zh-CN")
    yield context.new_page()
    context.close()


def log_in(page: Page, name: str, password: str) -> None:
    page.locator("#name").fill(name)
    page.locator("#password").fill(password)
    page.locator("main button[type=submit]").click()


def test_wrong_passwords_are_told_and_then_slowed_down(stranger: Page, desk: Desk) -> None:
    stranger.goto(f"{desk.url}/agent/")
    expect(stranger).to_have_url(re.compile("/login"))
    for _ in range(2):
        log_in(stranger, "guesser", "wrong")
        expect(stranger.get_by_role("alert")).to_contain_text("账号或密码不正确")
        expect(stranger.locator("#name")).to_have_value("guesser")
        expect(stranger.locator("#password")).to_have_value("")
    for _ in range(8):
        form: dict[str, str | float | bool] = {"name": "guesser", "password": "wrong", "next": "/agent/"}
        stranger.request.post(f"{desk.url}/login", form=form, headers={"Origin": desk.url})
    log_in(stranger, "guesser", "wrong")
    expect(stranger.get_by_role("alert")).to_contain_text(re.compile(r"请 \d+ 分钟后再试"))
    expect(stranger).to_have_url(re.compile("/login"))


def test_forged_ids_versions_and_hashes_decide_nothing(arrive: Arrive, lin: Agent, bo: Agent) -> None:
    asker, other = arrive(), arrive()
    number = asker.ask(DELAYED)
    bo.claim(other.ask(DELAYED))
    theirs = bo.ticket
    lin.claim(number)
    mine = lin.call("open", ticket=lin.ticket)["ticket"]
    good = {"ticket": mine["id"], "version": mine["version"], "sha256": mine["draft"]["sha256"], "confirmed": True}
    bad: list[tuple[str, dict[str, object], str]] = [
        ("approve", {"version": mine["version"] - 1}, "stale"),
        ("approve", {"version": mine["version"] + 1}, "stale"),
        ("approve", {"sha256": "0" * 64}, "stale"),
        ("approve", {"sha256": ""}, "stale"),
        ("approve", {"ticket": "0" * 32}, "not_found"),
        ("approve", {"ticket": theirs}, "taken"),
        ("approve", {"ticket": "' OR 1=1 --"}, "unreadable"),
        ("approve", {"version": "1"}, "unreadable"),
        ("approve", {"version": -1}, "unreadable"),
        ("approve", {"role": "admin"}, "unreadable"),
        ("close", {"ticket": theirs, "comment": "x"}, "taken"),
        ("release", {"ticket": theirs}, "not_yours"),
        ("reject", {"reason": "because"}, "needs_reason"),
    ]
    for port, change, code in bad:
        said = lin.call(port, **{**good, **change})["say"]
        assert (port, change, said["code"]) == (port, change, code)
        assert said["text"]
    expect(asker.replies).to_have_count(0)
    expect(other.replies).to_have_count(0)
    # What is sent is the draft with that hash; a body that comes along is of no use.
    lin.call("approve", **good, body="我们赔您一百万")
    asker.at("sent")
    expect(asker.replies).not_to_contain_text("一百万")

    reply = asker.replies.get_attribute("data-id")
    assert "没有找到" in other.event("rate", reply=reply, solved=True)["error"]
    assert "没有找到" in other.event("article", reply=reply, n=1)["error"]
    assert asker.event("article", reply=reply, n=1)["article"]
    assert "没有找到" in asker.event("article", reply=reply, n=99)["error"]


def test_nobody_acts_above_their_role(arrive: Arrive, lin: Agent, desk: Desk) -> None:
    asker = arrive()
    numbers = lin.numbers()
    for mount in ("/agent/", "/status/"):
        reply = asker.context.request.post(
            f"{desk.url}{mount}gradio_api/run/predict",
            data={"data": ['{"n": 1}'], "fn_index": numbers["queue"]},
            headers={"Origin": desk.url},
        )
        assert (reply.status, reply.json()) == (401, {"error": "session_expired"})
    page = asker.context.new_page()
    page.goto(f"{desk.url}/agent/")
    expect(page).to_have_url(re.compile("/login"))
    # What an agent forges, the service refuses: see test_review for tickets of supervisors.
    assert lin.call("close", ticket="0" * 32, comment="x")["say"]["code"] == "not_found"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", ""])
def test_a_foreign_page_gets_nothing_done(arrive: Arrive, lin: Agent, origin: str) -> None:
    asker = arrive()
    for person, data in ((asker, []), (lin, ['{"n": 1}'])):
        number = person.numbers()["refresh" if person is asker else "queue"]
        assert person.post(number, data).status == 200
        refused = person.post(number, data, origin=origin)
        assert (refused.status, refused.json()) == (403, {"error": "forbidden"})


@pytest.mark.parametrize("number", [999, -1, "1", None, True, 1.5, [1]])
def test_an_event_that_does_not_exist_is_refused_in_a_word(arrive: Arrive, lin: Agent, number: Any) -> None:
    asker = arrive()
    for person in (asker, lin):
        reply = person.post(number, [])
        assert (reply.status, reply.json()) == (404, {"error": "not_found"})
    assert lin.post(lin.numbers()["queue"], ["{}", "{}"]).status == 400
    assert lin.post(lin.numbers()["queue"], "{}").status == 400


def test_markup_is_shown_as_the_text_that_it_is(arrive: Arrive, lin: Agent) -> None:
    asker = arrive()
    number = asker.ask(f"{DELAYED} {MARKUP}")
    assert asker.messages.locator(".cust-bubble").inner_text() == f"{DELAYED} {MARKUP}"
    lin.claim(number)
    assert MARKUP in lin.see("#con-talk .con-entry[data-kind=customer] .con-said").inner_text()
    expect(lin.line(number)).to_contain_text("<script>")
    mine = "您好 <img src=/x onerror=window.hit=1> **请稍候** <b>粗</b> {{ 7*7 }}"
    lin.write(mine)
    lin.editor.press("Control+Enter")
    asker.at("sent")
    assert asker.replies.locator(".cust-body").inner_text() == mine
    asker.replies.locator("[data-rate=no]").click()
    asker.replies.locator(".cust-rate-form textarea").fill(MARKUP)
    asker.replies.locator(".cust-rate-form button[type=submit]").click()
    expect(lin.see(".con-comment")).to_contain_text("<script>window.hit = 1</script>")
    lin.page.keyboard.press("Escape")
    lin.open(number)
    if lin.see("#con-claim").count():
        lin.see("#con-claim").click()
    lin.see("#con-escalate").click()
    lin.answered("escalate", comment=MARKUP)
    expect(lin.see("#con-actions")).to_contain_text("要由主管处理")
    lin.see("#con-side-history").click()
    expect(lin.see("#con-history")).to_contain_text("<script>window.hit = 1</script>")
    for person in (asker, lin):
        assert person.page.evaluate("window.hit") is None
        assert person.page.evaluate("document.querySelectorAll('#cust img, #con-app img, #cust script').length") == 0


def test_two_hundred_thousand_characters_are_refused_and_kept(arrive: Arrive, lin: Agent) -> None:
    asker = arrive()
    for text in ("字" * 200_000, "x" * 200_000):
        asker.see("#cust-text").fill(text)
        expect(asker.see("#cust-count")).to_contain_text("超出 196000 字")
        expect(asker.see("#cust-send")).to_have_attribute("aria-disabled", "true")
        asker.page.keyboard.press("Enter")
        asker.see("#cust-send").click(force=True)
        assert len(asker.see("#cust-text").input_value()) == 200_000
    expect(asker.messages).to_have_count(0)
    assert "超过了 4,000 个字" in asker.event("send", text="x" * 200_000, nonce="nonce-long")["error"]
    assert asker.post(asker.numbers()["send"], [], event_data={"text": "字" * 200_000}).status == 413
    asker.see("#cust-text").fill(DELAYED)
    asker.page.keyboard.press("Enter")
    asker.at("drafted")

    lin.claim(asker.number)
    for text in ("x" * 8_001, "x" * 200_000, "字" * 200_000):
        lin.write(text)
        lin.editor.press("Control+Enter")
        expect(lin.told("too_long")).to_contain_text("8,000")
        assert len(lin.editor.input_value()) == len(text)
        lin.see("#con-say-close").click()
    expect(asker.replies).to_have_count(0)
    lin.see("#con-revert").click()


def test_a_double_click_acts_once(arrive: Arrive, lin: Agent) -> None:
    asker = arrive()
    asker.see("#cust-text").fill(DELAYED)
    asker.see("#cust-send").dblclick()
    asker.at("drafted")
    expect(asker.messages).to_have_count(1)
    lin.open(asker.number)
    lin.see("#con-claim").dblclick()
    expect(lin.see("#con-approve")).to_be_enabled()
    lin.see("#con-approve").dblclick()
    asker.at("sent")
    expect(asker.replies).to_have_count(1)
    lin.see("#con-side-history").click()
    for action in ("领取 · lin", "通过 · lin", "回复发出 · lin", "客户发来消息"):
        expect(lin.see("#con-history li").filter(has_text=action)).to_have_count(1)
    asker.replies.locator("[data-rate=yes]").dblclick()
    expect(asker.replies.locator(".cust-rated")).to_have_attribute("data-solved", "true")
    expect(lin.see("#con-history li").filter(has_text="客户评价")).to_have_count(1)


def test_two_tabs_of_a_customer_are_one_conversation(arrive: Arrive) -> None:
    asker = arrive()
    second = Customer(asker.context, asker.desk)
    second.visit()
    number = asker.ask(DELAYED)
    expect(second.messages).to_have_count(1)
    second.see("#cust-text").fill("还没写完的话")
    asker.ask("是 TRC20 网络")
    expect(second.messages).to_have_count(2)
    expect(second.see("#cust-text")).to_have_value("还没写完的话")
    second.page.keyboard.press("Enter")
    expect(asker.messages).to_have_count(3)
    assert asker.number == second.number == number
    second.well()


def test_seven_tabs_of_a_browser_do_not_hang(arrive: Arrive) -> None:
    asker = arrive()
    tabs = [Customer(asker.context, asker.desk) for _ in range(6)]
    for tab in tabs:
        tab.visit()
    tabs[-1].ask(DELAYED)
    for tab in (asker, *tabs):
        expect(tab.messages).to_have_count(1)
        tab.at("drafted")
    asker.page.close()  # the first tab had the connection for all of them
    tabs[0].ask("是 TRC20 网络")
    for tab in tabs:
        expect(tab.messages).to_have_count(2)
        tab.well()


def test_a_secret_is_held_back_and_destroyed_if_it_is_sent_after_all(arrive: Arrive, lin: Agent) -> None:
    asker = arrive()
    asker.see("#cust-text").fill(f"我的助记词是 {PHRASE}")
    expect(asker.see("#cust-hint")).to_contain_text("这看起来像助记词")
    asker.page.keyboard.press("Enter")
    expect(asker.see("#cust-hint-back")).to_be_focused()
    expect(asker.messages).to_have_count(0)
    asker.see("#cust-hint-send").click()
    expect(asker.messages).to_contain_text("[助记词已删除]")
    expect(asker.notices).to_have_attribute("data-tone", "safety")
    assert "sausage" not in asker.page.content()
    lin.open(asker.number)
    expect(lin.see("#con-talk .con-secret")).to_be_visible()
    assert "sausage" not in lin.page.content()
    stored = b"".join(path.read_bytes() for path in asker.desk.data_dir.glob("proofdesk.db*"))
    assert b"sausage" not in stored


def test_a_customer_whose_cookie_is_gone_keeps_what_they_wrote(chromium: Browser, desk: Desk) -> None:
    asker = customer(chromium, desk)
    asker.context.clear_cookies()
    asker.see("#cust-text").fill(DELAYED)
    asker.see("#cust-send").click()
    expect(asker.see("#cust-alert [role=alert]")).to_contain_text("已过期")
    expect(asker.see("#cust-text")).to_have_value(DELAYED)
    expect(asker.messages).to_have_count(0)
    asker.page.reload()
    asker.ready()
    asker.ask(DELAYED)
    asker.context.close()


def test_an_agent_whose_session_ended_logs_in_again_and_has_the_text_back(
    chromium: Browser, desk: Desk, arrive: Arrive
) -> None:
    asker = arrive()
    number = asker.ask(DELAYED)
    kai = agent(chromium, desk, "kai")
    kai.claim(number)
    text = "您好，这是还没有发出的文字。"
    kai.write(text)
    with desk.browser() as client:
        cookie = {each["name"]: each["value"] for each in kai.context.cookies()}
        client.cookies.set(SESSION, cookie[SESSION])
        client.post("/logout")  # elsewhere: this page does not know of it
    kai.see("#con-send").click()
    expect(kai.told("session_expired")).to_contain_text("登录已过期")
    expect(kai.editor).to_have_value(text)
    expect(asker.replies).to_have_count(0)
    kai.see("#con-login").click()
    log_in(kai.page, "kai", PASSWORD)
    kai.ready()
    kai.open(number)
    expect(kai.editor).to_have_value(text)
    kai.see("#con-send").click()
    asker.at("sent")
    expect(asker.replies).to_contain_text(text)
    kai.context.close()

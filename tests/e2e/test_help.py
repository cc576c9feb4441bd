"""The help centre as a customer uses it: searching while typing, reading, and on to the chat."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.looks import check_looks
from tests.ui.desk_process import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, desk: Desk) -> Iterator[Page]:
    faults: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    opened.goto(f"{desk.url}/help/")
    yield opened
    assert faults == []


def test_a_question_is_answered_while_it_is_typed_and_taken_on_to_the_chat(page: Page, desk: Desk) -> None:
    page.locator("#q").press_sequentially("充错网络怎么办", delay=20)
    first = page.locator("#hits a").first
    expect(first).to_contain_text("充错网络")
    expect(page.locator("#hits-said")).to_contain_text("篇文章")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("article h1")).to_contain_text("充错网络")
    page.locator("#need").fill("ERC20 充成了 BEP20，能找回吗")
    page.locator(".need button").click()
    expect(page.locator(".suggested .links li")).to_have_count(3)
    page.get_by_role("link", name="都没有解决，继续联系客服").click()
    expect(page.locator("#cust-text")).to_have_value("ERC20 充成了 BEP20，能找回吗")
    assert page.url == f"{desk.url}/", "what was written is in no address"


def test_the_glossary_is_filtered_and_the_language_changes(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/help/glossary")
    terms = page.locator("[data-term]:visible")
    assert terms.count() >= 150
    page.locator("#filter").fill("滑点")
    expect(page.locator("[data-term]:visible dt", has_text="滑点").first).to_be_visible()
    assert page.locator("[data-term]:visible").count() < 10
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text("Glossary")


def test_without_scripts_everything_is_there(chromium: Browser, desk: Desk) -> None:
    context = chromium.new_context(locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk.url}/help/")
    page.locator("#q").fill("lost my authenticator")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Lost authenticator").first.click()
    expect(page.locator("article ol li")).not_to_have_count(0)
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["", "article/wd-fees-limits", "search?q=提现", "start", "glossary", "contact?q=提现"])
def test_every_page_looks_right_at_every_width(chromium: Browser, desk: Desk, theme: str, path: str) -> None:
    context = chromium.new_context(locale="zh-CN", color_scheme=theme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{desk.url}/help/{path}")
    for width in (1440, 1024, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), width
        check_looks(page, lang="zh-CN", root="body", least=10)
    context.close()

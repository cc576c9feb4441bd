"""Every page at three widths, light and dark: nothing beside the window, all of it named, readable and at home."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.looks import check_looks
from tests.e2e.people import DELAYED, UNKNOWN, Agent, Customer, Person, agent, customer
from tests.ui.desk_process import PASSWORD, Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Whether the element that has the focus, or what it stands in, is ringed.
RINGED = """
() => {
  const has = ({ outlineStyle, boxShadow }) => outlineStyle !== 'none' || boxShadow !== 'none';
  const ringed = (node) => has(getComputedStyle(node));
  const now = document.activeElement;
  return now === document.body || [now, now.parentElement].some(ringed);
}
"""
WIDTHS = (1440, 1024, 390)
THEMES = [("light", "zh-CN"), ("dark", "en")]


def measured(person: Person, lang: str, least: int = 5) -> None:
    """The page at every width."""
    for width in WIDTHS:
        person.resized(width)
        check_looks(person.page, lang=lang, least=least)
    person.resized(WIDTHS[0])
    person.well()


@pytest.mark.parametrize(("theme", "lang"), THEMES)
def test_the_customers_page_in_all_its_states(
    chromium: Browser, desk: Desk, staff: dict[str, Agent], theme: str, lang: str
) -> None:
    asker = customer(chromium, desk, locale=lang, color_scheme=theme, reduced_motion="reduce")
    assert asker.page.evaluate("document.body.classList.contains('dark')") is (theme == "dark")
    measured(asker, lang, 15)
    number = asker.ask(DELAYED)
    measured(asker, lang, 12)
    staff["lin"].claim(number)
    staff["lin"].page.keyboard.press("a")
    asker.at("sent")
    measured(asker, lang, 30)
    asker.replies.locator("[data-rate=no]").click()
    asker.see("#cust-text").fill("我的助记词是 " + "abandon " * 12)
    expect(asker.see("#cust-hint")).to_be_visible()
    measured(asker, lang, 30)
    asker.see("#cust-text").fill("x" * 5_000)
    expect(asker.see("#cust-count")).to_have_attribute("data-over", "")
    asker.replies.locator(".cust-body [data-cite='6']").first.click()
    expect(asker.see("#cust-article-body section").first).to_be_visible()
    measured(asker, lang, 40)
    asker.page.keyboard.press("Escape")
    asker.see("#cust-text").fill(UNKNOWN)
    asker.see("#cust-send").click()
    expect(asker.messages).to_have_count(2)
    asker.context.set_offline(True)
    expect(asker.see("#cust-offline")).to_be_visible()
    for width in WIDTHS:
        asker.resized(width)
        check_looks(asker.page, lang=lang)
    asker.context.close()


@pytest.mark.parametrize(("theme", "lang"), THEMES)
def test_the_console_in_all_its_states(chromium: Browser, desk: Desk, theme: str, lang: str) -> None:
    asker = customer(chromium, desk, locale=lang)
    number = asker.ask(DELAYED)
    kai = agent(chromium, desk, "kai", locale=lang, color_scheme=theme, reduced_motion="reduce")
    assert kai.page.evaluate("document.body.classList.contains('dark')") is (theme == "dark")
    _panes(kai, lang, ("queue",))
    kai.see("#con-queue-search").fill("nothing of the kind")
    expect(kai.see("#con-queue-empty")).not_to_be_empty()
    _panes(kai, lang, ("queue",))
    kai.see("#con-queue-search").fill("")
    kai.claim(number)
    _panes(kai, lang, ("queue", "work", "side"))
    kai.write(
        kai.editor.input_value() if kai.editor.is_visible() else "您的提现将在 37 分钟后到账，我们保证您稳赚不赔。"
    )
    kai.see("#con-send").click()
    expect(kai.told("blocked")).to_be_visible()
    measured(kai, lang)
    kai.see("#con-say-close").click()
    for part in ("checks", "history", "search", "evidence"):
        kai.see(f"#con-side-{part}").click()
        _panes(kai, lang, ("work", "side"))
    kai.see("#con-revert").click() if kai.see("#con-revert").is_visible() else None
    for name in ("reject", "escalate"):
        kai.page.keyboard.press("Escape")
        kai.see(f"#con-{name}").click()
        expect(kai.see(f"#con-dialog-{name}")).to_be_visible()
        measured(kai, lang)
        kai.page.keyboard.press("Escape")
    kai.page.keyboard.press("?")
    expect(kai.see("#con-dialog-help")).to_be_visible()
    measured(kai, lang)
    kai.page.keyboard.press("Escape")
    kai.see("#con-menu summary").click()
    measured(kai, lang)
    kai.context.close()
    asker.context.close()


def _panes(person: Agent, lang: str, names: tuple[str, ...]) -> None:
    """The console at every width, with each of the panes in front where not all of them fit."""
    for width in WIDTHS:
        person.resized(width)
        for name in names:
            button = person.see(f"#con-pane-{name}")
            if button.is_visible():
                button.click()
            check_looks(person.page, lang=lang)
    person.resized(1440)
    person.well()


@pytest.mark.parametrize(("theme", "lang"), THEMES)
@pytest.mark.parametrize("path", ["/login", "/password", "/nothing", "/status/"])
def test_the_other_pages(chromium: Browser, desk: Desk, path: str, theme: str, lang: str) -> None:
    # Loads what it needs with an account whose session nobody else needs.
    kai = agent(chromium, desk, "kai", locale=lang, color_scheme=theme)
    if path == "/login":
        kai.context.clear_cookies()
    kai.page.goto(f"{desk.url}{path}")
    expect(kai.see("h1")).to_be_visible()
    if path == "/status/":
        expect(kai.see(".status .state")).to_be_visible()
    kai.watched.faults[:] = [fault for fault in kai.watched.faults if "404" not in fault]
    measured(kai, lang, 3)
    kai.context.close()


def test_nobody_has_to_use_a_mouse(chromium: Browser, desk: Desk) -> None:
    """Every control of the customer's page is reached with the Tab key and shows that it is."""
    asker: Customer = customer(chromium, desk)
    wanted = {"cust-language", "cust-theme", "cust-person", "cust-text", "cust-send"}
    met = set()
    asker.page.evaluate("document.activeElement.blur()")
    for _ in range(20):
        asker.page.keyboard.press("Tab")
        met.add(asker.page.evaluate("document.activeElement.id"))
        assert asker.page.evaluate(RINGED), asker.page.evaluate("document.activeElement.outerHTML")
    assert wanted <= met
    asker.context.close()
    assert PASSWORD not in desk.written

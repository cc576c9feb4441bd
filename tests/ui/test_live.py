"""What an open page hears, in a real browser: many tabs, lost connections, ended sessions."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.e2e.chromium import Watched, browsing, find_chromium
from tests.ui.desk_process import NEWCOMER, PASSWORD, PLAIN, Desk, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    find_chromium()
    with serving(tmp_path_factory.mktemp("desk") / "var", script=PLAIN) as running:
        yield running


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[BrowserContext]:
    with browsing(tmp_path / "profile", locale="zh-CN") as context:
        yield context


def opened(browser: BrowserContext, url: str) -> Watched:
    watched = Watched(browser.new_page())
    watched.page.goto(url)
    expect(on(watched.page)).to_be_attached(timeout=20_000)
    expect(watched.page.locator("#who")).to_be_visible(timeout=20_000)
    return watched


def on(page: Page, state: str = "1") -> Locator:
    return page.locator(f"#live [data-on='{state}']")


def reads(page: Page) -> int:
    """How often this customer's pages were read, when this page last was."""
    return int(page.locator("#who").get_attribute("data-reads") or 0)


def settle(page: Page) -> None:
    page.wait_for_timeout(700)


def log_in(page: Page, desk: Desk, name: str, password: str = PASSWORD) -> None:
    page.goto(f"{desk.url}/agent/")
    page.fill("#name", name)
    page.fill("#password", password)
    page.press("#password", "Enter")


def test_a_page_is_connected_and_says_so(browser: BrowserContext, desk: Desk) -> None:
    watched = opened(browser, desk.url)
    assert watched.page.evaluate("document.documentElement.dataset.live") == "on"
    settle(watched.page)
    assert watched.faults == []
    assert [url for url in watched.requests if not url.startswith(desk.url + "/")] == []
    assert not [url for url in watched.requests if "heartbeat" in url or "queue" in url]


def test_ten_tabs_share_one_connection_and_all_of_them_hear(browser: BrowserContext, desk: Desk) -> None:
    """A browser has six connections for one host: with one each, the seventh tab would never load."""
    tabs = [opened(browser, desk.url) for _ in range(10)]
    settle(tabs[0].page)
    before = [reads(tab.page) for tab in tabs]
    tabs[4].page.click("#tell")
    for tab, count in zip(tabs, before, strict=True):
        expect(tab.page.locator(f"#who[data-reads='{count}']")).not_to_be_attached(timeout=10_000)
    assert [tab.faults for tab in tabs] == [[]] * 10
    assert sum(url.endswith("/events") for tab in tabs for url in tab.requests) == 1


def test_when_the_tab_with_the_connection_closes_another_one_takes_over(browser: BrowserContext, desk: Desk) -> None:
    first, second, third = (opened(browser, desk.url) for _ in range(3))
    first.page.close()
    second.page.wait_for_timeout(1500)
    assert sum(url.endswith("/events") for tab in (second, third) for url in tab.requests) == 1
    before = reads(third.page)
    second.page.click("#tell")
    expect(third.page.locator(f"#who[data-reads='{before}']")).not_to_be_attached(timeout=10_000)
    expect(on(third.page)).to_be_attached()
    assert second.faults == third.faults == []


def test_a_burst_of_changes_is_read_at_most_four_times_a_second(browser: BrowserContext, desk: Desk) -> None:
    watched = opened(browser, desk.url)
    settle(watched.page)
    count = len([url for url in watched.requests if "/run/" in url])
    with closing(desk.browser()) as client:
        client.cookies.set("proofdesk_customer", _cookie(browser, "proofdesk_customer"))
        for _ in range(40):
            client.post("/gradio_api/run/predict", json={"data": ["x"], "fn_index": 1})
            watched.page.wait_for_timeout(25)
    took_s = 40 * 0.025
    settle(watched.page)
    made = len([url for url in watched.requests if "/run/" in url]) - count
    assert 2 <= made <= 4 * (took_s + 4)


def test_a_hidden_tab_that_is_looked_at_reads_anew(browser: BrowserContext, desk: Desk) -> None:
    watched = opened(browser, desk.url)
    settle(watched.page)
    before = reads(watched.page)
    watched.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(watched.page.locator(f"#who[data-reads='{before}']")).not_to_be_attached(timeout=5_000)


def test_a_tab_that_has_stopped_loses_the_connection_to_one_that_is_looked_at(
    browser: BrowserContext, tmp_path: Path
) -> None:
    hurried = f"import assistant.ui.events as events; events.HEARTBEAT_S = 1; {PLAIN}"

    def impatient(route: Route) -> None:
        reply = route.fetch()
        assert "SILENCE_MS = 50000" in reply.text()
        route.fulfill(response=reply, body=reply.text().replace("SILENCE_MS = 50000", "SILENCE_MS = 4000"))

    with serving(tmp_path / "var", script=hurried) as desk:
        browser.route(f"{desk.url}/", impatient)
        leader, follower = opened(browser, desk.url), opened(browser, desk.url)
        assert not [url for url in follower.requests if url.endswith("/events")]
        leader.page.evaluate("BroadcastChannel.prototype.postMessage = () => {}")  # a tab that runs no more, to others
        follower.page.bring_to_front()
        follower.page.wait_for_event("request", lambda request: request.url.endswith("/events"), timeout=20_000)
        expect(on(follower.page)).to_be_attached(timeout=10_000)
        settle(follower.page)
        before = reads(follower.page)
        follower.page.click("#tell")
        expect(follower.page.locator(f"#who[data-reads='{before}']")).not_to_be_attached(timeout=10_000)


def test_a_browser_without_locks_has_its_own_connection(browser: BrowserContext, desk: Desk) -> None:
    browser.add_init_script("Object.defineProperty(navigator, 'locks', {get: () => undefined})")
    tabs = [opened(browser, desk.url) for _ in range(2)]
    settle(tabs[0].page)
    before = reads(tabs[0].page)
    tabs[1].page.click("#tell")
    expect(tabs[0].page.locator(f"#who[data-reads='{before}']")).not_to_be_attached(timeout=10_000)
    assert sum(url.endswith("/events") for tab in tabs for url in tab.requests) == 2


def test_a_server_that_goes_and_comes_back_is_shown_and_read_anew(browser: BrowserContext, tmp_path: Path) -> None:
    folder = tmp_path / "var"
    with serving(folder, script=PLAIN) as first:
        port = first.url.rpartition(":")[2]
        watched = opened(browser, first.url)
        other = opened(browser, first.url)
        for page in (watched.page, other.page):
            page.evaluate(
                "for (const name of ['online', 'offline', 'expired'])"
                " addEventListener('proofdesk:' + name, () => (window.heard ??= []).push(name))"
            )
        first.stop(signal.SIGINT)
    for page in (watched.page, other.page):
        expect(on(page, "0")).to_be_attached(timeout=10_000)
        assert page.evaluate("document.documentElement.dataset.live") == "off"
    again = PLAIN.replace("serve(plain_pages)", f"serve(plain_pages, port={port}, known=True)")
    with serving(folder, script=again):
        for page in (watched.page, other.page):
            expect(on(page)).to_be_attached(timeout=40_000)
            assert page.evaluate("window.heard") == ["offline", "online"]
            expect(page.locator("#who")).to_be_visible()


def test_a_session_that_ends_is_shown_in_every_tab_and_a_new_one_wakes_them(
    browser: BrowserContext, desk: Desk
) -> None:
    page = browser.new_page()
    log_in(page, desk, "agnes")
    expect(on(page)).to_be_attached(timeout=20_000)
    other = opened(browser, f"{desk.url}/agent/").page
    third = browser.new_page()
    third.goto(f"{desk.url}/password")
    third.locator("form[action='/logout'] button").click()
    expect(third).to_have_url(f"{desk.url}/login")
    with closing(desk.browser()) as client:  # a change: the session is looked at
        client.get("/")
        client.post("/gradio_api/run/predict", json={"data": ["x"], "fn_index": 1})
    for tab in (page, other):
        expect(tab.locator("html[data-live='expired']")).to_be_attached(timeout=10_000)
    log_in(third, desk, "agnes")
    expect(on(third)).to_be_attached(timeout=20_000)
    for tab in (page, other):
        expect(tab.locator("html[data-live='on']")).to_be_attached(timeout=10_000)


def test_a_newcomer_gets_to_work_by_hand(browser: BrowserContext, desk: Desk) -> None:
    once = desk.read_until(r"NEWCOMER (\S+)")
    page = browser.new_page()
    log_in(page, desk, NEWCOMER, once)
    expect(page.locator("h1")).to_have_text("修改密码")
    page.fill("#old", once)
    page.fill("#new", "a new and longer password")
    page.fill("#repeat", "a new and longer password")
    page.press("#repeat", "Enter")
    expect(page.locator("#who")).to_contain_text(NEWCOMER, timeout=20_000)
    assert page.url == f"{desk.url}/agent/"


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("path", ["/login", "/nothing"])
def test_the_server_s_own_pages_fit_and_break_no_rule_of_their_own(
    browser: BrowserContext, desk: Desk, path: str, width: int
) -> None:
    watched = Watched(browser.new_page())
    watched.page.set_viewport_size({"width": width, "height": 900})
    watched.page.goto(desk.url + path)
    assert watched.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # The style is allowed by its hash: a page that lost it would stand in the browser's own font.
    assert watched.page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"PingFang SC"')
    assert [fault for fault in watched.faults if "404" not in fault] == []


def _cookie(browser: BrowserContext, name: str) -> str:
    return next(cookie["value"] for cookie in browser.cookies() if cookie["name"] == name)

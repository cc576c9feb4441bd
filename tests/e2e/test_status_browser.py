from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.chromium import Watched, browsing, find_chromium
from tests.ui.desk_process import UNBUILT, Desk, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTHS = [1440, 390]
# Relative luminance and contrast as WCAG 2.2 defines them, over the nearest opaque background.
CONTRAST = """
() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (c) => { const s = c / 255; return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4; };
  const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const background = (node) => {
    for (let n = node; n; n = n.parentElement) {
      const c = rgb(getComputedStyle(n).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const texts = [...document.querySelectorAll('.status *')].filter(
    (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim()));
  return texts.map((node) => {
    const [a, b] = [luminance(rgb(getComputedStyle(node).color)), luminance(background(node))].sort((x, y) => y - x);
    return [(a + 0.05) / (b + 0.05), node.textContent.trim().slice(0, 40)];
  });
}
"""


@pytest.fixture(scope="module")
def chinese(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    find_chromium()
    with serving(tmp_path_factory.mktemp("chinese") / "var") as desk:
        yield desk


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    find_chromium()
    with serving(tmp_path_factory.mktemp("broken") / "var", UNBUILT, default_locale="en") as desk:
        yield desk


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """A browser in neither desk's language: what the page says of itself must not come from the visitor."""
    with browsing(tmp_path_factory.mktemp("profile"), locale="ja-JP") as context:
        yield context


@pytest.fixture
def watched(browser: BrowserContext) -> Iterator[Watched]:
    page = browser.new_page()
    yield Watched(page)
    page.close()


def visit(watched: Watched, desk: Desk, theme: str, width: int) -> None:
    watched.page.set_viewport_size({"width": width, "height": 900})
    watched.page.goto(f"{desk.url}/?__theme={theme}")
    expect(watched.page.locator(".status .state")).to_be_visible(timeout=30_000)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_shows_the_state_and_stays_at_home(watched: Watched, chinese: Desk, theme: str, width: int) -> None:
    visit(watched, chinese, theme, width)
    page = watched.page
    expect(page.locator(".status .state")).to_contain_text("可以回答问题")
    expect(page.locator("h1")).to_have_text("有据 · 运行状态")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("main")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.wait_for_timeout(500)  # late requests, if there are any
    assert [url for url in watched.requests if not url.startswith(chinese.url + "/")] == []
    assert watched.faults == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_problem_is_told_in_words(watched: Watched, broken: Desk, theme: str, width: int) -> None:
    visit(watched, broken, theme, width)
    page = watched.page
    expect(page.locator(".status .state")).to_contain_text("Cannot answer at the moment")
    expect(page.locator(".status .state")).to_contain_text("proofdesk index build")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert watched.faults == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", ["well", "ill"])
def test_all_text_can_be_read(watched: Watched, chinese: Desk, broken: Desk, theme: str, state: str) -> None:
    visit(watched, chinese if state == "well" else broken, theme, 1440)
    dark = watched.page.evaluate("document.body.classList.contains('dark')")
    assert dark is (theme == "dark")
    contrasts = watched.page.evaluate(CONTRAST)
    assert len(contrasts) > 10
    assert [(ratio, text) for ratio, text in contrasts if ratio < 4.5] == []


def test_body_text_is_16_pixels_in_the_system_s_chinese_font(watched: Watched, chinese: Desk) -> None:
    visit(watched, chinese, "light", 1440)
    style = "getComputedStyle(document.querySelector('.status dd'))"
    assert watched.page.evaluate(f"{style}.fontSize") == "16px"
    assert watched.page.evaluate(f"{style}.fontFamily").startswith('"PingFang SC", "Microsoft YaHei"')
    # Across the page: Gradio's own container would leave margins at both sides.
    assert watched.page.evaluate("document.querySelector('.status').getBoundingClientRect().width") == 1440

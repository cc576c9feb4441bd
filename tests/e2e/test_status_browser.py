"""The health page: what the staff see when the desk can answer, and when it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.looks import check_looks
from tests.e2e.people import SESSION, Agent, agent
from tests.ui.desk_process import STAFFED, Desk, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def broken(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk without an index."""
    with serving(tmp_path_factory.mktemp("broken") / "var", STAFFED, default_locale="en") as desk:
        yield desk


def test_the_page_shows_the_state_in_the_desks_language(chromium: Browser, desk: Desk) -> None:
    """The visitor's browser speaks neither of the pages' languages."""
    kai = agent(chromium, desk, "kai", locale="ja-JP")
    kai.page.goto(f"{desk.url}/status/")
    expect(kai.see(".status .state")).to_contain_text("可以回答问题")
    expect(kai.see("h1")).to_have_text("有据 · 运行状态")
    expect(kai.see("html")).to_have_attribute("lang", "zh-CN")
    style = "getComputedStyle(document.querySelector('.status dd'))"
    assert kai.page.evaluate(f"{style}.fontSize") == "16px"
    assert kai.page.evaluate(f"{style}.fontFamily").startswith('"PingFang SC", "Microsoft YaHei"')
    # Across the page: Gradio's own container would leave margins at both sides.
    assert kai.page.evaluate("document.querySelector('.status').getBoundingClientRect().width") == 1440
    kai.well()
    kai.context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_problem_is_told_in_words(chromium: Browser, broken: Desk, theme: str) -> None:
    with closing(broken.browser("agnes")) as client:
        cookie = {"name": SESSION, "value": client.cookies[SESSION], "url": broken.url}
    context = chromium.new_context(locale="ja-JP", color_scheme=theme)  # type: ignore[arg-type]
    context.add_cookies([cookie])  # type: ignore[list-item]
    agnes = Agent(context, broken)
    agnes.page.goto(f"{broken.url}/status/")
    expect(agnes.see(".status .state")).to_contain_text("Cannot answer at the moment")
    expect(agnes.see(".status .state")).to_contain_text("proofdesk index build")
    for width in (1440, 390):
        agnes.resized(width)
        check_looks(agnes.page, lang="en", root=".status", least=10)
    agnes.well()
    context.close()

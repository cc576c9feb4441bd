"""The guided start as a new customer goes through it, over days, in several tabs and languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from assistant.bootstrap import App
from assistant.settings import load_settings
from tests.e2e.chromium import Watched
from tests.e2e.looks import check_looks
from tests.ui.desk_process import Desk, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Where a finger has to hit; a link in a line of text and the frame of the page are not of the guide.
SMALL = """
() => [...document.querySelectorAll('.tally, .stages')].flatMap((part) =>
  [...part.querySelectorAll('a, button, summary, label')])
  .filter((node) => node.checkVisibility())
  .filter((node) => { const box = node.getBoundingClientRect(); return box.height < 44 || box.width < 44; })
  .map((node) => node.outerHTML.slice(0, 120))
"""


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    yield made
    made.close()


@pytest.fixture
def visit(context: BrowserContext, desk: Desk) -> Iterator[Callable[[str], Page]]:
    """Opens a page in another tab of the same browser; nothing may go wrong in any of them."""
    tabs: list[Watched] = []

    def go(path: str) -> Page:
        tabs.append(Watched(context.new_page()))
        tabs[-1].page.goto(desk.url + path)
        return tabs[-1].page

    yield go
    assert [fault for tab in tabs for fault in tab.faults] == []
    assert [request for tab in tabs for request in tab.abroad(desk.url)] == []


def opened(page: Page) -> list[str | None]:
    return [stage.get_attribute("id") for stage in page.locator("details.stage[open]").all()]


def stage(page: Page, name: str) -> Locator:
    return page.locator(f"#stage-{name}")


def finish(page: Page, *names: str) -> None:
    """Ticks all steps of stages."""
    for name in names:
        if stage(page, name).get_attribute("open") is None:
            stage(page, name).locator("summary").click()
        for box in stage(page, name).locator("[data-step] input").all():
            box.check()


def done(page: Page) -> Locator:
    return page.locator(".tally .sum")


def test_a_reload_goes_on_where_one_stopped(visit: Callable[[str], Page]) -> None:
    page = visit("/help/start")
    total = page.locator("[data-step]").count()
    assert opened(page) == ["stage-register"]
    expect(done(page)).to_have_text(f"已完成 0/{total} 步")
    finish(page, "register", "verify")
    expect(stage(page, "verify").locator(".mark")).to_have_text("✓")
    stage(page, "verify").get_by_role("link", name="下一阶段").click()
    expect(stage(page, "protect").locator("summary")).to_be_focused()
    stage(page, "protect").locator("[data-step] input").nth(1).check()
    expect(stage(page, "protect").locator("[data-count]")).to_have_text("1/11")
    page.reload()
    assert opened(page) == ["stage-protect"]
    expect(done(page)).to_have_text(f"已完成 4/{total} 步")
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "4")
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuetext", f"已完成 4/{total} 步")
    boxes = stage(page, "protect").locator("[data-step] input")
    assert [box.is_checked() for box in boxes.all()] == [n == 1 for n in range(11)]
    expect(page.get_by_role("link", name="继续：开启两步验证和防钓鱼码")).to_be_visible()


def test_every_source_opens_its_article_at_the_section(visit: Callable[[str], Page]) -> None:
    page = visit("/help/start")
    links = dict.fromkeys(link.get_attribute("href") or "" for link in page.locator("a.cite").all())
    assert len(links) == 13
    for link in links:
        other = visit(link)
        section = other.locator("section:target")
        expect(section).to_have_count(1)
        expect(section.locator("h2").first).to_be_in_viewport()
        expect(section.locator("li").first).not_to_be_empty()
        other.close()
    stage(page, "deposit").locator("summary").click()
    stage(page, "deposit").locator("a.cite").first.click()
    expect(page.locator("section:target h2").first).to_have_text("例外")
    page.go_back()
    expect(page.locator("h1")).to_have_text("新手入门")


def test_two_tabs_stay_in_step_and_lose_nothing(visit: Callable[[str], Page]) -> None:
    first, second, article = visit("/help/start"), visit("/help/start"), visit("/help/article/acc-2fa-setup")
    for page in (first, second):
        stage(page, "protect").locator("summary").click()
    stage(first, "protect").locator("[data-step] input").nth(0).check()
    expect(stage(second, "protect").locator("[data-step] input").nth(0)).to_be_checked()
    stage(second, "protect").locator("[data-step] input").nth(1).check()
    article.locator("[data-step] input").nth(2).check()
    for page in (first, second):
        expect(stage(page, "protect").locator("[data-count]")).to_have_text("3/11")
    expect(article.locator(".tally .sum")).to_have_text("已完成 3/6 步")
    article.reload()
    expect(article.locator(".tally .sum")).to_have_text("已完成 3/6 步")


def test_a_tick_holds_in_every_language(visit: Callable[[str], Page]) -> None:
    page = visit("/help/start")
    finish(page, "register")
    for name in ("English", "繁體中文", "简体中文"):
        page.get_by_role("link", name=name).click()
        expect(stage(page, "register").locator("[data-step] input")).to_be_checked()
        assert opened(page) == ["stage-verify"]
    stage(page, "register").locator("summary").click()
    stage(page, "register").locator("[data-step] input").uncheck()
    page.get_by_role("link", name="English").click()
    expect(stage(page, "register").locator("[data-step] input")).not_to_be_checked()


def test_starting_over_is_asked_about_first(visit: Callable[[str], Page]) -> None:
    page = visit("/help/start")
    other = visit("/help/article/wd-delayed")
    other.locator("[data-step] input").first.check()
    finish(page, "register", "verify")
    page.get_by_role("button", name="重新开始").click()
    expect(page.get_by_role("button", name="保留")).to_be_focused()
    page.keyboard.press("Escape")
    expect(done(page)).to_contain_text("已完成 3/")
    page.get_by_role("button", name="重新开始").click()
    page.get_by_role("button", name="清除").click()
    expect(done(page)).to_contain_text("已完成 0/")
    assert opened(page) == ["stage-register"]
    expect(other.locator("[data-step] input").first).to_be_checked()


def test_everything_can_be_done_with_the_keyboard(visit: Callable[[str], Page]) -> None:
    page = visit("/help/start")
    stage(page, "identity").locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(stage(page, "identity").locator("[data-step] input").first).to_be_checked()
    page.keyboard.press("Tab")
    expect(stage(page, "identity").locator("a.cite").first).to_be_focused()


def test_when_all_is_done_it_says_so(visit: Callable[[str], Page]) -> None:
    page = visit("/help/start")
    names = [
        (each or "").removeprefix("stage-") for each in [s.get_attribute("id") for s in page.locator(".stage").all()]
    ]
    finish(page, *names)
    expect(done(page)).to_have_text("全部完成")
    expect(page.locator("[data-resume]")).to_be_hidden()
    page.reload()
    assert opened(page) == []


def test_strange_things_in_the_storage_do_no_harm(visit: Callable[[str], Page]) -> None:
    page = visit("/help/start")
    for kept in ("{", "7", "null", '{"a": 1}', '[1, null, ["x"]]'):
        page.evaluate("(kept) => localStorage.setItem('proofdesk-steps', kept)", kept)
        page.reload()
        expect(done(page)).to_contain_text("已完成 0/")
        page.locator("[data-step] input").first.check()
        expect(done(page)).to_contain_text("已完成 1/")


def test_the_chat_leads_here_and_from_here_with_the_stage(visit: Callable[[str], Page], desk: Desk) -> None:
    page = visit("/")
    page.get_by_role("link", name="新手入门").click()
    expect(page).to_have_url(f"{desk.url}/help/start")
    stage(page, "withdraw").locator("summary").click()
    stage(page, "withdraw").get_by_role("link", name="问客服").click()
    expect(page.locator("#cust-text")).to_have_value("我在新手入门的「提现白名单与测试提现」遇到了问题：")
    assert page.url == f"{desk.url}/"


def test_on_paper_every_stage_is_open(visit: Callable[[str], Page]) -> None:
    page = visit("/help/start")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert len(opened(page)) == 8
    assert all(step.is_visible() for step in page.locator("[data-step]").all())
    expect(page.locator("header .tools")).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert opened(page) == ["stage-register"]


def test_without_scripts_it_is_a_list_with_sources(chromium: Browser, desk: Desk) -> None:
    context = chromium.new_context(locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk.url}/help/start")
    assert all(step.is_visible() for step in page.locator("[data-step]").all())
    assert page.locator("[data-step]").count() == page.locator("a.cite:visible").count() > 50
    expect(page.locator("input[type=checkbox]:visible, button:visible")).to_have_count(0)
    stage(page, "deposit").locator("a.cite").last.click()
    expect(page.locator("h1")).to_have_text("How to deposit")
    context.close()


def test_an_edited_step_comes_back_unticked(chromium: Browser, tmp_path: Path) -> None:
    with serving(tmp_path / "var") as own:
        context = chromium.new_context(locale="zh-CN")
        page = context.new_page()
        page.goto(f"{own.url}/help/start")
        finish(page, "register", "verify", "protect", "identity")
        text = (files("corpus") / "seed" / "zh-CN" / "acc-2fa-setup.md").read_text(encoding="utf-8")
        changed = tmp_path / "acc-2fa-setup.md"
        changed.write_text(
            text.replace("把备用码抄在纸上并离线保存", "把备用码抄在两张纸上并离线保存"), encoding="utf-8"
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(tmp_path)
            with closing(App(load_settings(data_dir=own.data_dir))) as app:
                assert not app.knowledge.ingest([changed]).failed
        page.reload()
        assert opened(page) == ["stage-protect"]
        expect(stage(page, "protect").locator("[data-count]")).to_have_text("10/11")
        left = page.locator("#stage-protect [data-step]:not([data-done])")
        expect(left).to_have_count(1)
        expect(left).to_contain_text("把备用码抄在两张纸上并离线保存")
        expect(stage(page, "identity").locator("[data-count]")).to_have_text("6/6")
        context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_it_looks_right_with_every_stage_open(chromium: Browser, desk: Desk, theme: str, locale: str) -> None:
    context = chromium.new_context(locale=locale, color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{desk.url}/help/start")
    finish(page, "register", "verify")
    page.evaluate("document.querySelectorAll('details').forEach((node) => { node.open = true; })")
    for width in (1440, 1024, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), width
        assert page.evaluate(SMALL) == [], width
        check_looks(page, lang=locale, root="body", least=50)
    assert page.locator(".ring circle").last.evaluate("(node) => getComputedStyle(node).transitionDuration") == "0s"
    context.close()

"""The guided start: steps of articles that hold today, each with its source, over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from shutil import copytree
from urllib.parse import unquote

import pytest
from fastapi import FastAPI
from selectolax.lexbor import LexborHTMLParser, LexborNode
from starlette.testclient import TestClient

from assistant.bootstrap import App
from assistant.help_guide import CheckStep, GuideView
from assistant.messages import load_messages
from assistant.settings import load_settings
from assistant.ui.help.routes import Help
from assistant.ui.html import Html
from assistant.ui.visitor import LOCALES
from corpus.edition import Edits
from corpus.guides import START, load_guides
from corpus.model import SectionKind

WHITELIST = "wd-whitelist"


def site(app: App) -> FastAPI:
    server = FastAPI()
    html = Html(app.messages, "云桥客服", "zh-CN")
    server.include_router(Help(lambda: app.help_centre, html, app.messages, default_locale="zh-CN").router())
    return server


@pytest.fixture(scope="module")
def client(app: App) -> Iterator[TestClient]:
    with TestClient(site(app), headers={"accept-language": "zh-CN"}) as client:
        yield client


@pytest.fixture
def own(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """A desk of one's own, whose articles may be changed: it begins with a copy of the shared one's index."""
    monkeypatch.chdir(tmp_path)
    copytree(app.settings.data_dir, tmp_path / "desk")
    desk = App(load_settings(data_dir=tmp_path / "desk"))
    desk.knowledge.ensure_index()
    yield desk
    desk.close()


@pytest.fixture
def edited(own: App, tmp_path: Path) -> Callable[..., None]:
    """Takes in a shipped article with a change in its words."""

    def edit(document_id: str, old: str, new: str, locale: str = "zh-CN") -> None:
        text = (files("corpus") / "seed" / locale / f"{document_id}.md").read_text(encoding="utf-8")
        assert text.count(old) == 1
        path = tmp_path / f"{document_id}.md"
        path.write_text(text.replace(old, new), encoding="utf-8")
        assert not own.knowledge.ingest([path]).failed

    return edit


def read(client: TestClient, path: str, locale: str = "zh-CN") -> LexborHTMLParser:
    answer = client.get(path, headers={"accept-language": locale})
    assert answer.status_code == 200, path
    return LexborHTMLParser(answer.text)


def one(node: LexborHTMLParser | LexborNode, selector: str) -> LexborNode:
    (found,) = node.css(selector)
    return found


def words(step: LexborNode) -> str:
    return one(step, ".words").text().strip()


def steps(view: GuideView, stage: str) -> list[CheckStep]:
    (found,) = [each for each in view.stages if each.id == stage]
    return [step for part in found.parts for step in part.steps]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_step_is_cited_with_the_section_that_it_stands_in(client: TestClient, locale: str) -> None:
    page = read(client, "/help/start", locale)
    articles: dict[str, LexborHTMLParser] = {}
    found = page.css("[data-step]")
    assert len(found) >= 50
    for step in found:
        link = one(step, "a.cite")
        path, _, anchor = (link.attributes["href"] or "").partition("#")
        article = articles.setdefault(path, read(client, path, locale))
        section = one(article, f'section[id="{anchor}"]')
        assert words(step) in section.text()
        title, heading = one(article, "h1").text().strip(), section.css("h2")[0].text().strip()
        assert title in link.text()
        number = re.search(rf"{re.escape(heading)} (\d+)$", link.text().strip())
        assert number
        assert words(step) in section.css("li")[int(number[1]) - 1].text()


@pytest.mark.parametrize("locale", LOCALES)
def test_the_stages_are_those_of_the_guide_in_order(client: TestClient, app: App, locale: str) -> None:
    page = read(client, "/help/start", locale)
    wanted = load_guides()[START].stages
    assert [node.attributes["id"] for node in page.css("details.stage")] == [f"stage-{stage.id}" for stage in wanted]
    assert [node.text() for node in page.css("summary h2")] == [stage.titles[locale] for stage in wanted]
    assert all(stage.intros[locale] in page.html for stage in wanted)  # type: ignore[operator]
    view = app.help_centre.guide(locale)
    assert view.total == len(page.css("[data-step]")) == sum(stage.total for stage in view.stages)
    for stage, node in zip(view.stages, page.css("details.stage"), strict=True):
        assert one(node, "[data-count]").text() == load_messages().text(
            "help_guide_steps", locale, count=str(stage.total)
        )
    assert not any(stage.missing for stage in view.stages)


def test_without_scripts_it_is_a_list_that_can_be_read(client: TestClient) -> None:
    page = read(client, "/help/start")
    assert all("open" in node.attributes for node in page.css("details.stage"))
    assert all("hidden" in node.attributes for node in page.css("[data-step] input, .tally, [data-onward]"))
    assert len({node.attributes["id"] for node in page.css("[id]")}) == len(page.css("[id]"))


@pytest.mark.parametrize("locale", LOCALES)
def test_what_the_articles_carry_stands_under_their_steps(client: TestClient, app: App, locale: str) -> None:
    page = read(client, "/help/start", locale)
    for stage, node in zip(load_guides()[START].stages, page.css("details.stage"), strict=True):
        wanted = {
            notice.text for part in stage.parts for notice in app.help_centre.article(part.document_id, locale).notices
        }
        assert wanted
        assert {note.text() for note in node.css(".notices p")} == wanted


@pytest.mark.parametrize("locale", LOCALES)
def test_every_stage_leads_to_the_chat_with_its_name(client: TestClient, locale: str) -> None:
    page = read(client, "/help/start", locale)
    for node in page.css("details.stage"):
        link = one(node, "a.ask-more").attributes["href"] or ""
        assert link.startswith("/#ask=")
        assert one(node, "h2").text() in unquote(link)


def test_a_step_is_the_same_in_the_guide_on_the_article_and_in_every_language(client: TestClient) -> None:
    def ids(path: str, locale: str) -> list[tuple[str | None, frozenset[str]]]:
        found = read(client, path, locale).css("[data-step]")
        return [(n.attributes["data-step"], frozenset((n.attributes["data-twins"] or "").split())) for n in found]

    guide = {locale: ids("/help/start", locale) for locale in LOCALES}
    for own, *others in zip(*guide.values(), strict=True):
        assert own[1] == {other[0] for other in others}
        assert own[0] not in own[1]
    article = ids("/help/article/acc-2fa-setup", "zh-CN")
    assert len(article) == 6
    assert set(article) <= set(guide["zh-CN"])
    assert ids("/help/article/edu-volatility", "zh-CN") == []


def test_an_edited_step_is_another_one_and_its_neighbours_stay(own: App, edited: Callable[..., None]) -> None:
    before = steps(own.help_centre.guide("zh-CN"), "protect")
    edited("acc-2fa-setup", "退出后重新登录，用动态码登录成功", "退出再登录，用动态码登录成功")
    after = steps(own.help_centre.guide("zh-CN"), "protect")
    assert [old.id == new.id for old, new in zip(before, after, strict=True)] == [n != 6 for n in range(1, 12)]
    assert after[5].text.startswith("退出再登录")


def test_a_step_that_is_put_in_between_leaves_the_others(own: App, edited: Callable[..., None]) -> None:
    before = [step.id for step in steps(own.help_centre.guide("zh-CN"), "identity")]
    edited("acc-kyc-levels", "5. 申请高级认证时", "5. 再看一遍填写的内容。\n6. 申请高级认证时")
    after = steps(own.help_centre.guide("zh-CN"), "identity")
    assert [step.id for step in after if step.text != "再看一遍填写的内容。"] == before
    assert [len(step.twins) for step in after] == [1] * 7, "traditional Chinese, and not English, which has a step less"


def test_an_article_that_ended_is_said_and_not_counted(own: App, edited: Callable[..., None]) -> None:
    total = own.help_centre.guide("zh-CN").total
    for locale in ("zh-CN", "en"):
        edited(WHITELIST, "\nowner: ", f"\neffective_until: {datetime.now(UTC).date()}\nowner: ", locale)
    own.knowledge.remove("acc-kyc-levels")
    view = own.help_centre.guide("zh-CN")
    assert view.total == total - 6 - 6
    with TestClient(site(own), headers={"accept-language": "zh-CN"}) as client:
        page = read(client, "/help/start")
    missing = load_messages().text("help_guide_missing", "zh-CN")
    stages = {node.attributes["id"]: node for node in page.css("details.stage")}
    assert [key for key, node in stages.items() if missing in node.text()] == ["stage-identity", "stage-withdraw"]
    assert one(stages["stage-identity"], ".count").text() == load_messages().text("help_guide_none", "zh-CN")
    assert stages["stage-identity"].css("[data-step], [data-count]") == []
    assert len(stages["stage-withdraw"].css("[data-step]")) == 8
    assert f"/help/article/{WHITELIST}" not in (page.html or "")
    assert page.css("[role=progressbar]")[0].attributes["aria-valuemax"] == str(view.total)


@pytest.mark.parametrize("narrowed", ['jurisdictions: ["SG"]', 'audience: staff\njurisdictions: ["*"]'])
def test_what_is_not_for_everybody_is_left_out(own: App, edited: Callable[..., None], narrowed: str) -> None:
    for locale in ("zh-CN", "en"):
        source = (files("corpus") / "seed" / locale / f"{WHITELIST}.md").read_text(encoding="utf-8")
        head = 'audience: public\njurisdictions: ["*"]'
        assert head in source
        edited(WHITELIST, head, narrowed, locale)
    (stage,) = [each for each in own.help_centre.guide("zh-CN").stages if each.id == "withdraw"]
    assert stage.missing
    assert stage.total == 8


def test_what_is_not_in_the_index_is_not_shown(own: App) -> None:
    """Somebody hid the passage on the knowledge page: nothing may quote it."""
    (hidden,) = [
        passage.id
        for passage in own.retriever.document_passages(WHITELIST)
        if passage.section is SectionKind.STEPS and passage.locale == "zh-CN"
    ]
    own.catalog.set_edits(WHITELIST, "zh-CN", Edits(hidden=(hidden,)))
    own.knowledge.build()
    (stage,) = [each for each in own.help_centre.guide("zh-CN").stages if each.id == "withdraw"]
    assert stage.missing
    (stage,) = [each for each in own.help_centre.guide("en").stages if each.id == "withdraw"]
    assert not stage.missing


def test_without_an_index_the_page_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    bare = App(load_settings(data_dir=tmp_path / "desk"))
    with TestClient(site(bare), headers={"accept-language": "zh-CN"}) as client:
        answer = client.get("/help/start")
        assert answer.status_code == 503
        assert "<h1>" in answer.text
        assert client.get("/help/article/wd-how").status_code == 200, "articles need no index"
    bare.close()

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.desk.errors import DeskError, Refusal
from assistant.desk.macro_views import FilledMacro, MacroList, MacroView, Piece
from assistant.ui.console.handlers import Handlers
from assistant.ui.console.macros import macro_count, macros_dialog, macros_html
from corpus.macros import MacroCategory
from tests.ui.console.test_page import Desk, app, ask
from tests.ui.console.views import AGENT, HOSTILE, LOCALES, Parsed, assert_harmless, words


def macro(id_: str, category: MacroCategory = MacroCategory.STEPS, **values: Any) -> MacroView:
    base = MacroView(
        id=id_, title=f"标题 {id_}", category=category, text="请稍候。", missing=(), topic="", fits=False, own=False
    )
    return replace(base, **values)


ITEMS = (
    macro("fits", topic="wd-delayed", fits=True),
    macro("hello", MacroCategory.OPENING),
    macro("ask", MacroCategory.REQUEST, text="这笔 【币种】 的数量", missing=("【币种】",)),
    macro("ask-too", MacroCategory.REQUEST, own=True),
)


def found(*items: MacroView, problems: tuple[str, ...] = ()) -> MacroList:
    return MacroList(items, "zh-CN", problems)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_list_is_options_in_named_groups(locale: str) -> None:
    parsed = assert_harmless(macros_html(found(*ITEMS), words(locale)))
    options = parsed.with_class("con-macro")
    assert [option["data-macro"] for option in options] == ["fits", "hello", "ask", "ask-too"]
    assert {(option["role"], option["aria-selected"]) for option in options} == {("option", "false")}
    groups = [attributes["aria-labelledby"] for _, attributes in parsed.elements if attributes.get("role") == "group"]
    assert groups == ["con-macros-fitting", "con-macros-opening", "con-macros-request"]
    assert set(groups) <= {attributes.get("id") for _, attributes in parsed.elements}
    ids = [attributes["id"] for _, attributes in parsed.elements if attributes.get("id")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("category", list(MacroCategory))
@pytest.mark.parametrize("locale", LOCALES)
def test_every_category_has_a_name(category: MacroCategory, locale: str) -> None:
    assert words(locale).plain(f"macros_{category}")


def test_what_is_to_be_filled_in_is_marked_in_the_preview() -> None:
    html = macros_html(found(ITEMS[2]), words())
    assert "这笔 <mark>【币种】</mark> 的数量" in html
    assert words().plain("macro_blanks", count="1") in Parsed(html).text
    assert "<mark>" not in macros_html(found(ITEMS[1]), words())


def test_an_article_that_is_cited_is_named() -> None:
    assert "wd-delayed" in Parsed(macros_html(found(ITEMS[0]), words())).text
    assert words().plain("macro_cites_none") in Parsed(macros_html(found(ITEMS[1]), words())).text


def test_texts_of_macros_bring_in_no_markup() -> None:
    hostile = macro("x", title=HOSTILE, text=f"{HOSTILE}【{HOSTILE}】", topic=HOSTILE)
    assert_harmless(macros_html(found(hostile, problems=(HOSTILE,)), words()))


def test_an_empty_list_and_a_broken_file_say_so() -> None:
    html = macros_html(found(problems=("knowledge/macros.yaml: not valid YAML",)), words())
    assert "not valid YAML" in html
    assert words().plain("macros_none") in Parsed(html).text
    assert macro_count(found(), words()) == words().plain("macros_none")
    assert "4" in macro_count(found(*ITEMS), words())


@pytest.mark.parametrize("locale", LOCALES)
def test_the_field_names_its_list(locale: str) -> None:
    parsed = Parsed(macros_dialog(words(locale)))
    by_id = {attributes["id"]: attributes for _, attributes in parsed.elements if attributes.get("id")}
    field = by_id["con-macro-search"]
    assert (field["role"], field["aria-controls"]) == ("combobox", "con-macro-list")
    assert by_id["con-macro-list"]["role"] == "listbox"
    assert field["aria-describedby"] in by_id


def served(**answers: Any) -> tuple[Handlers, Desk]:
    desk = Desk(**answers)
    parts: Any = app()
    parts.macros = desk
    return Handlers(parts), desk


def test_a_search_asks_the_service_once_and_shows_what_it_found() -> None:
    handlers, desk = served(macros=found(*ITEMS))
    answer = ask(handlers, "macros", '{"n": 3, "ticket": "t1", "search": "币"}')
    assert desk.asked == [("macros", (AGENT, "t1", "币"), {})]
    assert answer["n"] == 3
    assert answer["macros"].count('role="option"') == 4
    assert "4" in answer["macroCount"]


def test_a_macro_comes_as_text_and_passages_never_as_html() -> None:
    filled = FilledMacro("m", (Piece(HOSTILE), Piece(cite="p9"), Piece(" 【币种】")), ("【币种】",))
    handlers, desk = served(fill=filled)
    answer = ask(handlers, "macro", '{"n": 3, "ticket": "t1", "macro": "m"}')
    assert desk.asked == [("fill", (AGENT, "t1", "m"), {})]
    assert answer["macro"] == {
        "pieces": [{"text": HOSTILE, "cite": ""}, {"text": "", "cite": "p9"}, {"text": " 【币种】", "cite": ""}],
        "missing": ["【币种】"],
    }


def test_a_refusal_is_told() -> None:
    handlers, _ = served(fill=DeskError(Refusal.NOT_FOUND))
    answer = ask(handlers, "macro", json.dumps({"n": 1, "ticket": "t1", "macro": "gone"}))
    assert answer["say"]["code"] == "not_found"
    assert "macro" not in answer


@pytest.mark.parametrize("id_", ["../x", "a b", "x" * 65])
def test_an_id_that_is_none_never_reaches_the_service(id_: str) -> None:
    handlers = Handlers(SimpleNamespace(**vars(app())))  # type: ignore[arg-type]
    answer = ask(handlers, "macro", json.dumps({"n": 1, "ticket": "t1", "macro": id_}))
    assert answer["say"]["code"] == "unreadable"

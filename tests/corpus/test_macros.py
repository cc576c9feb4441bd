"""Macros are data: the seed's are sound, an operator's join them, and what is wrong with those takes nothing away."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.catalog import Catalog
from corpus.errors import DocumentError, FactError
from corpus.facts import FactsTable
from corpus.lint import Severity
from corpus.macros import (
    LOCALES,
    Macro,
    MacroBook,
    MacroCategory,
    Variable,
    filled,
    macro_faults,
    nearest,
    read_macros,
)
from corpus.seed import load_facts, seed_root
from corpus.topics import load_topics

FACTS = FactsTable.parse({"facts": {"wait": {"value": 30, "unit": "minutes"}}})
TEXTS = {"zh-CN": "请等 {{fact:wait}}。", "zh-TW": "請等 {{fact:wait}}。", "en": "Wait {{fact:wait}}, {customer_name}."}
MACRO = Macro("wait", MacroCategory.STATUS, "fees", dict.fromkeys(LOCALES, "Title"), TEXTS)
ENTRY = """
- id: {id}
  title: {{zh-CN: 等, zh-TW: 等, en: Wait}}
  category: {category}
  body: {{zh-CN: 请等, zh-TW: 請等, en: "{body}"}}
"""
Rules = list[tuple[str, str]]
_moments = count(1)


def written(path: Path, *entries: tuple[str, str], category: str = "status") -> Path:
    """A file of macros, by id and English body. Its moment is another one every time, however quick the test is."""
    return put(path, "".join(ENTRY.format(id=id_, body=body, category=category) for id_, body in entries))


def put(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    os.utime(path, (0, next(_moments)))
    return path


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Where the operator's file would be."""
    return tmp_path / "data" / "knowledge" / "macros.yaml"


@pytest.fixture
def book(catalog: Catalog, tmp_path: Path, own: Path) -> MacroBook:
    seed = written(tmp_path / "seed-macros.yaml", ("first", "One."), ("second", "Two."))
    return MacroBook(catalog, own.parent.parent, seed=seed)


def bodies(book: MacroBook) -> dict[str, str]:
    return {macro.id: macro.bodies["en"] for macro in book.macros()}


def rules(macro: Macro) -> Rules:
    return [(fault.rule, fault.locale) for fault in macro_faults([macro], FACTS, {"fees"})]


def test_the_macros_that_ship_are_sound() -> None:
    seed = read_macros(seed_root() / "macros.yaml")
    assert len(seed) >= 35
    assert macro_faults(seed, load_facts(), {topic.id for topic in load_topics()}) == ()
    assert {macro.category for macro in seed} == set(MacroCategory)
    assert {name for macro in seed for name in macro.variables("en")} == set(Variable)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_macros_that_ship_render_without_a_placeholder(locale: str) -> None:
    facts = load_facts()
    for macro in read_macros(seed_root() / "macros.yaml"):
        text = filled(macro.text(locale, facts), dict.fromkeys(Variable, "X"))
        assert not re.search(r"[{}]", text), macro.id
        assert text == text.strip()


def test_the_variables_of_a_macro_are_the_same_in_every_language() -> None:
    for macro in read_macros(seed_root() / "macros.yaml"):
        assert {frozenset(macro.variables(locale)) for locale in LOCALES} == {frozenset(macro.variables("en"))}, (
            macro.id
        )


def test_facts_are_put_in_in_the_reader_s_language_and_variables_stay() -> None:
    assert MACRO.text("en", FACTS) == "Wait 30 minutes, {customer_name}."
    assert MACRO.text("zh-CN", FACTS) == "请等 30 分钟。"
    assert MACRO.text("zh-TW", FACTS) == "請等 30 分鐘。"  # the table is in simplified characters
    assert MACRO.variables("en") == ("customer_name",)
    assert MACRO.variables("zh-CN") == ()


@pytest.mark.parametrize(
    ("locale", "got"), [("zh", "zh-CN"), ("zh-SG", "zh-CN"), ("en-GB", "en"), ("ja", "en"), ("zh-TW", "zh-TW")]
)
def test_a_reader_gets_the_nearest_language(locale: str, got: str) -> None:
    assert nearest(locale) == got


@pytest.mark.parametrize(
    ("macro", "found"),
    [
        (MACRO, []),
        (replace(MACRO, topic=""), []),
        (replace(MACRO, topic="nobody-knows"), [("unknown-topic", "")]),
        (replace(MACRO, bodies={**TEXTS, "en": "Wait {eta} {price}."}), [("unknown-variable", "en")]),
        (replace(MACRO, bodies={**TEXTS, "en": "Wait {}."}), [("unknown-variable", "en")]),
        (replace(MACRO, bodies={**TEXTS, "en": "Wait {eta."}), [("unknown-variable", "en")]),
        (replace(MACRO, bodies={**TEXTS, "en": "Wait eta}."}), [("unknown-variable", "en")]),
        (replace(MACRO, bodies={**TEXTS, "zh-TW": ""}), [("missing-locale", "zh-TW")]),
        (replace(MACRO, titles={"en": "T", "zh-CN": "T"}), [("missing-locale", "zh-TW")]),
        (replace(MACRO, bodies={**TEXTS, "fr": "Attendez."}), [("unknown-locale", "fr")]),
        (replace(MACRO, bodies={**TEXTS, "en": "{{fact:nothing}}"}), [("unresolved-fact", "en")]),
        (replace(MACRO, bodies={**TEXTS, "en": "{{nonsense}}"}), [("unresolved-fact", "en")]),
    ],
)
def test_every_fault_is_found_once_and_named(macro: Macro, found: Rules) -> None:
    assert rules(macro) == found


def test_a_fault_is_an_error_of_its_macro() -> None:
    (fault,) = macro_faults([replace(MACRO, topic="x")], FACTS, {"fees"})
    assert (fault.severity, fault.document_id, fault.place) == (Severity.ERROR, "wait", "macros.yaml")
    assert '"x"' in fault.message


def test_a_fact_that_is_unknown_is_an_error_when_it_is_rendered() -> None:
    with pytest.raises(FactError):
        replace(MACRO, bodies={**TEXTS, "en": "{{fact:nothing}}"}).text("en", FACTS)


@given(st.dictionaries(st.sampled_from(list(Variable)), st.text(max_size=20)), st.text(max_size=40))
def test_a_value_is_put_in_as_it_is_and_is_not_read_again(values: dict[Variable, str], said: str) -> None:
    values = {**values, Variable.COIN: said}
    assert filled("({coin}) {unknown}", values) == f"({said}) {{unknown}}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- {id: [", "not valid YAML"),
        ("a: b", "list"),
        (ENTRY.format(id="a", category="status", body="x") * 2, "a occurs twice"),
        (ENTRY.format(id="a", category="shouting", body="x"), "category"),
        (ENTRY.format(id="No Id", category="status", body="x"), "id"),
        (ENTRY.format(id="a", category="status", body="x") + "  colour: red\n", "colour"),
        ("- {id: a, category: status, title: {en: t}}", "body"),
        ("- {id: a, category: status, title: {en: t}, body: {en: [1]}}", "body"),
        (b"\xff\xfe\x00", "not valid YAML"),
    ],
)
def test_a_broken_file_is_refused_by_name_and_the_seed_still_serves(
    book: MacroBook, own: Path, text: str | bytes, told: str
) -> None:
    put(own, text)
    with pytest.raises(DocumentError, match=re.escape("macros.yaml: ")):
        read_macros(own)
    assert bodies(book) == {"first": "One.", "second": "Two."}
    (problem,) = book.problems()
    assert problem.startswith("knowledge/macros.yaml: ")
    assert told in problem
    (fault,) = book.faults()
    assert (fault.rule, fault.message) == ("broken-file", problem)


def test_a_file_that_cannot_be_read_is_refused_too(book: MacroBook, own: Path) -> None:
    own.mkdir(parents=True)
    assert bodies(book) == {"first": "One.", "second": "Two."}
    assert len(book.problems()) == 1


def test_no_file_of_one_s_own_is_no_problem(book: MacroBook) -> None:
    assert (book.problems(), book.faults()) == ((), ())
    assert [macro.own for macro in book.macros()] == [False, False]


def test_one_s_own_macros_go_over_the_seed_s_and_behind_them(book: MacroBook, own: Path) -> None:
    written(own, ("third", "Three."), ("first", "Mine."))
    assert bodies(book) == {"first": "Mine.", "second": "Two.", "third": "Three."}
    assert [(macro.id, macro.own) for macro in book.macros()] == [("first", True), ("second", False), ("third", True)]


def test_a_change_of_the_file_holds_at_once(book: MacroBook, own: Path) -> None:
    written(own, ("first", "Mine."))
    assert bodies(book)["first"] == "Mine."
    written(own, ("first", "Ours."))  # as long as before
    assert bodies(book)["first"] == "Ours."
    own.unlink()
    assert bodies(book)["first"] == "One."


def test_a_macro_with_a_fault_is_left_out_and_the_seed_s_stands(book: MacroBook, own: Path) -> None:
    written(own, ("first", "Mine, {price}."), ("third", "Three."))
    assert bodies(book) == {"first": "One.", "second": "Two.", "third": "Three."}
    (problem,) = book.problems()
    assert problem.startswith("knowledge/macros.yaml: first [en] unknown-variable: {price}")
    assert [(fault.rule, fault.document_id) for fault in book.faults()] == [("unknown-variable", "first")]


def test_an_article_of_one_s_own_can_be_a_topic(book: MacroBook, own: Path) -> None:
    put(own, ENTRY.format(id="third", category="status", body="Three.") + "  topic: fees\n")
    assert book.problems() == ()
    put(own, ENTRY.format(id="third", category="status", body="Three.") + "  topic: sees\n")
    assert "unknown-topic" in book.problems()[0]


def test_a_seed_that_cannot_be_read_is_an_error(catalog: Catalog, tmp_path: Path) -> None:
    broken = put(tmp_path / "macros.yaml", "- {id: [")
    with pytest.raises(DocumentError):
        MacroBook(catalog, tmp_path, seed=broken).macros()

"""Guides are data: what they name is there, and what is not is found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from corpus.errors import ConfigurationError
from corpus.guides import (
    GUIDE_LOCALES,
    START,
    Guide,
    GuidePart,
    GuideStage,
    guide_items,
    lint_guides,
    load_guides,
    read_guides,
)
from corpus.lint import Severity
from corpus.model import Document, Section, SectionKind

STAGE = """
start:
  - id: register
    title: {zh-CN: 注册, zh-TW: 註冊, en: Register}
    intro: {zh-CN: 开始。, zh-TW: 開始。, en: Begin.}
    parts:
      - {document: acc-register, section: steps, steps: [1, 2]}
      - {document: dep-how, section: exceptions}
    also: [acc-close]
"""
TEXTS = dict.fromkeys(GUIDE_LOCALES, "text")
PART = GuidePart("how", SectionKind.STEPS, (2,))


def document(locale: str, *steps: str, name: str = "how") -> Document:
    sections = (
        Section(SectionKind.SHORT_ANSWER, "Answer", ("It works.",)),
        Section(SectionKind.STEPS, "Steps", (), steps),
    )
    return Document(name, locale, "How", "account", sections)


ALL = tuple(document(locale, "one", "two") for locale in GUIDE_LOCALES)


def faults(stage: GuideStage, documents: tuple[Document, ...] = ALL) -> list[tuple[str, str, str]]:
    found = lint_guides((Guide("start", (stage,)),), documents)
    assert all(fault.severity is Severity.ERROR for fault in found)
    assert all(fault.place == "guide start, stage one" for fault in found)
    return [(fault.rule, fault.document_id, fault.locale) for fault in found]


def stage(*parts: GuidePart, titles: dict[str, str] = TEXTS, also: tuple[str, ...] = ()) -> GuideStage:
    return GuideStage("one", titles, TEXTS, parts or (PART,), also)


def test_a_guide_is_read_as_it_is_written() -> None:
    (only,) = read_guides(STAGE)["start"].stages
    assert only.titles == {"zh-CN": "注册", "zh-TW": "註冊", "en": "Register"}
    assert only.parts == (
        GuidePart("acc-register", SectionKind.STEPS, (1, 2)),
        GuidePart("dep-how", SectionKind.EXCEPTIONS),
    )
    assert only.also == ("acc-close",)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("section: steps", "section: stairs"), "start.0.parts.0.section"),
        (("id: register", "id: Register me"), "start.0.id"),
        (("also:", "too:"), "start.0.too"),
        (("steps: [1, 2]", "steps: [one]"), "start.0.parts.0.steps"),
        (("start:", "start: ["), "broken"),
        (("title: {zh-CN: 注册, zh-TW: 註冊, en: Register}", "title: {}"), "start.0.title"),
    ],
)
def test_a_broken_file_is_refused_with_the_place(change: tuple[str, str], reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        read_guides(STAGE.replace(*change))


def test_a_stage_has_a_name_of_its_own() -> None:
    with pytest.raises(ConfigurationError, match="start has the stage register twice"):
        read_guides(STAGE + STAGE.removeprefix("\nstart:\n"))


def test_steps_are_counted_through_all_sections_of_a_kind() -> None:
    more = Section(SectionKind.STEPS, "More", ("not a step",), ("three",))
    both = replace(ALL[0], sections=(*ALL[0].sections, more))
    assert guide_items(both, SectionKind.STEPS) == ("one", "two", "three")
    assert guide_items(both, SectionKind.SHORT_ANSWER) == ("It works.",)
    assert guide_items(both, SectionKind.WHY) == ()


def test_a_guide_that_fits_has_no_fault() -> None:
    assert faults(stage(also=("how",))) == []


def test_an_article_that_is_missing_is_an_error_in_each_language() -> None:
    assert faults(stage(), ALL[:2]) == [("guide-document", "how", "en")]
    assert faults(stage(), ()) == [("guide-document", "how", "en"), ("guide-document", "how", "zh-CN")]
    assert faults(stage(also=("gone",))) == [("guide-document", "gone", "")]


def test_a_section_or_step_that_is_missing_is_an_error_in_each_language() -> None:
    short = (*ALL[:2], document("en", "one"))
    assert faults(stage(), short) == [("guide-step", "how", "en")]
    assert faults(stage(replace(PART, steps=(0,))), ALL[:1] + ALL[2:]) == [
        ("guide-step", "how", "en"),
        ("guide-step", "how", "zh-CN"),
    ]
    assert faults(stage(GuidePart("how", SectionKind.WHY))) == [
        ("guide-section", "how", locale) for locale in sorted(GUIDE_LOCALES)
    ]


@pytest.mark.parametrize("locale", GUIDE_LOCALES)
def test_a_language_that_is_missing_is_an_error(locale: str) -> None:
    lacking = {key: text for key, text in TEXTS.items() if key != locale}
    assert faults(stage(titles=lacking)) == [("guide-locale", "start", locale)]
    assert faults(stage(titles={**TEXTS, locale: " "})) == [("guide-locale", "start", locale)]


def test_the_shipped_guide_fits_the_shipped_articles(tmp_path: Path) -> None:
    guides = load_guides()
    assert lint_guides(guides.values(), Catalog(tmp_path / "data").documents()) == ()
    stages = [stage.id for stage in guides[START].stages]
    assert stages == ["register", "verify", "protect", "identity", "deposit", "trade", "withdraw", "risks"]
    named = [(part.document_id, part.section) for stage in guides[START].stages for part in stage.parts]
    assert ("acc-2fa-setup", SectionKind.STEPS) in named
    assert ("sec-anti-phishing-code", SectionKind.STEPS) in named


def test_the_languages_of_a_shipped_step_are_told_apart_by_number(tmp_path: Path) -> None:
    """A part that picks steps picks the same ones in every language: the articles have as many."""
    documents = {(d.id, d.locale): d for d in Catalog(tmp_path / "data").documents()}
    for stage in load_guides()[START].stages:
        for part in stage.parts:
            counts = {len(guide_items(documents[part.document_id, locale], part.section)) for locale in GUIDE_LOCALES}
            assert len(counts) == 1, (stage.id, part)

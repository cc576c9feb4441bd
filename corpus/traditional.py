"""Traditional Chinese as written in Taiwan: OpenCC with phrases, then terms that people reviewed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from corpus.model import Document, Section, Table

LOCALE = "zh-TW"


@cache
def _converter() -> Any:
    from opencc import OpenCC  # loads its dictionaries: not at import

    return OpenCC("s2twp")


@cache
def _terms() -> tuple[re.Pattern[str], dict[str, str]]:
    text = (files("corpus") / "data" / "zh_tw_terms.yaml").read_text(encoding="utf-8")
    terms: dict[str, str] = yaml.safe_load(text)
    longest_first = sorted(terms, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), terms


def to_traditional(text: str) -> str:
    """Simplified Chinese to Traditional; Latin text and digits are left alone."""
    converted: str = _converter().convert(text)
    pattern, terms = _terms()
    return pattern.sub(lambda match: terms[match[0]], converted)


def traditional(document: Document) -> Document:
    """The document for readers of Traditional Chinese, without example questions: those of all locales lead to it."""
    return replace(
        document,
        locale=LOCALE,
        title=to_traditional(document.title),
        sections=tuple(_section(section) for section in document.sections),
        questions=(),
    )


def _section(section: Section) -> Section:
    def each(texts: tuple[str, ...], convert: Callable[[str], str] = to_traditional) -> tuple[str, ...]:
        return tuple(map(convert, texts))

    return replace(
        section,
        heading=to_traditional(section.heading),
        paragraphs=each(section.paragraphs),
        steps=each(section.steps),
        tables=tuple(Table(each(table.headers), tuple(map(each, table.rows))) for table in section.tables),
        questions=(),
    )

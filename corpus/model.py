"""The nouns of the knowledge layer: a document with typed sections, cut into passages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class SectionKind(StrEnum):
    """What a section is for. Headings are fixed per locale; anything else is `BODY`."""

    SHORT_ANSWER = "short_answer"
    APPLIES = "applies"
    WHY = "why"
    STEPS = "steps"
    TIMES_FEES = "times_fees"
    EXCEPTIONS = "exceptions"
    HAVE_READY = "have_ready"
    CONTACT = "contact"
    SAFETY = "safety"
    BODY = "body"


class PassageKind(StrEnum):
    """The shape of a passage: it decides how a passage may be quoted."""

    PROSE = "prose"
    STEPS = "steps"
    ROW = "row"
    QUESTION = "question"
    """How a customer may ask for the document: found, never quoted; `stands_for` names the passage that is shown."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a section. Every row has as many cells as there are headers."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One `##` section of a document, in reading order.

    Attributes:
        heading: the heading as written, `""` for text before the first heading.
        paragraphs: plain-text paragraphs and bullet items, Markdown removed.
        steps: items of the ordered list, in order, without their numbers.
        tables: the tables, cell text without Markdown.
    """

    kind: SectionKind
    heading: str
    paragraphs: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one article in one locale.

    Attributes:
        id: the same in every locale (`wd-delayed`).
        locale: BCP-47 (`zh-CN`, `en`).
        notices: ids of the notices that code must append to any answer that cites this document.
        questions: the question in customers' own words, in any language; they are indexed, never quoted.
        effective_until: the first day on which it no longer holds; `None` = open.
        digest: SHA-256 of the rendered source, hex.
    """

    id: str
    locale: str
    title: str
    category: str
    sections: tuple[Section, ...]
    audience: str = "public"
    jurisdictions: tuple[str, ...] = ("*",)
    notices: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    effective_from: date = date(2000, 1, 1)
    effective_until: date | None = None
    owner: str = ""
    version: int = 1
    source: str = ""
    digest: str = ""

    def valid_on(self, day: date) -> bool:
        """Whether the document holds on `day`."""
        return self.effective_from <= day and (self.effective_until is None or day < self.effective_until)


@dataclass(frozen=True, slots=True)
class Passage:
    """What is retrieved and cited: a stretch of one section, small enough to embed and to read.

    Attributes:
        id: hash of document, locale and text: the same text keeps its id across builds.
        ordinal: position in the document, from 0.
        text: exactly what may be quoted. A row reads `header：cell；header：cell` (zh) or `header: cell; …` (en).
        cells: for a row, `header -> cell` in column order; empty otherwise.
        tokens: length of `text` by the configured token counter.
        stands_for: for a question, the id of the passage that answers it; empty otherwise.
    """

    id: str
    document_id: str
    locale: str
    title: str
    category: str
    section: SectionKind
    kind: PassageKind
    heading: str
    ordinal: int
    text: str
    tokens: int
    cells: Mapping[str, str] = field(default_factory=dict)
    audience: str = "public"
    jurisdictions: tuple[str, ...] = ("*",)
    notices: tuple[str, ...] = ()
    effective_from: date = date(2000, 1, 1)
    effective_until: date | None = None
    version: int = 1
    stands_for: str = ""

    @property
    def indexed_text(self) -> str:
        """What retrieval sees: the title and the heading give a short passage its topic; a question has its own."""
        if self.kind is PassageKind.QUESTION:
            return self.text
        return "\n".join(part for part in (self.title, self.heading, self.text) if part)

    def valid_on(self, day: date) -> bool:
        """Whether the passage's document holds on `day`."""
        return self.effective_from <= day and (self.effective_until is None or day < self.effective_until)

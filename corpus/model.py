"""The nouns of the knowledge layer: a document with typed sections, cut into passages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

BEGINNING = date(2000, 1, 1)
"""The first day of a document that does not say from when it holds: before anything the desk is asked about."""


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
    PAIR = "pair"
    """One approved question with its answer: the heading is the question, the answer is quoted as a whole."""
    BODY = "body"


class PassageKind(StrEnum):
    """The shape of a passage: it decides how a passage may be quoted."""

    PROSE = "prose"
    STEPS = "steps"
    ROW = "row"
    ANSWER = "answer"
    """The answer of an approved pair: quoted whole or not at all."""
    QUESTION = "question"
    """How a customer may ask for the document: found, never quoted; `stands_for` names the passage that is shown."""


PUBLIC = "public"
"""The audience of what everybody may read."""


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
        questions: how customers ask for this section alone; found, never quoted.
        page: page of a PDF or slide of a presentation, from 1.
        part: sheet, attachment or other named part of the file; `""` = the file has none.
    """

    kind: SectionKind
    heading: str
    paragraphs: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    questions: tuple[str, ...] = ()
    page: int | None = None
    part: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one article in one locale.

    Attributes:
        id: the same in every locale (`wd-delayed`).
        locale: BCP-47 (`zh-CN`, `en`).
        notices: ids of the notices that code must append to any answer that cites this document.
        products: what it is about (`spot`, `futures`, `merchant` …); `*` = all.
        questions: the question in customers' own words, in any language; they are indexed, never quoted.
        effective_until: the first day on which it no longer holds; `None` = open.
        review_due: the day by which its owner must look at it again; `None` = never.
        digest: SHA-256 of the rendered source, hex.
    """

    id: str
    locale: str
    title: str
    category: str
    sections: tuple[Section, ...]
    audience: str = PUBLIC
    jurisdictions: tuple[str, ...] = ("*",)
    products: tuple[str, ...] = ("*",)
    notices: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    effective_from: date = BEGINNING
    effective_until: date | None = None
    review_due: date | None = None
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
        parent: the same for all passages of one section of one document: what a passage is read in the light of.
        version: newest version of the document in which the text stands.
        page: as `Section.page`.
        part: as `Section.part`.
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
    audience: str = PUBLIC
    jurisdictions: tuple[str, ...] = ("*",)
    products: tuple[str, ...] = ("*",)
    notices: tuple[str, ...] = ()
    effective_from: date = BEGINNING
    effective_until: date | None = None
    version: int = 1
    stands_for: str = ""
    parent: str = ""
    page: int | None = None
    part: str = ""

    @property
    def indexed_text(self) -> str:
        """What retrieval sees: the title and the heading give a short passage its topic; a question has its own."""
        if self.kind is PassageKind.QUESTION:
            return self.text
        return "\n".join(part for part in (self.title, self.heading, self.text) if part)

    def valid_on(self, day: date) -> bool:
        """Whether the passage's document holds on `day`."""
        return self.effective_from <= day and (self.effective_until is None or day < self.effective_until)

"""A small catalog for the tests: two facts, one seed article in two languages, and a clock that is set by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from corpus.catalog import Catalog, NewDocument
from corpus.edition import Change
from corpus.facts import FactsTable
from corpus.loaders import parse_document
from corpus.model import Document

FACTS = FactsTable.parse(
    {
        "facts": {
            "wait": {"value": 2, "unit": "hours"},
            "fee": {"value": 1, "unit": "USDT", "was": [{"until": date(2026, 4, 15), "value": 2}]},
        }
    }
)


HEAD = "---\nid: fee\nlocale: en\ntitle: Fee\ncategory: c\n{}---\n{}"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def on(self, day: date) -> None:
        self.now = datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC)


def new(catalog: Catalog, name: str, text: str) -> NewDocument:
    content = text.encode()
    return NewDocument(parse_document(name, content, catalog.facts), name, content)


def put(catalog: Catalog, name: str, text: str, *, draft: bool = False, start: date | None = None) -> Change:
    return catalog.add_all((new(catalog, name, text),), draft=draft, effective_from=start)[0]


def keys(documents: tuple[Document, ...]) -> list[tuple[str, str, str]]:
    return [(d.id, d.locale, d.title) for d in documents if d.locale != "zh-TW"]


def said(catalog: Catalog, document_id: str, on: date | None = None, known_at: datetime | None = None) -> list[str]:
    found = catalog.documents(on, known_at)
    return [d.sections[0].paragraphs[0] for d in found if d.id == document_id and d.locale != "zh-TW"]


def dated(text: str, start: str = "", end: str = "") -> str:
    lines = (f"effective_from: {start}\n" if start else "") + (f"effective_until: {end}\n" if end else "")
    return HEAD.format(lines, text)

from __future__ import annotations

from dataclasses import replace
from datetime import date

from corpus.chunking import chunk
from corpus.model import Document, Section, SectionKind
from corpus.tokens import TiktokenCounter

DOCUMENT = Document(
    id="d",
    locale="en",
    title="Fees",
    category="c",
    sections=(Section(SectionKind.BODY, "Heading", ("Text.",)),),
    effective_from=date(2026, 1, 1),
    effective_until=date(2026, 2, 1),
)


def test_validity_begins_on_the_first_day_and_ends_before_the_last() -> None:
    (passage,) = chunk(DOCUMENT, TiktokenCounter())
    for thing in (DOCUMENT, passage):
        days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1)]
        assert [thing.valid_on(day) for day in days] == [False, True, True, False]
    assert replace(DOCUMENT, effective_until=None).valid_on(date(2999, 1, 1))


def test_retrieval_sees_title_and_heading() -> None:
    (passage,) = chunk(DOCUMENT, TiktokenCounter())
    assert passage.indexed_text == "Fees\nHeading\nText."
    assert replace(passage, heading="").indexed_text == "Fees\nText."

"""Documents that somebody has to look at: the review is due, the last day is near, or it has passed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby

from corpus.edition import Edition, Stale

NEAR = timedelta(days=30)
"""How long before its last day a document is listed."""


def stale(editions: Iterable[Edition], on: date) -> tuple[Stale, ...]:
    """What is stale on a day, the most urgent first. Traditional Chinese that is derived is listed by its original.

    Args:
        editions: those of a document and locale together, by first day, as `Catalog.editions` gives them.
        on: the day.
    """
    found: list[Stale] = []
    for _, group in groupby(editions, key=lambda edition: edition.key):
        found += _of_document(tuple(group), on)
    return tuple(sorted(found, key=lambda item: (item.day, item.document_id, item.locale)))


def _of_document(editions: tuple[Edition, ...], on: date) -> Iterator[Stale]:
    if editions[-1].derived:
        return
    last = editions[-1].document
    until = last.effective_until
    if until is not None and until <= on + NEAR:
        over = until <= on
        yield Stale(last.id, last.locale, last.title, last.owner, "expired" if over else "expiring", until)
    for edition in editions:
        document = edition.document
        if document.valid_on(on) and document.review_due is not None and document.review_due <= on:
            yield Stale(document.id, document.locale, document.title, document.owner, "review_due", document.review_due)

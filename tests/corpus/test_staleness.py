from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from corpus.edition import Edition
from corpus.model import Document, Section, SectionKind
from corpus.staleness import stale

ON = date(2026, 6, 1)
DOCUMENT = Document("fee", "en", "Fees", "c", (Section(SectionKind.BODY, "", ("text",)),), owner="payments")


def edition(start: date, until: date | None, review_due: date | None = None, **changes: Any) -> Edition:
    dated = replace(DOCUMENT, effective_from=start, effective_until=until, review_due=review_due)
    return Edition(replace(dated, **changes), "file")


def reasons(*editions: Edition) -> list[tuple[str, str, date]]:
    return [(item.document_id, item.reason, item.day) for item in stale(editions, ON)]


def test_what_holds_and_is_not_due_is_not_listed() -> None:
    assert reasons(edition(date(2026, 1, 1), None, date(2026, 6, 2))) == []


@pytest.mark.parametrize(
    ("until", "reason"),
    [
        (date(2026, 5, 1), "expired"),
        (ON, "expired"),
        (date(2026, 6, 2), "expiring"),
        (date(2026, 7, 1), "expiring"),
        (date(2026, 7, 2), None),
    ],
)
def test_the_last_day_counts_from_thirty_days_before(until: date, reason: str | None) -> None:
    assert reasons(edition(date(2026, 1, 1), until)) == ([("fee", reason, until)] if reason else [])


def test_what_something_follows_is_not_stale() -> None:
    assert reasons(edition(date(2026, 1, 1), date(2026, 5, 1)), edition(date(2026, 5, 1), None)) == []


def test_a_review_is_due_of_what_holds_now_only() -> None:
    past = edition(date(2026, 1, 1), date(2026, 5, 1), date(2026, 2, 1))
    now = edition(date(2026, 5, 1), None, ON)
    assert reasons(past, now) == [("fee", "review_due", ON)]


def test_the_most_urgent_comes_first_with_its_owner() -> None:
    found = stale(
        (
            edition(date(2026, 1, 1), date(2026, 6, 20), id="a"),
            edition(date(2026, 1, 1), None, date(2026, 3, 1), id="b"),
        ),
        ON,
    )
    assert [(item.document_id, item.owner) for item in found] == [("b", "payments"), ("a", "payments")]


def test_what_is_derived_is_listed_by_its_original() -> None:
    original = edition(date(2026, 1, 1), ON, locale="zh-CN")
    derived = replace(edition(date(2026, 1, 1), ON, locale="zh-TW"), derived=True)
    assert [item.locale for item in stale((original, derived), ON)] == ["zh-CN"]

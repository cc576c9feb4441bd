"""Ratings, on both databases."""

from __future__ import annotations

import pytest

from assistant.storage.database import Database
from assistant.storage.errors import RecordRefusedError
from assistant.ticket import Rating
from tests.storage.samples import NOW, decision, draft, later, reply, stage


def send(database: Database, count: int) -> None:
    with database.writing() as records:
        stage(records)
        for n in range(count):
            approved, decided = draft(f"d{n}"), decision(f"x{n}", draft_id=f"d{n}")
            records.drafts.add(approved)
            records.decisions.add(decided)
            records.replies.add(reply(f"r{n}", approved=approved, by=decided), waited_minutes=1)


def test_the_last_rating_of_a_reply_counts(database: Database) -> None:
    send(database, 2)
    first = Rating("r0", True, (), "", NOW)
    last = Rating("r0", False, ("wrong", "slow"), "没有解决", later(1))
    other = Rating("r1", True, (), "", later(2))
    with database.writing() as records:
        for value in (first, other, last):
            records.ratings.put(value)
    with database.reading() as records:
        assert records.ratings.of_conversation("c1") == {"r0": last, "r1": other}
        assert records.ratings.of_conversation("c2") == {}
        assert list(records.ratings.all()) == [(last, "wd-delayed"), (other, "wd-delayed")]


def test_all_ratings_are_listed_once_over_several_pages(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.storage.ratings.BATCH", 2)
    send(database, 5)
    with database.writing() as records:
        for n in range(5):
            records.ratings.put(Rating(f"r{n}", True, (), "", later(n // 4)))
    with database.reading() as records:
        assert [value.reply_id for value, _ in records.ratings.all()] == ["r0", "r1", "r2", "r3", "r4"]


def test_only_a_reply_is_rated(database: Database) -> None:
    with pytest.raises(RecordRefusedError), database.writing() as records:
        records.ratings.put(Rating("r9", True, (), "", NOW))

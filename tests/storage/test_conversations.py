"""Conversations, on both databases."""

from __future__ import annotations

from assistant.storage.database import Database
from tests.storage.samples import conversation, later


def test_a_conversation_comes_back(database: Database) -> None:
    value = conversation(jurisdiction=None)
    with database.writing() as records:
        records.conversations.add(value)
    with database.reading() as records:
        assert records.conversations.get("c1") == value
        assert records.conversations.get("c2") is None


def test_the_newest_of_a_customer_and_channel_counts(database: Database) -> None:
    with database.writing() as records:
        records.conversations.add(conversation("c1", customer_id="a", created_at=later(2)))
        records.conversations.add(conversation("c2", customer_id="a", created_at=later(1)))
        records.conversations.add(conversation("c3", customer_id="a", channel="mail", created_at=later(3)))
        records.conversations.add(conversation("c4", customer_id="b", created_at=later(4)))
    with database.reading() as records:
        found = [records.conversations.of_customer(*key) for key in (("a", "web"), ("a", "mail"), ("c", "web"))]
    assert [value and value.id for value in found] == ["c1", "c3", None]


def test_the_locale_changes_and_nothing_else(database: Database) -> None:
    with database.writing() as records:
        records.conversations.add(conversation("c1"))
        records.conversations.add(conversation("c2"))
        records.conversations.set_locale("c1", "en")
    with database.reading() as records:
        assert records.conversations.get("c1") == conversation("c1", locale="en")
        assert records.conversations.get("c2") == conversation("c2")

"""Notices, on both databases."""

from __future__ import annotations

from assistant.storage.database import Database
from tests.storage.samples import conversation, later, notice, stage, ticket


def test_notices_come_back_in_order(database: Database) -> None:
    with database.writing() as records:
        stage(records)
        records.conversations.add(conversation("c2"))
        records.tickets.add(ticket("t2", conversation_id="c2"))
        for value in (notice("a"), notice("b", created_at=later(1), after=3), notice("c", ticket_id="t2")):
            records.notices.add(value)
    with database.reading() as records:
        assert records.notices.of_conversation("c1") == (notice("b", created_at=later(1), after=3), notice("a"))
        assert records.notices.of_conversation("c3") == ()

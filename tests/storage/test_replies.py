"""Replies, on both databases: what is read is what was approved, or it is not read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from assistant.model import Disposition
from assistant.reply import ReplyRefusedError, text_hash
from assistant.storage.database import Database
from assistant.storage.errors import DamagedRecordError, DuplicateReplyError
from tests.storage.samples import conversation, decision, draft, later, reply, stage, ticket
from tests.storage.tampering import tamper


@pytest.fixture
def staged(database: Database) -> Database:
    with database.writing() as records:
        stage(records)
        records.drafts.add(draft())
        records.decisions.add(decision())
    return database


def test_replies_come_back_in_order(staged: Database) -> None:
    second = draft("d2", "第二封")
    elsewhere = draft("d3", "别处", ticket_id="t2")
    values = [
        replace(reply("r9"), sent_at=later(1)),
        replace(reply("r1", approved=second, by=decision("x2", draft_id="d2")), sent_at=later(2)),
        reply("r2", approved=elsewhere, by=decision("x3", draft_id="d3", ticket_id="t2")),
    ]
    with staged.writing() as records:
        records.conversations.add(conversation("c2"))
        records.tickets.add(ticket("t2", conversation_id="c2"))
        for value in values:
            if value.id != "r9":
                records.drafts.add(value.draft)
                records.decisions.add(value.decision)
            records.replies.add(value, waited_minutes=3)
    with staged.reading() as records:
        assert records.replies.of_conversation("c1") == tuple(values[:2])
        assert records.replies.get("r2") == values[2]
        assert records.replies.get("r7") is None


def test_one_draft_and_one_decision_are_one_reply(staged: Database) -> None:
    with staged.writing() as records:
        records.replies.add(reply(), waited_minutes=1)
        records.decisions.add(decision("x2"))
        with pytest.raises(DuplicateReplyError):
            records.replies.add(reply("r2", by=decision("x2")), waited_minutes=1)
        records.drafts.add(draft("d2"))
        with pytest.raises(DuplicateReplyError):
            records.replies.add(reply("r2", approved=draft("d2"), by=decision("x1", draft_id="d2")), waited_minutes=1)
    with staged.reading() as records:
        assert len(records.replies.of_conversation("c1")) == 1


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ("UPDATE draft SET text = 'Send me your seed phrase.'", ReplyRefusedError),
        (f"UPDATE draft SET text = 'x', sha256 = '{text_hash('x')}'", DamagedRecordError),
        (f"UPDATE reply SET sha256 = '{text_hash('x')}'", DamagedRecordError),
        ("UPDATE decision SET kind = 'reject'", ReplyRefusedError),
        ("UPDATE verdict SET disposition = 'block'", ReplyRefusedError),
        ("DELETE FROM decision", DamagedRecordError),
        ("UPDATE reply SET ticket_id = 't2'", DamagedRecordError),
    ],
)
def test_what_was_not_approved_is_not_read(staged: Database, change: str, error: type[Exception]) -> None:
    with staged.writing() as records:
        records.replies.add(reply(), waited_minutes=1)
    tamper(staged, text(change))
    with staged.reading() as records, pytest.raises(error):
        records.replies.get("r1")


def test_nobody_can_store_what_policy_blocks() -> None:
    with pytest.raises(ReplyRefusedError):
        reply(approved=draft(disposition=Disposition.BLOCK))

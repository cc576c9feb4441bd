"""Replies. They hold no text of their own: a reply is its draft and the decision that approved it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, or_, select
from sqlalchemy.engine import Connection

from assistant.reply import Reply, text_hash
from assistant.storage.decisions import Decisions
from assistant.storage.drafts import Drafts
from assistant.storage.errors import DamagedRecordError, DuplicateReplyError
from assistant.storage.repository import Repository
from assistant.storage.seals import Sealed, Seals, fingerprint
from assistant.storage.tables import reply, ticket

_C = reply.c


class Replies(Repository):
    """Replies are added and never changed."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        super().__init__(connection)
        self._seals = seals
        self._drafts = Drafts(connection, seals)
        self._decisions = Decisions(connection, seals)

    def add(self, value: Reply, waited_minutes: float) -> None:
        """Store a reply under the topic that its ticket has now. `waited_minutes`: from the question to the reply.

        Raises:
            DuplicateReplyError: the draft or the decision has become a reply already; nothing was stored.
        """
        twice = or_(_C.draft_id == value.draft.id, _C.decision_id == value.decision.id)
        if self._one(select(_C.id).where(twice).limit(1)) is not None:
            raise DuplicateReplyError("This draft was sent already.", hint="Reload the ticket.")
        row = {
            "id": value.id,
            "ticket_id": value.draft.ticket_id,
            "draft_id": value.draft.id,
            "decision_id": value.decision.id,
            "sha256": value.sha256,
            "topic": self._scalar(select(ticket.c.topic).where(ticket.c.id == value.draft.ticket_id)) or "",
            "waited_minutes": float(waited_minutes),
            "sent_at": value.sent_at,
        }
        self._run(insert(reply).values(**row))
        self._seals.add("reply", value.id, _fingerprint(row), value.sent_at)

    def get(self, reply_id: str) -> Reply | None:
        """The reply, approved anew: its constructor checks the decision and the bytes.

        Raises:
            DamagedRecordError, ReplyRefusedError: it is not what was approved.
        """
        found = self._load(self._all(select(reply).where(_C.id == reply_id)))
        return found[0] if found else None

    def of_conversation(self, conversation_id: str) -> tuple[Reply, ...]:
        """All replies of a conversation, oldest first.

        Raises:
            DamagedRecordError, ReplyRefusedError: one of them is not what was approved.
        """
        found = select(reply).join(ticket, ticket.c.id == _C.ticket_id)
        found = found.where(ticket.c.conversation_id == conversation_id).order_by(_C.sent_at, _C.id)
        return self._load(self._all(found))

    def newest(self, limit: int) -> tuple[Reply, ...]:
        """The replies that were sent last, newest first.

        Raises:
            DamagedRecordError, ReplyRefusedError: one of them is not what was approved.
        """
        return self._load(self._all(select(reply).order_by(_C.sent_at.desc(), _C.id.desc()).limit(limit)))

    def waits(self) -> tuple[tuple[str, datetime, float], ...]:
        """Topic, time and minutes waited of every reply, oldest first."""
        found = select(_C.topic, _C.sent_at, _C.waited_minutes).order_by(_C.sent_at, _C.id)
        return tuple((row.topic, row.sent_at, row.waited_minutes) for row in self._all(found))

    def ids(self, after: str, limit: int) -> list[str]:
        """The next ids in order, for the audit."""
        return self._ids(reply, after, limit)

    def sealed(self, ids: Sequence[str]) -> tuple[Sealed, ...]:
        """What the audit checks of these replies.

        Raises:
            DamagedRecordError, ReplyRefusedError: one of them is not what was approved.
        """
        rows = self._all(select(reply).where(_C.id.in_(ids)).order_by(_C.id))
        return tuple(
            Sealed("reply", row.id, row.ticket_id, _fingerprint(dict(row._mapping)), text_hash(value.text))
            for row, value in zip(rows, self._load(rows), strict=True)
        )

    def _load(self, rows: Sequence[Row[Any]]) -> tuple[Reply, ...]:
        drafts = self._drafts.by_ids([row.draft_id for row in rows])
        decisions = self._decisions.by_ids([row.decision_id for row in rows])
        replies = []
        for row in rows:
            draft, decision = drafts.get(row.draft_id), decisions.get(row.decision_id)
            if draft is None or decision is None or draft.ticket_id != row.ticket_id:
                raise DamagedRecordError(f"Reply {row.id} has not the draft and the decision it was stored with.")
            value = Reply(row.id, draft, decision, row.sent_at)
            if value.sha256 != row.sha256:
                raise DamagedRecordError(f"The text of reply {row.id} is not the one that was sent.")
            replies.append(value)
        return tuple(replies)


def _fingerprint(row: dict[str, Any]) -> str:
    return fingerprint("reply", [[name, row[name]] for name in sorted(row)])

"""What customers said of replies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Row, select, tuple_

from assistant.storage.repository import BATCH, Repository
from assistant.storage.tables import rating, reply, ticket
from assistant.storage.upsert import insert_or_replace
from assistant.ticket import Rating

_C = rating.c


class Ratings(Repository):
    """One rating per reply; the last one counts."""

    def put(self, value: Rating) -> None:
        """Store a rating in place of an earlier one of the same reply."""
        row = {
            "reply_id": value.reply_id,
            "solved": value.solved,
            "reasons": list(value.reasons),
            "comment": value.comment,
            "created_at": value.created_at,
        }
        insert_or_replace(self._connection, rating, row, ["reply_id"])

    def of_conversation(self, conversation_id: str) -> Mapping[str, Rating]:
        """The ratings of a conversation, by reply id."""
        found = select(rating).join(reply, reply.c.id == _C.reply_id).join(ticket, ticket.c.id == reply.c.ticket_id)
        rows = self._all(found.where(ticket.c.conversation_id == conversation_id))
        return {row.reply_id: _rating(row) for row in rows}

    def all(self) -> Iterator[tuple[Rating, str]]:
        """Every rating with the topic of its reply, oldest first."""
        order = tuple_(_C.created_at, _C.reply_id)
        found = select(rating, reply.c.topic).join(reply, reply.c.id == _C.reply_id)
        page = found.order_by(_C.created_at, _C.reply_id).limit(BATCH)
        rows = self._all(page)
        while rows:
            yield from ((_rating(row), row.topic) for row in rows)
            rows = self._all(page.where(order > (rows[-1].created_at, rows[-1].reply_id)))


def _rating(row: Row[Any]) -> Rating:
    return Rating(row.reply_id, row.solved, tuple(row.reasons), row.comment, row.created_at)

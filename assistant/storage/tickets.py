"""Tickets: every change names the version it was made on, and does nothing when that is not the stored one."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, literal, or_, select, text, tuple_, update

from assistant.storage.errors import DuplicateNumberError
from assistant.storage.repository import Repository
from assistant.storage.tables import OPEN, PENDING, SETTLED, reply, ticket
from assistant.storage.upsert import insert_or_skip
from assistant.ticket import Ticket, TicketState

_C = ticket.c
_NAMES = tuple(field.name for field in fields(Ticket))
_COLUMNS = [_C[name] for name in _NAMES]
_FIXED = {"id", "number", "conversation_id", "opened_at", "version"}


class Tickets(Repository):
    """The tickets and their order."""

    def add(self, value: Ticket) -> None:
        """Store a new ticket.

        Raises:
            DuplicateNumberError: its number is taken; nothing was stored, and the transaction goes on.
        """
        row = {name: getattr(value, name) for name in _NAMES} | {"settled_at": _settled(value)}
        if not insert_or_skip(self._connection, ticket, row, ["number"]):
            raise DuplicateNumberError(f"There is a ticket {value.number}.", hint="Take another number.")

    def get(self, ticket_id: str) -> Ticket | None:
        """The ticket."""
        return self._first(self._select().where(_C.id == ticket_id))

    def by_number(self, number: str) -> Ticket | None:
        """The ticket that people call `number`."""
        return self._first(self._select().where(_C.number == number))

    def of_conversation(self, conversation_id: str) -> tuple[Ticket, ...]:
        """All tickets of a conversation, oldest first."""
        found = self._select().where(_C.conversation_id == conversation_id).order_by(_C.opened_at, _C.id)
        return self._tickets(found)

    def newest(self, conversation_id: str) -> Ticket | None:
        """The ticket that was opened last in a conversation."""
        found = self._select().where(_C.conversation_id == conversation_id)
        return self._first(found.order_by(_C.opened_at.desc(), _C.id.desc()).limit(1))

    def save(self, value: Ticket, expected_version: int) -> bool:
        """Store every field that can change, as version `expected_version + 1`, whatever `value.version` says.

        Returns:
            `False`, and nothing is stored, when there is no such ticket or its version is another.
        """
        row = {name: getattr(value, name) for name in _NAMES if name not in _FIXED}
        row |= {"settled_at": _settled(value), "version": expected_version + 1}
        statement = update(ticket).where(_C.id == value.id, _C.version == expected_version)
        return self._changes(statement.values(**row)) == 1

    def claim(self, ticket_id: str, user_id: str, *, expected_version: int, now: datetime, until: datetime) -> bool:
        """Give the ticket to one person until `until`.

        Returns:
            `False` when the version is another, the ticket is not in the queue, or somebody else's lease still runs.
        """
        free = or_(
            _C.state == TicketState.QUEUED,
            and_(_C.state == TicketState.CLAIMED, or_(_C.lease_until <= now, _C.assignee_id == user_id)),
        )
        statement = update(ticket).where(_C.id == ticket_id, _C.version == expected_version, free)
        claimed = statement.values(
            state=TicketState.CLAIMED, assignee_id=user_id, lease_until=until, version=_C.version + 1
        )
        return self._changes(claimed) == 1

    def renew(self, ticket_id: str, user_id: str, *, until: datetime) -> bool:
        """Let a person keep a ticket longer. The version stays: no decision is affected.

        Returns:
            `False` when that person does not hold it (any more).
        """
        held = and_(_C.id == ticket_id, _C.state == TicketState.CLAIMED, _C.assignee_id == user_id)
        return self._changes(update(ticket).where(held).values(lease_until=until)) == 1

    def pending(self, limit: int) -> tuple[Ticket, ...]:
        """Tickets that are to be drafted, the one that waits longest first."""
        undrafted = self._select().where(text(PENDING))
        return self._tickets(undrafted.order_by(_C.waiting_since, _C.id).limit(limit))

    def open(self, limit: int | None = None) -> tuple[Ticket, ...]:
        """Tickets in the queue or in somebody's hands, the most urgent first; with a limit, the first so many."""
        found = self._select().where(text(OPEN))
        return self._tickets(found.order_by(_C.urgency, _C.waiting_since, _C.id).limit(limit))

    def recent(self, limit: int) -> tuple[Ticket, ...]:
        """Tickets that wait for nobody of the desk (answered, awaiting, closed), the last one first."""
        found = self._select().where(text(SETTLED))
        return self._tickets(found.order_by(_C.settled_at.desc(), _C.id.desc()).limit(limit))

    def ahead(self, value: Ticket) -> int:
        """How many other open tickets come before this one in the order of `open`."""
        order = tuple_(_C.urgency, _C.waiting_since, _C.id)
        place = tuple_(
            literal(value.urgency, _C.urgency.type),
            literal(value.waiting_since, _C.waiting_since.type),
            literal(value.id, _C.id.type),
        )
        count = select(func.count()).select_from(ticket).where(text(OPEN), order < place)
        return int(self._scalar(count))

    def answer_minutes(self, topic: str | None, limit: int) -> tuple[float, ...]:
        """How many minutes the last replies had been waited for, newest first; of one topic, or `None` = of all."""
        found = select(reply.c.waited_minutes).order_by(reply.c.sent_at.desc(), reply.c.id.desc()).limit(limit)
        if topic is not None:
            found = found.where(reply.c.topic == topic)
        return tuple(row.waited_minutes for row in self._all(found))

    @staticmethod
    def _select() -> Select[Any]:
        return select(*_COLUMNS)

    def _tickets(self, statement: Select[Any]) -> tuple[Ticket, ...]:
        return tuple(Ticket(**row._mapping) for row in self._all(statement))

    def _first(self, statement: Select[Any]) -> Ticket | None:
        row = self._one(statement)
        return None if row is None else Ticket(**row._mapping)


def _settled(value: Ticket) -> datetime:
    return value.closed_at or value.answered_at or value.waiting_since

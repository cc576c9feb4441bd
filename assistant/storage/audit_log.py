"""The audit log: appended to, one event after the other, and never changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.engine import Connection

from assistant.audit_event import AuditEvent, Value, link
from assistant.storage.columns import json_text, json_value, moment, moment_text
from assistant.storage.errors import DamagedRecordError
from assistant.storage.repository import BATCH, Repository
from assistant.storage.seals import PREFIX, Seals
from assistant.storage.tables import audit_event, audit_head

_C = audit_event.c


class AuditLog(Repository):
    """The chain of events and its head. Triggers of the database refuse to change or delete an event."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        super().__init__(connection)
        self._seals = seals

    def append(
        self, at: datetime, actor: str, action: str, subject: str, data: Mapping[str, Value] | None = None
    ) -> AuditEvent:
        """Hang an event on the chain, in this transaction.

        Its `data` also takes the fingerprints of the records that the transaction has added since the event before,
        under `row:<kind>:<id>`.

        Raises:
            ValueError: a key of `data` begins with `row:`, or a number in it is not finite.
        """
        if data and any(key.startswith(PREFIX) for key in data):
            raise ValueError(f"{PREFIX} is kept for fingerprints")
        head = self._connection.execute(select(audit_head.c.seq, audit_head.c.hash).with_for_update()).one()
        event = link(head.seq + 1, at, actor, action, subject, {**(data or {}), **self._seals.take()}, head.hash)
        self._run(
            insert(audit_event).values(
                seq=event.seq,
                at=moment_text(event.at),
                actor=actor,
                action=action,
                subject=subject,
                data=json_text(event.data),
                previous=event.previous,
                hash=event.hash,
            )
        )
        self._run(update(audit_head).values(seq=event.seq, hash=event.hash))
        return event

    def seal(self) -> None:
        """Give records that no event has taken one of their own; called at the end of every transaction."""
        latest = self._seals.latest
        if latest is not None:
            self.append(latest, "desk", "records.sealed", "storage")

    def of_subject(self, subject: str) -> tuple[AuditEvent, ...]:
        """The events of one thing, oldest first."""
        return tuple(
            _event(row) for row in self._all(select(audit_event).where(_C.subject == subject).order_by(_C.seq))
        )

    def since(self, seq: int) -> Iterator[AuditEvent]:
        """The events after number `seq`, one after the other, however many there are.

        Raises:
            DamagedRecordError: an event is not as it was stored; its number is named.
        """
        rows = self._all(_page(seq))
        while rows:
            yield from map(_event, rows)
            rows = self._all(_page(rows[-1].seq))

    def iterate(self) -> Iterator[AuditEvent]:
        """All events, one after the other."""
        return self.since(0)

    def head(self) -> tuple[int, str]:
        """Number and hash of the last event; 0 and `GENESIS` before the first.

        Raises:
            DamagedRecordError: the head is gone.
        """
        row = self._one(select(audit_head.c.seq, audit_head.c.hash))
        if row is None:
            raise DamagedRecordError("The head of the audit log is gone.")
        return row.seq, row.hash


def _page(seq: int) -> Any:
    return select(audit_event).where(_C.seq > seq).order_by(_C.seq).limit(BATCH)


def _event(row: Row[Any]) -> AuditEvent:
    try:
        at, data = moment(row.at), json_value(row.data)
        if not isinstance(data, dict):
            raise DamagedRecordError("Its data is no object.")
    except DamagedRecordError as error:
        raise DamagedRecordError(f"Audit event {row.seq} is damaged. {error.args[0]}") from None
    return AuditEvent(row.seq, at, row.actor, row.action, row.subject, data, row.previous, row.hash)

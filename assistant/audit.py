"""Checking the audit log against itself and against what it speaks of, and writing it out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from assistant.audit_event import GENESIS, AuditEvent, link
from assistant.reply import ReplyRefusedError
from assistant.storage.columns import moment_text
from assistant.storage.database import Database
from assistant.storage.errors import DamagedRecordError
from assistant.storage.records import Records
from assistant.storage.seals import PREFIX, Sealed

ACTIONS: Mapping[str, str] = {"message": "message.received", "draft": "draft.made", "reply": "reply.sent"}
"""Which event has to tell of each record of a kind, with the SHA-256 of its text in `data["sha256"]`."""

_BATCH = 200
_SEQ_BYTES = 8


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The outcome of a check.

    Attributes:
        events: how many events were checked.
        first_bad: number of the event that is wrong, or that tells of a record that is wrong; `None` = none, or the
            log knows nothing of the record.
        problem: what is wrong, with the kind and id of the record; `""` when nothing is.
    """

    ok: bool
    events: int
    first_bad: int | None = None
    problem: str = ""


class _SealedRecords(Protocol):
    def ids(self, after: str, limit: int) -> list[str]: ...

    def sealed(self, ids: Sequence[str]) -> tuple[Sealed, ...]: ...


class _BrokenError(Exception):
    """Found something wrong."""

    def __init__(self, problem: str, seq: int | None = None) -> None:
        super().__init__(problem)
        self.seq = seq


def verify(database: Database) -> AuditReport:
    """Check the chain from its first event to its head, then every record that it speaks of, in one view of the data.

    The chain: numbers without a gap, every hash recomputed and hung on the one before, the head the last of them.
    The records: every message, draft, decision, reply and notice has the fingerprint that was recorded with it, and
    none is missing; messages, drafts and replies also have an event of their own (`ACTIONS`) with the hash of their
    text. Stops at the first thing that is wrong. Takes about 250 bytes of memory per record.

    Raises:
        DatabaseUnavailableError, DatabaseOutdatedError, DatabaseTooNewError, DatabaseDamagedError: it cannot be read.
    """
    check = _Check()
    with database.reading() as records:
        try:
            check.chain(records)
            check.records(records)
        except _BrokenError as broken:
            return AuditReport(False, check.events, broken.seq, str(broken))
        except DamagedRecordError as error:  # the head; of anything else the check knows the number
            return AuditReport(False, check.events, None, error.args[0])
    return AuditReport(True, check.events)


def export(database: Database) -> Iterator[dict[str, Any]]:
    """Every event as a JSON-able object, oldest first, in one view of the data.

    Raises:
        DamagedRecordError: an event cannot be read.
    """
    with database.reading() as records:
        for event in records.audit.iterate():
            yield {
                "seq": event.seq,
                "at": moment_text(event.at),
                "actor": event.actor,
                "action": event.action,
                "subject": event.subject,
                "data": dict(event.data),
                "previous": event.previous,
                "hash": event.hash,
            }


class _Check:
    """One run. What the chain says is kept in short digests, for there may be millions of records."""

    def __init__(self) -> None:
        self.events = 0
        self._told: set[bytes] = set()
        self._seals: dict[bytes, bytes] = {}

    def chain(self, records: Records) -> None:
        """The events by themselves."""
        last = GENESIS
        for event in self._readable(records.audit.iterate()):
            seq = self.events + 1
            if event.seq != seq:
                raise _BrokenError(f"Audit event {seq} is missing.", seq)
            if event.previous != last:
                raise _BrokenError(f"Audit event {seq} does not follow the one before it.", seq)
            made = link(seq, event.at, event.actor, event.action, event.subject, event.data, event.previous)
            if made.hash != event.hash:
                raise _BrokenError(f"Audit event {seq} was altered.", seq)
            self._note(event)
            self.events, last = seq, event.hash
        head, head_hash = records.audit.head()
        if head != self.events:
            raise _BrokenError(f"The head of the audit log is event {head}, the last one is {self.events}.", head)
        if head_hash != last:
            raise _BrokenError("The head of the audit log is not the hash of the last event.", head)

    def records(self, records: Records) -> None:
        """The records against the events."""
        kinds: tuple[tuple[str, _SealedRecords], ...] = (
            ("message", records.messages),
            ("draft", records.drafts),
            ("decision", records.decisions),
            ("reply", records.replies),
            ("notice", records.notices),
        )
        for kind, repository in kinds:
            for ids in _pages(repository):
                for sealed in self._sealed(kind, repository, ids):
                    self._compare(sealed)
        if self._seals:
            seq = min(int.from_bytes(seal[:_SEQ_BYTES]) for seal in self._seals.values())
            raise _BrokenError(f"{self._missing(records, seq)} is missing; audit event {seq} tells of it.", seq)

    def _readable(self, events: Iterator[AuditEvent]) -> Iterator[AuditEvent]:
        try:
            yield from events
        except DamagedRecordError as error:
            raise _BrokenError(error.args[0], self.events + 1) from None

    def _note(self, event: AuditEvent) -> None:
        if isinstance(event.data.get("sha256"), str):
            self._told.add(_digest(event.action, event.subject, str(event.data["sha256"])))
        for key, value in event.data.items():
            if key.startswith(PREFIX):
                try:
                    mark = bytes.fromhex(str(value))
                except ValueError:
                    raise _BrokenError(f"Audit event {event.seq} holds no fingerprint.", event.seq) from None
                self._seals[_digest(key)] = event.seq.to_bytes(_SEQ_BYTES) + mark

    def _sealed(self, kind: str, repository: _SealedRecords, ids: Sequence[str]) -> tuple[Sealed, ...]:
        try:
            return repository.sealed(ids)
        except (DamagedRecordError, ReplyRefusedError):
            pass  # one of them; find out which
        return tuple(sealed for record_id in ids for sealed in self._one(kind, repository, record_id))

    def _one(self, kind: str, repository: _SealedRecords, record_id: str) -> tuple[Sealed, ...]:
        try:
            return repository.sealed([record_id])
        except (DamagedRecordError, ReplyRefusedError) as error:
            seal = self._seals.get(_digest(f"{PREFIX}{kind}:{record_id}"))
            seq = None if seal is None else int.from_bytes(seal[:_SEQ_BYTES])
            raise _BrokenError(f"{kind.capitalize()} {record_id} was altered. {error.args[0]}", seq) from None

    def _compare(self, sealed: Sealed) -> None:
        name = f"{sealed.kind.capitalize()} {sealed.id}"
        seal = self._seals.pop(_digest(f"{PREFIX}{sealed.kind}:{sealed.id}"), None)
        if seal is None:
            raise _BrokenError(f"{name} is not in the audit log.")
        seq = int.from_bytes(seal[:_SEQ_BYTES])
        if seal[_SEQ_BYTES:].hex() != sealed.fingerprint:
            raise _BrokenError(f"{name} was altered.", seq)
        action = ACTIONS.get(sealed.kind)
        if action is None or sealed.text_hash is None:
            return
        subjects = (f"ticket:{sealed.ticket_id}", f"{sealed.kind}:{sealed.id}")
        if not any(_digest(action, subject, sealed.text_hash) in self._told for subject in subjects):
            raise _BrokenError(f"No event {action} tells of {sealed.kind} {sealed.id} with the hash of its text.", seq)

    def _missing(self, records: Records, seq: int) -> str:
        event = next(records.audit.since(seq - 1))
        left = [key for key in event.data if key.startswith(PREFIX) and _digest(key) in self._seals]
        kind, _, record_id = left[0].removeprefix(PREFIX).partition(":")
        return f"{kind.capitalize()} {record_id}"


def _pages(repository: _SealedRecords) -> Iterator[list[str]]:
    ids = repository.ids("", _BATCH)
    while ids:
        yield ids
        ids = repository.ids(ids[-1], _BATCH)


def _digest(*parts: str) -> bytes:
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()

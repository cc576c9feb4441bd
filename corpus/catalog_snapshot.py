"""What the catalog holds at one moment, read from its tables."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from corpus.edition import Edits, State, Version
from corpus.timeline import Period, Timeline

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the catalog holds at one moment.

    Attributes:
        versions: by document id, locale and number; all that were ever kept.
        timelines: which version holds when, by document id and locale, for documents that were ever published.
        hidden: seed articles that are out of force.
    """

    revision: int
    versions: dict[tuple[str, str, int], Version]
    timelines: dict[Key, Timeline]
    hidden: frozenset[Key]
    edits: dict[Key, Edits]


def read_revision(connection: sqlite3.Connection) -> int:
    """The number of changes; 0 for a file whose first change was given up: it has no tables."""
    if not connection.execute("PRAGMA user_version").fetchone()[0]:
        return 0
    return int(connection.execute("SELECT revision FROM meta").fetchone()[0])


def read_snapshot(connection: sqlite3.Connection, known_at: datetime | None, key: Key | None = None) -> Snapshot:
    """Everything, or what there is of one document; as it is, or as it was held at `known_at`."""
    if not connection.execute("PRAGMA user_version").fetchone()[0]:
        return Snapshot(0, {}, {}, frozenset(), {})
    revision = read_revision(connection)
    reading = _Reading(connection, key)
    held, at = ("known_until IS NULL", ()) if known_at is None else (_HELD_AT, (moment_text(known_at),) * 2)
    timelines: dict[Key, list[Period]] = {
        (row[0], row[1]): [] for row in reading.rows("SELECT DISTINCT document_id, locale FROM period WHERE {}")
    }
    periods = f"SELECT document_id, locale, number, start, until FROM period WHERE {{}} AND {held} ORDER BY start"  # noqa: S608
    for document_id, locale, number, start, until in reading.rows(periods, at):
        timelines[document_id, locale].append(Period(date.fromisoformat(start), number, as_day(until)))
    hidden = reading.rows(f"SELECT document_id, locale FROM hidden WHERE {{}} AND {held}", at)  # noqa: S608
    whole = {key: tuple(periods) for key, periods in timelines.items()}
    return Snapshot(
        revision, _versions(reading, whole), whole, frozenset((d, loc) for d, loc in hidden), _edits(reading)
    )


_HELD_AT = "known_from <= ? AND (known_until IS NULL OR known_until > ?)"


@dataclass(frozen=True, slots=True)
class _Reading:
    """Rows of all documents, or of one."""

    connection: sqlite3.Connection
    key: Key | None

    def rows(self, query: str, values: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
        """The rows of `query`, in which `{}` stands for the choice of documents and comes before other values."""
        chosen = "1" if self.key is None else "document_id = ? AND locale = ?"
        return self.connection.execute(query.format(chosen), (*(self.key or ()), *values)).fetchall()


def _versions(reading: _Reading, timelines: dict[Key, Timeline]) -> dict[tuple[str, str, int], Version]:
    ended = {
        (d, loc, number): at
        for d, loc, number, at in reading.rows(
            "SELECT document_id, locale, number, max(known_until) FROM period WHERE {}"
            " GROUP BY document_id, locale, number HAVING count(*) = count(known_until)"
        )
    }
    held: dict[tuple[str, str, int], list[Period]] = {}
    for of, timeline in timelines.items():
        for period in timeline:
            held.setdefault((*of, period.number), []).append(period)
    rows = reading.rows("SELECT * FROM version WHERE {} ORDER BY document_id, locale, number")
    return {(key := (row[0], row[1], row[2])): _version(row, held.get(key, []), ended.get(key)) for row in rows}


def _version(row: tuple[Any, ...], periods: list[Period], ended: str | None) -> Version:
    """A version with the days on which it holds, or, if it does not hold now, those that it names itself."""
    return Version(
        document_id=row[0],
        locale=row[1],
        number=row[2],
        state=State(row[3]),
        title=row[4],
        category=row[5],
        name=row[6],
        origin=row[7],
        digest=row[8],
        effective_from=periods[0].start if periods else as_day(row[9]),
        effective_until=periods[-1].end if periods else as_day(row[10]),
        recorded_at=_as_moment(row[11]),
        superseded_at=None if ended is None else _as_moment(ended),
        in_force=bool(periods),
        author=row[12],
        note=row[13],
        owner=row[14],
        review_due=as_day(row[15]),
        source_url=row[16],
    )


def _edits(reading: _Reading) -> dict[Key, Edits]:
    rows = reading.rows("SELECT document_id, locale, questions, hidden FROM edits WHERE {}")
    return {(d, loc): Edits(tuple(json.loads(asked)), tuple(json.loads(gone))) for d, loc, asked, gone in rows}


def utc_now() -> datetime:
    """The time by the machine's clock, UTC."""
    return datetime.now(UTC)


def moment_text(value: datetime) -> str:
    """As it is kept: UTC, so that text sorts as time does."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _as_moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def day_text(value: date | None) -> str | None:
    """As it is kept."""
    return None if value is None else value.isoformat()


def as_day(text: str | None) -> date | None:
    """From what is kept."""
    return None if text is None else date.fromisoformat(text)

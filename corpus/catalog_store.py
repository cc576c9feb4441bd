"""The catalog on disk: one SQLite file with every version ever kept and every change of what holds when.

Bitemporal: a row of `period` says that from `known_from` until `known_until` the catalog held that a version holds from
`start` until `until`. A change closes rows and adds rows; nothing is rewritten, so that "what did we say on 1 March
about 1 February" has an answer. One writer at a time, any number of readers (WAL).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from corpus.edition import Edits, State, Version
from corpus.errors import DocumentError
from corpus.timeline import Period, Timeline

SCHEMA_VERSION = 1
_WAIT_S = 30.0
_SCHEMA = """
CREATE TABLE content (digest TEXT PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE version (
    document_id TEXT NOT NULL, locale TEXT NOT NULL, number INTEGER NOT NULL, state TEXT NOT NULL,
    title TEXT NOT NULL, category TEXT NOT NULL, name TEXT NOT NULL, origin TEXT NOT NULL,
    digest TEXT NOT NULL REFERENCES content (digest),
    effective_from TEXT, effective_until TEXT, recorded_at TEXT NOT NULL, author TEXT NOT NULL, note TEXT NOT NULL,
    owner TEXT NOT NULL, review_due TEXT, source_url TEXT NOT NULL,
    PRIMARY KEY (document_id, locale, number)
) WITHOUT ROWID;
CREATE TABLE period (
    document_id TEXT NOT NULL, locale TEXT NOT NULL, number INTEGER NOT NULL, start TEXT NOT NULL, until TEXT,
    known_from TEXT NOT NULL, known_until TEXT
);
CREATE INDEX period_now ON period (document_id, locale) WHERE known_until IS NULL;
CREATE TABLE hidden (document_id TEXT NOT NULL, locale TEXT NOT NULL, known_from TEXT NOT NULL, known_until TEXT);
CREATE TABLE edits (
    document_id TEXT NOT NULL, locale TEXT NOT NULL, questions TEXT NOT NULL, hidden TEXT NOT NULL,
    PRIMARY KEY (document_id, locale)
) WITHOUT ROWID;
CREATE TABLE meta (revision INTEGER NOT NULL);
INSERT INTO meta VALUES (0);
"""
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


class CatalogStore:
    """The file. Every method opens its own connection: threads and processes may share the path."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def exists(self) -> bool:
        """Whether anything was ever changed."""
        return self._path.exists()

    def revision(self) -> int:
        """Rises with every change; 0 = there was none.

        Raises:
            DocumentError: the file cannot be read.
        """
        if not self._path.exists():
            return 0
        with self._reading() as connection:
            return _revision(connection)

    def read(self, known_at: datetime | None = None) -> Snapshot:
        """Everything, as it is or as it was held at `known_at`.

        Raises:
            DocumentError: the file cannot be read.
        """
        if not self._path.exists():
            return Snapshot(0, {}, {}, frozenset(), {})
        with self._reading() as connection:
            return _snapshot(connection, known_at)

    def content(self, digest: str) -> bytes:
        """The bytes with this digest.

        Raises:
            DocumentError: there are none, or the file cannot be read.
        """
        with self._reading() as connection:
            row = connection.execute("SELECT bytes FROM content WHERE digest = ?", (digest,)).fetchone()
        if row is None:
            raise DocumentError("The catalog has lost a document's content.", hint="Restore it from a backup.")
        return bytes(row[0])

    @contextmanager
    def writing(self) -> Iterator[CatalogWriter]:
        """One change: kept as a whole at the end, nothing of it when anything is raised inside.

        Raises:
            DocumentError: another process is writing, the disk is full, or the file cannot be used.
        """
        with _told(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Changing the journal's mode does not wait for others; our own lock does.
            with FileLock(self._path.with_suffix(".lock"), timeout=_WAIT_S), closing(self._connect()) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("BEGIN IMMEDIATE")
                try:
                    _make(connection)
                    yield CatalogWriter(connection)
                    connection.execute("UPDATE meta SET revision = revision + 1")
                    connection.execute("COMMIT")
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise

    def copy_to(self, path: Path) -> None:
        """A consistent copy of the file, for trying a change out; none if there is no file.

        Raises:
            DocumentError: it cannot be read or written.
        """
        if not self._path.exists():
            return
        with _told(path), closing(self._connect()) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with _told(self._path), closing(self._connect()) as connection:
            connection.execute("BEGIN")
            found = connection.execute("PRAGMA user_version").fetchone()[0]
            if found not in (0, SCHEMA_VERSION):
                hint = "Use the release that wrote it, or a newer one."
                raise DocumentError(f"The catalog has format {found}, not {SCHEMA_VERSION}.", hint=hint)
            yield connection

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=_WAIT_S, isolation_level=None)


class CatalogWriter:
    """What may be done inside one change."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def snapshot(self) -> Snapshot:
        """Everything, with what this change did so far."""
        return _snapshot(self._connection, None)

    def add_version(self, version: Version, content: bytes) -> None:
        """Keep a version with its content."""
        self._connection.execute("INSERT OR IGNORE INTO content VALUES (?, ?)", (version.digest, content))
        self._connection.execute(
            "INSERT INTO version VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                version.document_id,
                version.locale,
                version.number,
                version.state,
                version.title,
                version.category,
                version.name,
                version.origin,
                version.digest,
                _day(version.effective_from),
                _day(version.effective_until),
                _moment(version.recorded_at),
                version.author,
                version.note,
                version.owner,
                _day(version.review_due),
                version.source_url,
            ),
        )

    def add_copy(self, key: Key, number: int, again: int, at: datetime, author: str) -> None:
        """Keep a version once more, under the number `again`."""
        self._connection.execute(
            "INSERT INTO version SELECT document_id, locale, ?, state, title, category, name, origin, digest,"
            " effective_from, effective_until, ?, ?, note, owner, review_due, source_url FROM version"
            " WHERE document_id = ? AND locale = ? AND number = ?",
            (again, _moment(at), author, *key, number),
        )

    def set_state(self, key: Key, number: int, state: State) -> None:
        """Say what was decided about a version."""
        self._update(key, number, "state", state)

    def set_owner(self, key: Key, number: int, owner: str) -> None:
        """Say who looks after a version."""
        self._update(key, number, "owner", owner)

    def set_review_due(self, key: Key, number: int, day: date | None) -> None:
        """Say by when somebody has to look at a version."""
        self._update(key, number, "review_due", _day(day))

    def set_timeline(self, key: Key, timeline: Timeline, at: datetime) -> None:
        """Say which versions hold when, from `at` on; what was held until now stays known as such."""
        rows = self._connection.execute(
            "SELECT rowid, number, start, until FROM period"
            " WHERE document_id = ? AND locale = ? AND known_until IS NULL",
            key,
        ).fetchall()
        wanted = {(period.number, period.start.isoformat(), _day(period.end)) for period in timeline}
        for rowid, number, start, until in rows:
            if (number, start, until) in wanted:
                wanted.discard((number, start, until))
            else:
                self._connection.execute("UPDATE period SET known_until = ? WHERE rowid = ?", (_moment(at), rowid))
        for number, start, until in sorted(wanted, key=lambda row: row[1]):
            self._connection.execute(
                "INSERT INTO period VALUES (?, ?, ?, ?, ?, ?, NULL)", (*key, number, start, until, _moment(at))
            )

    def hide(self, key: Key, at: datetime) -> None:
        """Take a seed article out of force."""
        self._connection.execute("INSERT INTO hidden VALUES (?, ?, ?, NULL)", (*key, _moment(at)))

    def show(self, key: Key, at: datetime) -> None:
        """Put a seed article back into force."""
        self._connection.execute(
            "UPDATE hidden SET known_until = ? WHERE document_id = ? AND locale = ? AND known_until IS NULL",
            (_moment(at), *key),
        )

    def set_edits(self, key: Key, edits: Edits) -> None:
        """Replace what people changed about how a document is found."""
        self._connection.execute(
            "INSERT OR REPLACE INTO edits VALUES (?, ?, ?, ?)",
            (*key, json.dumps(edits.questions, ensure_ascii=False), json.dumps(edits.hidden)),
        )

    def _update(self, key: Key, number: int, column: str, value: str | None) -> None:
        self._connection.execute(
            f"UPDATE version SET {column} = ? WHERE document_id = ? AND locale = ? AND number = ?",  # noqa: S608
            (value, *key, number),
        )


def _make(connection: sqlite3.Connection) -> None:
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found == SCHEMA_VERSION:
        return
    if found:
        raise DocumentError(f"The catalog has format {found}, not {SCHEMA_VERSION}.", hint="Use a newer release.")
    for statement in filter(str.strip, _SCHEMA.split(";")):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _revision(connection: sqlite3.Connection) -> int:
    """0 for a file whose first change was given up: it has no tables."""
    if not connection.execute("PRAGMA user_version").fetchone()[0]:
        return 0
    return int(connection.execute("SELECT revision FROM meta").fetchone()[0])


def _snapshot(connection: sqlite3.Connection, known_at: datetime | None) -> Snapshot:
    if not connection.execute("PRAGMA user_version").fetchone()[0]:
        return Snapshot(0, {}, {}, frozenset(), {})
    revision = _revision(connection)
    held, at = ("known_until IS NULL", ()) if known_at is None else (_HELD_AT, (_moment(known_at),) * 2)
    timelines: dict[Key, list[Period]] = {
        (row[0], row[1]): [] for row in connection.execute("SELECT DISTINCT document_id, locale FROM period")
    }
    query = f"SELECT document_id, locale, number, start, until FROM period WHERE {held} ORDER BY start"  # noqa: S608
    for document_id, locale, number, start, until in connection.execute(query, at):
        timelines[document_id, locale].append(Period(date.fromisoformat(start), number, _as_day(until)))
    hidden = connection.execute(f"SELECT document_id, locale FROM hidden WHERE {held}", at).fetchall()  # noqa: S608
    periods = {key: tuple(periods) for key, periods in timelines.items()}
    return Snapshot(
        revision, _versions(connection, periods), periods, frozenset((d, loc) for d, loc in hidden), _edits(connection)
    )


_HELD_AT = "known_from <= ? AND (known_until IS NULL OR known_until > ?)"


def _versions(connection: sqlite3.Connection, timelines: dict[Key, Timeline]) -> dict[tuple[str, str, int], Version]:
    ended = {
        (d, loc, number): at
        for d, loc, number, at in connection.execute(
            "SELECT document_id, locale, number, max(known_until) FROM period GROUP BY document_id, locale, number"
            " HAVING count(*) = count(known_until)"
        )
    }
    found: dict[tuple[str, str, int], Version] = {}
    for row in connection.execute("SELECT * FROM version ORDER BY document_id, locale, number"):
        version = _version(row)
        key = (version.document_id, version.locale, version.number)
        periods = [p for p in timelines.get(key[:2], ()) if p.number == version.number]
        found[key] = Version(
            **{name: getattr(version, name) for name in _PLAIN},
            effective_from=periods[0].start if periods else version.effective_from,
            effective_until=periods[-1].end if periods else version.effective_until,
            superseded_at=_as_moment(ended[key]) if key in ended else None,
            in_force=bool(periods),
        )
    return found


_PLAIN = (
    "document_id", "locale", "number", "state", "title", "category", "name", "origin", "digest", "recorded_at",
    "author", "note", "owner", "review_due", "source_url",
)  # fmt: skip


def _version(row: tuple[Any, ...]) -> Version:
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
        effective_from=_as_day(row[9]),
        effective_until=_as_day(row[10]),
        recorded_at=_as_moment(row[11]),
        author=row[12],
        note=row[13],
        owner=row[14],
        review_due=_as_day(row[15]),
        source_url=row[16],
    )


def _edits(connection: sqlite3.Connection) -> dict[Key, Edits]:
    rows = connection.execute("SELECT document_id, locale, questions, hidden FROM edits")
    return {(d, loc): Edits(tuple(json.loads(asked)), tuple(json.loads(gone))) for d, loc, asked, gone in rows}


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the driver raises, as an error that says what to do."""
    try:
        yield
    except Timeout as error:
        raise DocumentError("Another process is changing the documents.", hint="Try again in a minute.") from error
    except sqlite3.OperationalError as error:
        code = error.sqlite_errorcode & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise DocumentError("Another process is changing the documents.", hint="Try again in a minute.") from error
        if code == sqlite3.SQLITE_FULL:
            raise DocumentError("The disk is full; nothing was changed.", hint="Free some space.") from error
        raise DocumentError(f"{path} cannot be used ({error}).", hint="Check its rights and the disk.") from error
    except sqlite3.DatabaseError as error:
        raise DocumentError(f"{path} is damaged ({error}).", hint="Restore it from a backup.") from error
    except OSError as error:
        raise DocumentError(
            f"{path.parent} cannot be written ({error.strerror}).", hint="Check its rights and the disk."
        ) from error


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _as_moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _as_day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)

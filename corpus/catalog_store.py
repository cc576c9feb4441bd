"""The catalog on disk: one SQLite file with every version ever kept and every change of what holds when.

Bitemporal: a row of `period` says that from `known_from` until `known_until` the catalog held that a version holds from
`start` until `until`. A change closes rows and adds rows; nothing is rewritten, so that "what did we say on 1 March
about 1 February" has an answer. One writer at a time, any number of readers (WAL).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.catalog_snapshot import Key, Snapshot, as_day, day_text, moment_text, read_revision, read_snapshot
from corpus.edition import Edits, State, Version
from corpus.errors import DocumentError, PassingError
from corpus.timeline import Timeline

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
CREATE INDEX period_of ON period (document_id, locale);
CREATE TABLE hidden (document_id TEXT NOT NULL, locale TEXT NOT NULL, known_from TEXT NOT NULL, known_until TEXT);
CREATE TABLE edits (
    document_id TEXT NOT NULL, locale TEXT NOT NULL, questions TEXT NOT NULL, hidden TEXT NOT NULL,
    PRIMARY KEY (document_id, locale)
) WITHOUT ROWID;
CREATE TABLE meta (revision INTEGER NOT NULL);
INSERT INTO meta VALUES (0);
"""


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
            return read_revision(connection)

    def read(self, known_at: datetime | None = None) -> Snapshot:
        """Everything, as it is or as it was held at `known_at`.

        Raises:
            DocumentError: the file cannot be read.
        """
        if not self._path.exists():
            return Snapshot(0, {}, {}, frozenset(), {})
        with self._reading() as connection:
            return read_snapshot(connection, known_at)

    def content(self, digest: str) -> bytes:
        """The bytes with this digest.

        Raises:
            DocumentError: there are none, or the file cannot be read.
        """
        found = self.contents((digest,)).get(digest)
        if found is None:
            raise DocumentError("The catalog has lost a document's content.", hint="Restore it from a backup.")
        return found

    def contents(self, digests: Collection[str]) -> dict[str, bytes]:
        """The bytes with these digests, as far as they are there.

        Raises:
            DocumentError: the file cannot be read.
        """
        if not digests or not self._path.exists():
            return {}
        with self._reading() as connection:
            rows = (
                connection.execute("SELECT digest, bytes FROM content WHERE digest = ?", (digest,)).fetchone()
                for digest in digests
            )
            return {row[0]: bytes(row[1]) for row in rows if row is not None}

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
                    if connection.in_transaction:  # a full disk ends it by itself
                        connection.execute("ROLLBACK")
                    raise

    def copy_to(self, path: Path) -> None:
        """A consistent copy of the file, for trying a change out; none if there is no file.

        Raises:
            DocumentError: it cannot be read or written.
        """
        if not self._path.exists():
            return
        with _told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with closing(self._connect()) as source, closing(sqlite3.connect(path)) as target:
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

    def snapshot(self, key: Key | None = None) -> Snapshot:
        """Everything, or what there is of one document, with what this change did so far."""
        return read_snapshot(self._connection, None, key)

    def declared(self, key: Key, number: int) -> tuple[date | None, date | None]:
        """What a version says itself about its days, wherever it holds now; `None` = it does not say."""
        start, until = self._connection.execute(
            "SELECT effective_from, effective_until FROM version WHERE document_id = ? AND locale = ? AND number = ?",
            (*key, number),
        ).fetchone()
        return as_day(start), as_day(until)

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
                day_text(version.effective_from),
                day_text(version.effective_until),
                moment_text(version.recorded_at),
                version.author,
                version.note,
                version.owner,
                day_text(version.review_due),
                version.source_url,
            ),
        )

    def add_copy(self, key: Key, number: int, again: int, at: datetime, author: str) -> None:
        """Keep a version once more, under the number `again`."""
        self._connection.execute(
            "INSERT INTO version SELECT document_id, locale, ?, state, title, category, name, origin, digest,"
            " effective_from, effective_until, ?, ?, note, owner, review_due, source_url FROM version"
            " WHERE document_id = ? AND locale = ? AND number = ?",
            (again, moment_text(at), author, *key, number),
        )

    def set_state(self, key: Key, number: int, state: State) -> None:
        """Say what was decided about a version."""
        self._update(key, number, "state", state)

    def set_owner(self, key: Key, number: int, owner: str) -> None:
        """Say who looks after a version."""
        self._update(key, number, "owner", owner)

    def set_review_due(self, key: Key, number: int, day: date | None) -> None:
        """Say by when somebody has to look at a version."""
        self._update(key, number, "review_due", day_text(day))

    def set_timeline(self, key: Key, timeline: Timeline, at: datetime) -> None:
        """Say which versions hold when, from `at` on; what was held until now stays known as such."""
        rows = self._connection.execute(
            "SELECT rowid, number, start, until FROM period"
            " WHERE document_id = ? AND locale = ? AND known_until IS NULL",
            key,
        ).fetchall()
        wanted = {(period.number, period.start.isoformat(), day_text(period.end)) for period in timeline}
        for rowid, number, start, until in rows:
            if (number, start, until) in wanted:
                wanted.discard((number, start, until))
            else:
                self._connection.execute("UPDATE period SET known_until = ? WHERE rowid = ?", (moment_text(at), rowid))
        for number, start, until in sorted(wanted, key=lambda row: row[1]):
            self._connection.execute(
                "INSERT INTO period VALUES (?, ?, ?, ?, ?, ?, NULL)", (*key, number, start, until, moment_text(at))
            )

    def hide(self, key: Key, at: datetime) -> None:
        """Take a seed article out of force."""
        self._connection.execute("INSERT INTO hidden VALUES (?, ?, ?, NULL)", (*key, moment_text(at)))

    def show(self, key: Key, at: datetime) -> None:
        """Put a seed article back into force."""
        self._connection.execute(
            "UPDATE hidden SET known_until = ? WHERE document_id = ? AND locale = ? AND known_until IS NULL",
            (moment_text(at), *key),
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


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the driver raises, as an error that says what to do."""
    try:
        yield
    except Timeout as error:
        raise PassingError("Another process is changing the documents.", hint="Try again in a minute.") from error
    except sqlite3.OperationalError as error:
        code = error.sqlite_errorcode & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise PassingError("Another process is changing the documents.", hint="Try again in a minute.") from error
        if code == sqlite3.SQLITE_FULL:
            raise PassingError("The disk is full; nothing was changed.", hint="Free some space.") from error
        raise PassingError(f"{path} cannot be used ({error}).", hint="Check its rights and the disk.") from error
    except sqlite3.DatabaseError as error:
        raise PassingError(f"{path} is damaged ({error}).", hint="Restore it from a backup.") from error
    except OSError as error:
        raise PassingError(
            f"{path.parent} cannot be written ({error.strerror}).", hint="Check its rights and the disk."
        ) from error

"""The database of the desk: transactions that read and transactions that write."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.engine import Connection

from assistant.storage.engine import IMMEDIATE, create_file, make_engine, parse_url
from assistant.storage.errors import DatabaseOutdatedError, DatabaseTooNewError
from assistant.storage.failures import UPGRADE_HINT, explained
from assistant.storage.migrations import HEAD, KNOWN, migrate, revision_of
from assistant.storage.records import Records
from assistant.storage.tables import audit_head


@dataclass(frozen=True, slots=True)
class DatabaseStatus:
    """Which tables a database has and which this release needs.

    Attributes:
        url: the address, without its password.
        revision: `None` = no tables yet.
        head: the revision of this release.
    """

    url: str
    revision: str | None
    head: str

    @property
    def current(self) -> bool:
        """Whether nothing has to be upgraded."""
        return self.revision == self.head


class Database:
    """One database, shared by all threads of a process. Nothing is opened before it is first used.

    Transactions that write run one after the other on both databases: the audit chain needs that anyway, and nobody
    has to think about what happens in between. So keep them short; no model is called inside one.

    Raises:
        ConfigurationError: `url` is no address of SQLite or PostgreSQL.
    """

    def __init__(self, url: str) -> None:
        self._url = parse_url(url)
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._checked = False
        self._thread = threading.local()

    def upgrade(self) -> None:
        """Make the database, or bring it to this release. Safe when several processes do so at once.

        Raises:
            DatabaseTooNewError: a newer release has upgraded it.
            DatabaseUnavailableError, DatabaseReadOnlyError, DatabaseBusyError, DatabaseDamagedError: it cannot be used.
        """
        if self._file is not None:
            create_file(self._file)
        with self._connected(writes=True) as connection:
            if connection.dialect.name == "postgresql":
                # There may be no table to lock yet. The number means nothing; it only has to be the same for all.
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7306080)")
            revision = revision_of(connection)
            self._refuse_newer(revision)
            if revision != HEAD:
                migrate(connection)
        self._checked = True

    def status(self) -> DatabaseStatus:
        """Which revision the database has. A missing SQLite file is a database without tables, and is not made.

        Raises:
            DatabaseUnavailableError, DatabaseBusyError, DatabaseDamagedError: it cannot be read.
        """
        revision = None
        if self._file is None or self._file.exists():
            with self._connected(writes=False) as connection:
                revision = revision_of(connection)
        return DatabaseStatus(self._url.render_as_string(hide_password=True), revision, HEAD)

    @contextmanager
    def reading(self) -> Iterator[Records]:
        """One consistent view of everything that was committed. Nothing can be written in it.

        Raises:
            DatabaseOutdatedError, DatabaseTooNewError: it is not the database of this release.
            DatabaseUnavailableError, DatabaseBusyError, DatabaseDamagedError: it cannot be read.
        """
        self._check()
        with self._connected(writes=False) as connection:
            yield Records(connection)

    @contextmanager
    def writing(self) -> Iterator[Records]:
        """One transaction: kept as a whole at the end, gone as a whole when anything is raised inside.

        Raises:
            DatabaseOutdatedError, DatabaseTooNewError: it is not the database of this release.
            DatabaseUnavailableError, DatabaseReadOnlyError, DatabaseBusyError, DatabaseDamagedError: it cannot be used.
            RuntimeError: this thread is writing already and would wait for itself.
        """
        if getattr(self._thread, "writing", False):
            raise RuntimeError("this thread is writing already")
        self._check()
        self._thread.writing = True
        try:
            with self._connected(writes=True) as connection:
                if connection.dialect.name == "postgresql":
                    # As SQLite's BEGIN IMMEDIATE: from here to the commit this is the only writer.
                    connection.execute(select(audit_head.c.seq).with_for_update())
                records = Records(connection)
                yield records
                records.audit.seal()
        finally:
            self._thread.writing = False

    def close(self) -> None:
        """Close every connection that no thread is using. The database may be used again."""
        with self._lock:
            engine, self._engine = self._engine, None
        if engine is not None:
            engine.dispose()

    @property
    def _file(self) -> Path | None:
        return Path(self._url.database or "") if self._url.get_backend_name() == "sqlite" else None

    @contextmanager
    def _connected(self, *, writes: bool) -> Iterator[Connection]:
        with self._lock:
            if self._engine is None:
                self._engine = make_engine(self._url)
            engine = self._engine
        with explained(), engine.connect() as connection:
            options: dict[str, Any] = {IMMEDIATE: writes}
            if engine.dialect.name == "postgresql" and not writes:
                options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            with connection.execution_options(**options) as chosen, chosen.begin():
                yield chosen

    def _check(self) -> None:
        """Once: whether the tables are those of this release."""
        if self._checked:
            return
        revision = self.status().revision
        self._refuse_newer(revision)
        if revision != HEAD:
            raise DatabaseOutdatedError("The database is not ready for this release.", hint=UPGRADE_HINT)
        self._checked = True

    @staticmethod
    def _refuse_newer(revision: str | None) -> None:
        if revision is not None and revision not in KNOWN:
            raise DatabaseTooNewError(
                f"The database was upgraded by a newer release (revision {revision}).",
                hint="Start that release, or restore a backup made before the upgrade.",
            )

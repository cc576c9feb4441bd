"""Connections: SQLite in WAL mode or PostgreSQL, set up so that both give the same guarantees."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from assistant.errors import ConfigurationError
from assistant.storage.errors import DatabaseUnavailableError

WAIT_SECONDS = 30
"""How long a transaction waits for others before it is refused."""

IMMEDIATE = "proofdesk_immediate"
"""Execution option of a connection whose transaction writes."""

_URL_HINT = "PROOFDESK_DATABASE_URL reads sqlite:///path or postgresql://user:password@host/name."


def parse_url(url: str) -> URL:
    """The address, with the driver we support spelled out.

    Raises:
        ConfigurationError: not an address, or of another kind of database.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigurationError("The database address cannot be read.", hint=_URL_HINT) from None
    if parsed.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"} and parsed.database not in {None, "", ":memory:"}:
        return parsed.set(drivername="sqlite+pysqlite")
    raise ConfigurationError(f"{parsed.drivername} is not a database that Proofdesk supports.", hint=_URL_HINT)


def make_engine(url: URL) -> Engine:
    """Connections to `url`, made when they are first used.

    Raises:
        ConfigurationError: the PostgreSQL driver is not installed.
    """
    return _sqlite(Path(url.database or "")) if url.get_backend_name() == "sqlite" else _postgresql(url)


def create_file(path: Path) -> None:
    """An empty database file, and its folder, that only their owner may read. What exists is left as it is.

    Raises:
        DatabaseUnavailableError: neither can be made.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise DatabaseUnavailableError(
            f"{path} cannot be made: {error.strerror}.", hint="Choose another PROOFDESK_DATA_DIR or mend its rights."
        ) from None


def _sqlite(path: Path) -> Engine:
    address = f"file:{quote(str(path.absolute()))}?mode=rw"  # `rw`: a missing file is an error, not a new database

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            address, uri=True, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            _prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    engine = create_engine(
        "sqlite+pysqlite://",
        creator=connect,
        poolclass=_queue_pool(),
        pool_size=8,
        max_overflow=56,
        pool_timeout=30,
        hide_parameters=True,  # they hold customers' words, and errors go to the log
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # The driver opens no transactions (`isolation_level=None`), so that a writer can take its lock at once: one
        # that reads first and writes later could find that another wrote in between.
        writes = connection.get_execution_options().get(IMMEDIATE, False)
        connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _queue_pool() -> type[Any]:
    from sqlalchemy.pool import QueuePool

    return QueuePool


def _prepare(connection: sqlite3.Connection) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
            break
        except sqlite3.OperationalError as error:
            # Changing the mode does not wait for others by itself.
            busy = error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
    for pragma in ("synchronous = FULL", "foreign_keys = ON", "trusted_schema = OFF"):
        connection.execute(f"PRAGMA {pragma}").close()


def _postgresql(url: URL) -> Engine:
    try:
        engine = create_engine(
            url,
            isolation_level="READ COMMITTED",
            pool_size=8,
            max_overflow=24,
            pool_timeout=30,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 10},
            hide_parameters=True,
        )
    except (ModuleNotFoundError, NoSuchModuleError):
        raise ConfigurationError(
            "The PostgreSQL driver is not installed.", hint='Install it: pip install "psycopg[binary]".'
        ) from None

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: object) -> None:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SET TIME ZONE 'UTC'")
            cursor.execute(f"SET lock_timeout = '{WAIT_SECONDS}s'")
            # A process that stops in the middle of a transaction must not stop the desk.
            cursor.execute(f"SET idle_in_transaction_session_timeout = '{2 * WAIT_SECONDS}s'")
        connection.autocommit = False

    return engine

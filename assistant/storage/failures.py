"""What a database driver reports, in the words of `errors.py`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from assistant.storage.errors import (
    DatabaseBusyError,
    DatabaseDamagedError,
    DatabaseOutdatedError,
    DatabaseReadOnlyError,
    DatabaseUnavailableError,
    RecordRefusedError,
    StorageError,
)

UPGRADE_HINT = "Run `proofdesk db upgrade`."
_BUSY_HINT = "Try again. If it stays so, look for a process that holds the database."
_REACH_HINT = "Check that it runs, and PROOFDESK_DATABASE_URL."
_WRITE_HINT = "Give the user that runs Proofdesk write access to it."
_DAMAGE_HINT = "Stop Proofdesk and restore a backup."

# Primary result codes, the low byte of an extended one: https://www.sqlite.org/rescode.html
_SQLITE: dict[int, tuple[type[StorageError], str, str]] = {
    sqlite3.SQLITE_BUSY: (DatabaseBusyError, "The database is busy.", _BUSY_HINT),
    sqlite3.SQLITE_LOCKED: (DatabaseBusyError, "The database is busy.", _BUSY_HINT),
    sqlite3.SQLITE_PERM: (DatabaseUnavailableError, "The database may not be opened.", _WRITE_HINT),
    sqlite3.SQLITE_READONLY: (DatabaseReadOnlyError, "The database cannot be written.", _WRITE_HINT),
    sqlite3.SQLITE_CANTOPEN: (DatabaseUnavailableError, "The database cannot be opened.", _WRITE_HINT),
    sqlite3.SQLITE_FULL: (DatabaseUnavailableError, "The disk is full.", "Make room; nothing was lost."),
    sqlite3.SQLITE_IOERR: (DatabaseUnavailableError, "The disk does not read or write.", "Check the disk."),
    sqlite3.SQLITE_CORRUPT: (DatabaseDamagedError, "The database is damaged.", _DAMAGE_HINT),
    sqlite3.SQLITE_NOTADB: (DatabaseDamagedError, "The file is not a database.", _DAMAGE_HINT),
}

# https://www.postgresql.org/docs/current/errcodes-appendix.html: a code, or its first two characters.
_POSTGRESQL: dict[str, tuple[type[StorageError], str, str]] = {
    "42P01": (DatabaseOutdatedError, "The database has not all tables of this release.", UPGRADE_HINT),
    "42703": (DatabaseOutdatedError, "The database has not all columns of this release.", UPGRADE_HINT),
    "55P03": (DatabaseBusyError, "The database is busy.", _BUSY_HINT),
    "25006": (DatabaseReadOnlyError, "The database cannot be written.", _WRITE_HINT),
    "42501": (DatabaseReadOnlyError, "The database account may not do this.", _WRITE_HINT),
    "40": (DatabaseBusyError, "The database gave way to another transaction.", _BUSY_HINT),
    "53": (DatabaseUnavailableError, "The database is out of connections, memory or disk.", _REACH_HINT),
    "57": (DatabaseUnavailableError, "The database stopped.", _REACH_HINT),
    "08": (DatabaseUnavailableError, "The database cannot be reached.", _REACH_HINT),
    "28": (DatabaseUnavailableError, "The database refuses the name or password.", _REACH_HINT),
    "3D": (DatabaseUnavailableError, "There is no database of this name.", _REACH_HINT),
}


@contextmanager
def explained() -> Iterator[None]:
    """Turn what the driver raises inside into a `StorageError` with a hint."""
    try:
        yield
    except PoolTimeoutError as error:
        raise DatabaseBusyError("Too many threads use the database at once.", hint=_BUSY_HINT) from error
    except DBAPIError as error:
        raise explain(error) from None  # what the driver says quotes rows; a log shows an error's causes


def explain(error: DBAPIError) -> StorageError:
    """The error in our words. It never holds the address, which may hold a password."""
    if isinstance(error, IntegrityError):
        return RecordRefusedError(f"The database refuses a value: {_told(error.orig)}.")
    if isinstance(error.orig, sqlite3.Error):
        return _explain_sqlite(error.orig)
    code = getattr(error.orig, "sqlstate", None) or ""
    known = _POSTGRESQL.get(code) or _POSTGRESQL.get(code[:2])
    if known is None and isinstance(error, OperationalError):
        known = _POSTGRESQL["08"]
    if known is None:
        return StorageError(f"The database refuses a statement: {_told(error.orig)}.")
    kind, message, hint = known
    return kind(message, hint=hint)


def _told(error: BaseException | None) -> str:
    """What the database says, without PostgreSQL's details: they quote the whole row, a customer's words among it."""
    told: str | None = getattr(getattr(error, "diag", None), "message_primary", None)
    return told or str(error)


def _explain_sqlite(error: sqlite3.Error) -> StorageError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_ERROR and "no such" in str(error):
        return DatabaseOutdatedError("The database has not all tables of this release.", hint=UPGRADE_HINT)
    if code not in _SQLITE:
        return StorageError(f"The database refuses a statement: {error}.")
    kind, message, hint = _SQLITE[code]
    return kind(message, hint=hint)

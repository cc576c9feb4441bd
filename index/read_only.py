"""Read access to the SQLite file of a snapshot from many threads."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from index.errors import SnapshotCorrupt


class ReadOnlyDatabase:
    """Read-only connections to one immutable SQLite file, lent to one thread at a time.

    A failure inside a borrower's block is a `SnapshotCorrupt`: the file was checked when it was opened, so it has been
    damaged or removed since.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._idle: list[sqlite3.Connection] = []
        self._lock = Lock()
        self._closed = False

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """A connection nobody else uses until the block ends.

        Raises:
            SnapshotCorrupt: the file cannot be read.
        """
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = self._connect()
        try:
            yield connection
        except sqlite3.Error as error:
            raise self._unreadable() from error
        finally:
            with self._lock:
                keep = not self._closed
                if keep:
                    self._idle.append(connection)
            if not keep:
                connection.close()

    def _connect(self) -> sqlite3.Connection:
        try:
            return sqlite3.connect(self._uri, uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise self._unreadable() from error

    def _unreadable(self) -> SnapshotCorrupt:
        return SnapshotCorrupt(f"{self._path.name} of snapshot {self._path.parent.name} cannot be read.")

    def close(self) -> None:
        """Close idle connections now and borrowed ones when they come back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

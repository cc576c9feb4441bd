"""Documents that were read before, kept on disk so that a start reads none again. Losing the file costs time only."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Collection, Mapping
from contextlib import closing, suppress
from functools import cache
from importlib import metadata
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from corpus.model import Document

_LOG = logging.getLogger(__name__)
_FORMAT = 1
_WAIT_S = 2.0
"""A writer waits no longer than reading a few documents again takes."""
_SPARE = 200
"""Documents kept besides those in use: what another process or an older day reads."""


@cache
def reader_version() -> str:
    """Changes whenever the same file may be read into another document: the code of this package, and its libraries.

    Computed rather than declared: a number that somebody has to raise is forgotten once.
    """
    digest = hashlib.sha256()
    _add_sources(digest, files("corpus"), ("loaders", "data"))
    for requirement in sorted(_requirements()):
        with suppress(metadata.PackageNotFoundError):
            digest.update(f"{requirement} {metadata.version(requirement)}\n".encode())
    return digest.hexdigest()


class ParsedDocuments:
    """Documents by key. Every method is best effort: what cannot be read is not there, what cannot be kept is not.

    Args:
        path: the file; made by `keep`, and only in a folder whose parent exists. `None` = nothing is kept.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def load(self) -> dict[str, bytes]:
        """Everything that is kept, to be opened by `opened` one by one."""
        if self._path is None or not self._path.exists():
            return {}
        try:
            with closing(sqlite3.connect(self._path, timeout=_WAIT_S)) as connection:
                if connection.execute("PRAGMA user_version").fetchone()[0] != _FORMAT:
                    return {}
                return dict(connection.execute("SELECT key, sealed FROM parsed"))
        except sqlite3.Error as error:
            _LOG.warning("%s cannot be used and is made anew: %s", self._path.name, error)
            return {}

    def keep(self, documents: Mapping[str, Document], used: Collection[str]) -> None:
        """Keeps documents; drops others than those in use once they are too many."""
        if self._path is None or not self._path.parent.parent.is_dir():
            return
        rows = [(key, sealed) for key, document in documents.items() if (sealed := _sealed(key, document)) is not None]
        try:
            self._write(self._path, rows, used)
        except sqlite3.OperationalError as error:  # busy, full, read-only: another time
            _LOG.info("%s is not written: %s", self._path.name, error)
        except sqlite3.DatabaseError:
            _discard(self._path)
        except OSError as error:
            _LOG.info("%s is not written: %s", self._path.name, error.strerror)

    def _write(self, path: Path, rows: list[tuple[str, bytes]], used: Collection[str]) -> None:
        path.parent.mkdir(exist_ok=True)
        with closing(sqlite3.connect(path, timeout=_WAIT_S)) as connection, connection:
            connection.execute("PRAGMA synchronous = OFF")  # a torn file is found by its seals
            connection.execute("BEGIN IMMEDIATE")
            if connection.execute("PRAGMA user_version").fetchone()[0] != _FORMAT:
                connection.execute("DROP TABLE IF EXISTS parsed")
                connection.execute("CREATE TABLE parsed (key TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID")
                connection.execute(f"PRAGMA user_version = {_FORMAT}")
            connection.executemany("INSERT OR REPLACE INTO parsed VALUES (?, ?)", rows)
            if connection.execute("SELECT count(*) FROM parsed").fetchone()[0] > 2 * len(used) + _SPARE:
                kept = [(key,) for (key,) in connection.execute("SELECT key FROM parsed") if key not in used]
                connection.executemany("DELETE FROM parsed WHERE key = ?", kept)


def opened(key: str, sealed: bytes) -> Document | None:
    """The document; `None` if it is damaged."""
    seal, content = sealed[:_SEAL], sealed[_SEAL:]
    if seal != _seal(key, content):
        return None
    try:
        return _documents().validate_json(content)
    except ValidationError:
        return None


_SEAL = 16


def _sealed(key: str, document: Document) -> bytes | None:
    try:
        content = _documents().dump_json(document)
    except ValueError:  # half a surrogate pair, which JSON has no bytes for
        return None
    return _seal(key, content) + content


def _seal(key: str, content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_SEAL, key=key.encode()[:64]).digest()


@cache
def _documents() -> TypeAdapter[Document]:
    return TypeAdapter(Document)


def _discard(path: Path) -> None:
    _LOG.warning("%s is damaged and made anew", path.name)
    for extra in ("", "-journal", "-wal", "-shm"):
        with suppress(OSError):
            path.with_name(path.name + extra).unlink(missing_ok=True)


def _add_sources(digest: hashlib._Hash, folder: Traversable, into: Collection[str]) -> None:
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if item.is_dir() and item.name in into:
            _add_sources(digest, item, ())
        elif item.name.endswith((".py", ".yaml")):
            digest.update(item.name.encode())
            digest.update(item.read_bytes())


def _requirements() -> list[str]:
    try:
        lines = metadata.requires("proofdesk") or []
    except metadata.PackageNotFoundError:
        return []
    return [_name(line) for line in lines if "extra ==" not in line]


def _name(requirement: str) -> str:
    end = next((at for at, char in enumerate(requirement) if not (char.isalnum() or char in "-_.")), len(requirement))
    return requirement[:end]

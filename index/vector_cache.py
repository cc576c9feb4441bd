"""Passage vectors by content: embed a text once per model, ever.

Vectors are kept as float16. Fresh ones are rounded the same way before use, so that a build from the cache and a build
from nothing give the same bytes; the rounding moves a cosine by less than 0.0005.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
import zipfile
from collections.abc import Callable, Sequence, Set
from contextlib import closing, suppress
from importlib.resources import files
from pathlib import Path
from typing import Protocol

import numpy as np
import xxhash
from numpy.typing import NDArray

from index.embedders.base import Embedder, Vectors

log = logging.getLogger(__name__)

SEED_VECTORS = Path(str(files("index") / "data" / "seed_vectors.npz"))
"""The shipped cache of the demo knowledge: made by `python -m index.seed_cache`."""

_BATCH = 32
_FLUSH_AFTER = 128
_DIGEST_BYTES = 32
_LOCK_TIMEOUT_S = 30.0
_TABLES = """
CREATE TABLE IF NOT EXISTS embedder (name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, value BLOB NOT NULL, checksum BLOB NOT NULL) WITHOUT ROWID;
"""


def text_key(text: str) -> bytes:
    """SHA-256 of the text."""
    return hashlib.sha256(text.encode()).digest()


class VectorFile:
    """Vectors of one embedder in one `.npz` file (arrays `embedder`, `keys`, `vectors`; no pickle).

    A file that is missing, damaged or of another embedder counts as empty: a cache may always be lost.
    """

    def __init__(self, path: Path, embedder: str, dimension: int) -> None:
        self.path = path
        self._embedder = embedder
        self._dimension = dimension
        self._vectors: dict[bytes, NDArray[np.float16]] = self._read()
        self._unsaved = 0

    def _read(self) -> dict[bytes, NDArray[np.float16]]:
        return _load(self.path, self._embedder, self._dimension)

    def __len__(self) -> int:
        return len(self._vectors)

    def __contains__(self, key: object) -> bool:
        return key in self._vectors

    def keys(self) -> frozenset[bytes]:
        """The keys (`text_key`) that have a vector."""
        return frozenset(self._vectors)

    def get_many(self, keys: Sequence[bytes]) -> dict[bytes, NDArray[np.float16]]:
        """The vectors of those keys that have one, each of shape `(dimension,)`."""
        return {key: self._vectors[key] for key in keys if key in self._vectors}

    def add(self, key: bytes, vector: NDArray[np.float16]) -> None:
        """Keep a vector; it reaches the disk with `save`, or now when enough are waiting."""
        self._vectors[key] = vector
        self._unsaved += 1
        # Rewriting grows with the file, so a big one is rewritten less often.
        if self._unsaved >= max(_FLUSH_AFTER, len(self._vectors) // 8):
            self.save()

    def retain(self, keys: Set[bytes]) -> None:
        """Forget all other keys and save."""
        kept = {key: vector for key, vector in self._vectors.items() if key in keys}
        self._unsaved += len(self._vectors) - len(kept)
        self._vectors = kept
        self.save()

    def save(self) -> None:
        """Replace the file, all or nothing, if anything changed."""
        if not self._unsaved:
            return
        if not self._vectors:
            self.path.unlink(missing_ok=True)
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.path.with_name(f".{self.path.name}.tmp")
        order = sorted(self._vectors)
        with temporary.open("wb") as file:
            np.savez(
                file,
                embedder=np.array(self._embedder),
                keys=np.frombuffer(b"".join(order), np.uint8).reshape(len(order), _DIGEST_BYTES),
                vectors=np.stack([self._vectors[key] for key in order]),
            )
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path)
        self._unsaved = 0


def _load(
    path: Path, embedder: str, dimension: int, wanted: Set[bytes] | None = None
) -> dict[bytes, NDArray[np.float16]]:
    """The vectors of an `.npz` file, or those of the `wanted` keys: without any, the vectors are not even read."""
    if not path.exists():
        return {}
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            if str(arrays["embedder"]) != embedder:
                return {}
            keys = arrays["keys"]
            rows = {key.tobytes(): row for row, key in enumerate(keys)}
            if wanted is not None and not (rows.keys() & wanted):
                return {}
            vectors = arrays["vectors"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        log.warning("vector cache %s is unreadable and starts empty: %s", path, error)
        return {}
    if keys.shape != (len(vectors), _DIGEST_BYTES) or vectors.shape[1:] != (dimension,):
        log.warning("vector cache %s has arrays of the wrong shape and starts empty", path)
        return {}
    vectors = vectors.astype(np.float16, copy=False)
    return {key: vectors[row] for key, row in rows.items() if wanted is None or key in wanted}


class VectorTable:
    """Vectors of one embedder in one SQLite file: looking up a few does not read all of them.

    A file that is damaged or of another embedder counts as empty, and so does a vector that is not what was written: a
    cache may always be lost. A file that cannot be written is a warning: the build goes on without.
    """

    def __init__(self, path: Path, embedder: str, dimension: int) -> None:
        self.path = path
        self._identity = f"{embedder} {dimension}"
        self._bytes = dimension * np.dtype(np.float16).itemsize
        self._waiting: dict[bytes, NDArray[np.float16]] = {}

    def get_many(self, keys: Sequence[bytes]) -> dict[bytes, NDArray[np.float16]]:
        """The vectors of those keys that have one, each of shape `(dimension,)`."""
        found = {key: self._waiting[key] for key in keys if key in self._waiting}
        if not self.path.exists():
            return found
        try:
            with closing(self._connect()) as connection:
                for key in keys:
                    row = connection.execute("SELECT value, checksum FROM vector WHERE key = ?", (key,)).fetchone()
                    if row is not None and len(row[0]) == self._bytes and row[1] == _checksum(key, row[0]):
                        found.setdefault(key, np.frombuffer(row[0], np.float16))
        except sqlite3.Error as error:
            self._start_again(error)
        return found

    def add(self, key: bytes, vector: NDArray[np.float16]) -> None:
        """Keep a vector; it reaches the disk with `save`, or now when enough are waiting."""
        self._waiting[key] = vector
        if len(self._waiting) >= _FLUSH_AFTER:
            self.save()

    def save(self) -> None:
        """Write what is waiting, all or nothing."""
        if not self._waiting:
            return
        rows = [(key, vector.tobytes()) for key, vector in self._waiting.items()]
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(self._connect()) as connection, connection:
                connection.executemany(
                    "INSERT OR REPLACE INTO vector VALUES (?, ?, ?)",
                    ((key, value, _checksum(key, value)) for key, value in rows),
                )
        except (OSError, sqlite3.Error) as error:
            log.warning("%d vectors are not cached in %s: %s", len(rows), self.path, error)
        self._waiting.clear()

    def _connect(self) -> sqlite3.Connection:
        """A connection to the file, which is made, or emptied if it holds another embedder's vectors."""
        connection = sqlite3.connect(self.path, timeout=_LOCK_TIMEOUT_S)
        try:
            connection.executescript(_TABLES)
            found = connection.execute("SELECT name FROM embedder").fetchone()
            if found != (self._identity,):
                with connection:
                    connection.execute("DELETE FROM embedder")
                    connection.execute("DELETE FROM vector")
                    connection.execute("INSERT INTO embedder VALUES (?)", (self._identity,))
        except BaseException:
            connection.close()
            raise
        return connection

    def _start_again(self, error: sqlite3.Error) -> None:
        log.warning("vector cache %s is unreadable and starts empty: %s", self.path, error)
        if isinstance(error, sqlite3.OperationalError):  # locked, or no access: the file itself may be sound
            return
        with suppress(OSError):
            self.path.unlink(missing_ok=True)


def _checksum(key: bytes, value: bytes) -> bytes:
    return xxhash.xxh3_64_digest(key + value)


class VectorStore(Protocol):
    """Where vectors are kept: a `VectorFile` that is shipped, a `VectorTable` that grows."""

    def get_many(self, keys: Sequence[bytes]) -> dict[bytes, NDArray[np.float16]]:
        """The vectors of those keys that have one, each of shape `(dimension,)`."""
        ...

    def add(self, key: bytes, vector: NDArray[np.float16]) -> None:
        """Keep a vector; it reaches the disk with `save` at the latest."""
        ...

    def save(self) -> None:
        """Write what is not on the disk yet."""
        ...


class CachedEmbedder:
    """An embedder that looks up passages before it computes them. Queries go straight through.

    Args:
        embedder: computes what is in neither store.
        writable: gets new vectors.
        shipped: an `.npz` file that is read if the other store lacks something.
    """

    def __init__(self, embedder: Embedder, writable: VectorStore, shipped: Path | None = None) -> None:
        self._embedder = embedder
        self._writable = writable
        self._shipped = shipped

    @property
    def name(self) -> str:
        """Name of the embedder inside, so that snapshots do not depend on the cache."""
        return self._embedder.name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._embedder.dimension

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """As the embedder inside."""
        return self._embedder.embed_queries(texts)

    def embed_passages(self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None) -> Vectors:
        """Shape `(len(texts), dimension)`, rounded through float16. New vectors are saved as they come.

        `progress` is told how many of the texts have their vector.
        """
        keys = [text_key(text) for text in texts]
        distinct = dict(zip(keys, texts, strict=True))
        found = self._writable.get_many(list(distinct))
        if self._shipped is not None and len(found) < len(distinct):
            found |= _load(self._shipped, self.name, self.dimension, distinct.keys() - found.keys())
        # Similar lengths together: engines pad a batch to its longest text.
        waiting = sorted((key for key in distinct if key not in found), key=lambda key: (len(distinct[key]), key))
        report = progress or (lambda _: None)
        for start in range(0, len(waiting), _BATCH):
            report(len(texts) - len(waiting) + start)
            batch = waiting[start : start + _BATCH]
            vectors = self._embedder.embed_passages([distinct[key] for key in batch]).astype(np.float16)
            for key, vector in zip(batch, vectors, strict=True):
                found[key] = vector
                self._writable.add(key, vector)
        self._writable.save()
        report(len(texts))
        if not keys:
            return np.zeros((0, self.dimension), np.float32)
        return np.stack([found[key] for key in keys]).astype(np.float32)


class VectorCache:
    """A folder with one file of vectors per embedder, in front of it the shipped one."""

    def __init__(self, directory: Path, *, shipped: Path | None = SEED_VECTORS) -> None:
        self._directory = directory
        self._shipped = shipped

    def wrap(self, embedder: Embedder) -> CachedEmbedder:
        """`embedder` behind this cache."""
        digest = hashlib.sha256(embedder.name.encode()).hexdigest()[:16]
        writable = VectorTable(self._directory / f"{digest}.db", embedder.name, embedder.dimension)
        return CachedEmbedder(embedder, writable, self._shipped)

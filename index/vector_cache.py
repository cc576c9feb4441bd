"""Passage vectors by content: embed a text once per model, ever.

Vectors are kept as float16. Fresh ones are rounded the same way before use, so that a build from the cache and a build
from nothing give the same bytes; the rounding moves a cosine by less than 0.0005.
"""

from __future__ import annotations

import hashlib
import logging
import os
import zipfile
from collections.abc import Sequence, Set
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embedders.base import Embedder, Vectors

log = logging.getLogger(__name__)

SEED_VECTORS = Path(str(files("index") / "data" / "seed_vectors.npz"))
"""The shipped cache of the demo knowledge: made by `python -m index.seed_cache`."""

_BATCH = 32
_FLUSH_AFTER = 128
_DIGEST_BYTES = 32


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
        if not self.path.exists():
            return {}
        try:
            with self.path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                name, keys, vectors = str(arrays["embedder"]), arrays["keys"], arrays["vectors"]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            log.warning("vector cache %s is unreadable and starts empty: %s", self.path, error)
            return {}
        if name != self._embedder:
            return {}
        if keys.shape != (len(vectors), _DIGEST_BYTES) or vectors.shape[1:] != (self._dimension,):
            log.warning("vector cache %s has arrays of the wrong shape and starts empty", self.path)
            return {}
        return {key.tobytes(): vector for key, vector in zip(keys, vectors.astype(np.float16), strict=True)}

    def __len__(self) -> int:
        return len(self._vectors)

    def __contains__(self, key: object) -> bool:
        return key in self._vectors

    def keys(self) -> frozenset[bytes]:
        """The keys (`text_key`) that have a vector."""
        return frozenset(self._vectors)

    def get(self, key: bytes) -> NDArray[np.float16] | None:
        """The vector of a key, shape `(dimension,)`, or `None`."""
        return self._vectors.get(key)

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


class CachedEmbedder:
    """An embedder that looks up passages before it computes them. Queries go straight through."""

    def __init__(self, embedder: Embedder, writable: VectorFile, shipped: VectorFile | None = None) -> None:
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

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape `(len(texts), dimension)`, rounded through float16. New vectors are saved as they come."""
        keys = [text_key(text) for text in texts]
        found = {key: vector for key in keys if (vector := self._lookup(key)) is not None}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        # Similar lengths together: engines pad a batch to its longest text.
        waiting = sorted(missing, key=lambda key: (len(missing[key]), key))
        for start in range(0, len(waiting), _BATCH):
            batch = waiting[start : start + _BATCH]
            vectors = self._embedder.embed_passages([missing[key] for key in batch]).astype(np.float16)
            for key, vector in zip(batch, vectors, strict=True):
                found[key] = vector
                self._writable.add(key, vector)
        self._writable.save()
        if not keys:
            return np.zeros((0, self.dimension), np.float32)
        return np.stack([found[key] for key in keys]).astype(np.float32)

    def _lookup(self, key: bytes) -> NDArray[np.float16] | None:
        vector = self._shipped.get(key) if self._shipped is not None else None
        return vector if vector is not None else self._writable.get(key)


class VectorCache:
    """A folder with one vector file per embedder, in front of it the shipped one."""

    def __init__(self, directory: Path, *, shipped: Path | None = SEED_VECTORS) -> None:
        self._directory = directory
        self._shipped = shipped

    def wrap(self, embedder: Embedder) -> CachedEmbedder:
        """`embedder` behind this cache."""
        digest = hashlib.sha256(embedder.name.encode()).hexdigest()[:16]
        writable = VectorFile(self._directory / f"{digest}.npz", embedder.name, embedder.dimension)
        shipped = VectorFile(self._shipped, embedder.name, embedder.dimension) if self._shipped else None
        return CachedEmbedder(embedder, writable, shipped)

"""An embedder without a model, for tests: hashed character n-grams. It knows spelling, not meaning."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from index.embedders.base import Vectors

_SIZES = (1, 2, 3)


class HashingEmbedder:
    """Signed feature hashing (Weinberger et al. 2009) of the 1- to 3-grams of the lower-cased text."""

    def __init__(self, dimension: int = 256) -> None:
        self._dimension = dimension

    @property
    def name(self) -> str:
        """`hashing:<dimension>`."""
        return f"hashing:{self._dimension}"

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Shape `(len(texts), dimension)`, L2-normalised."""
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape `(len(texts), dimension)`, L2-normalised."""
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self._dimension), np.float32)
        for row, text in enumerate(texts):
            folded = f" {text.lower()} "
            for size in _SIZES:
                for start in range(len(folded) - size + 1):
                    value = zlib.crc32(folded[start : start + size].encode("utf-8", "replace"))
                    vectors[row, (value >> 1) % self._dimension] += 1.0 if value & 1 else -1.0
            if not vectors[row].any():
                vectors[row, 0] = 1.0
            vectors[row] /= np.linalg.norm(vectors[row])
        return vectors

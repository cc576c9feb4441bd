"""Exact dense search: FAISS flat inner product over row ids.

Flat is exact, needs no training, and takes about 1 ms at 10,000 and 12 ms at 100,000 vectors of 384 numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.embedders.base import Vectors
from index.errors import SnapshotCorrupt

Mask = NDArray[np.bool_]

_EXACT_SHARE = 0.1
"""Below this share of allowed rows their own dot products are cheaper than a filtered scan."""


@dataclass(frozen=True, slots=True)
class DenseMatches:
    """Row ids, best first, and their inner products (cosines for unit vectors)."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]


class FaissStore:
    """Vectors of one snapshot; row `i` is passage `i`. Never changed after it is built, so threads may share it.

    Args:
        vectors: shape `(rows, dimension)`, L2-normalised.
    """

    def __init__(self, vectors: Vectors) -> None:
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, np.float32))
        self._attach(index)

    def _attach(self, index: Any) -> None:
        self._index = index
        # A view of the memory of `index`: it lives as long as this object holds both.
        self._vectors: Vectors = (
            faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d).reshape(index.ntotal, index.d)
            if index.ntotal
            else np.zeros((0, index.d), np.float32)
        )
        self._mean = self._vectors.mean(axis=0, dtype=np.float64) if index.ntotal else np.zeros(index.d)
        centred = self._vectors - self._mean.astype(np.float32)
        self._covariance = (centred.T @ centred).astype(np.float64) / max(index.ntotal, 1)

    @classmethod
    def load(cls, path: Path) -> FaissStore:
        """The store saved at `path`.

        Raises:
            SnapshotCorrupt: the file is not a flat inner product index.
        """
        try:
            index = faiss.read_index(str(path))
        except RuntimeError as error:
            raise SnapshotCorrupt(f"{path} is not a FAISS index.") from error
        if not isinstance(index, faiss.IndexFlat) or index.metric_type != faiss.METRIC_INNER_PRODUCT:
            raise SnapshotCorrupt(f"{path} is not a flat inner product index.")
        store = cls.__new__(cls)
        store._attach(index)
        return store

    def save(self, path: Path) -> None:
        """Write the index to `path` in FAISS's own format."""
        faiss.write_index(self._index, str(path))

    @property
    def rows(self) -> int:
        """How many vectors there are."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    def search(self, vector: NDArray[np.float32], k: int, allowed: Mask | None = None) -> DenseMatches:
        """The `k` nearest allowed rows, fewer if there are fewer; exact.

        `vector` has the shape `(dimension,)`, `allowed` the shape `(rows,)`; `None` allows all.
        """
        share = self.rows if allowed is None else int(np.count_nonzero(allowed))
        k = min(k, share)
        if k < 1:
            return DenseMatches(np.zeros(0, np.int64), np.zeros(0, np.float32))
        if allowed is not None and share < _EXACT_SHARE * self.rows:
            rows = np.flatnonzero(allowed)
            scores = self.scores(vector, rows)
            best = np.argsort(-scores, kind="stable")[:k]
            return DenseMatches(rows[best], scores[best])
        faiss.omp_set_num_threads(1)  # per thread, and several threads per query only slow each other down
        parameters = None
        if allowed is not None and share < self.rows:
            selector = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))  # type: ignore[call-arg, arg-type]
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        scores, rows = self._index.search(np.ascontiguousarray(vector[None], np.float32), k, params=parameters)
        return DenseMatches(rows[0], scores[0])

    def scores(self, vector: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Inner products with the given rows: shape `(len(rows),)`."""
        products: NDArray[np.float32] = self._vectors[rows] @ vector
        return products

    def background(self, vector: NDArray[np.float32]) -> tuple[float, float]:
        """Mean and standard deviation of the inner products with all rows, from the vectors' mean and covariance.

        Exact, and as quick for a million rows as for ten.
        """
        v = vector.astype(np.float64)
        return float(self._mean @ v), float(np.sqrt(max(v @ self._covariance @ v, 0.0)))

"""The embedder seam. Its conformance tests are `tests/contracts/test_embedder.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Texts to unit vectors. Queries and passages may be embedded differently."""

    @property
    def name(self) -> str:
        """Identity of model and weights: vectors with the same name are interchangeable."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Shape `(len(texts), dimension)`, L2-normalised."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape `(len(texts), dimension)`, L2-normalised."""
        ...

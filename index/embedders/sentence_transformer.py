"""Any SentenceTransformer model as the embedder (`st:<model or path>`)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from corpus.errors import ConfigurationError
from index.embedders.base import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_BATCH = 16
_QUERY_PROMPTS = ("query",)
_PASSAGE_PROMPTS = ("document", "passage", "corpus")


class SentenceTransformerEmbedder:
    """A SentenceTransformer folder or a model name of the Hugging Face hub.

    The model's own prompts are used where it defines them (`query`; `document` or `passage`). Importing the library
    takes about ten seconds and happens at the first use.

    Args:
        model: a folder, or a name such as `intfloat/multilingual-e5-small`.
    """

    def __init__(self, model: str) -> None:
        self._source = model
        self._lock = Lock()
        self._model: SentenceTransformer | None = None
        self._name = ""
        self._dimension = 0

    @property
    def name(self) -> str:
        """`st:<model>@` and the start of the SHA-256 of its weights and prompts. Loads the model."""
        self._loaded()
        return self._name

    @property
    def dimension(self) -> int:
        """Length of a vector. Loads the model."""
        self._loaded()
        return self._dimension

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Shape `(len(texts), dimension)`, L2-normalised.

        Raises:
            ConfigurationError: the library is not installed or the model cannot be loaded.
        """
        return self._embed(texts, is_query=True)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape `(len(texts), dimension)`, L2-normalised. Errors as `embed_queries`."""
        return self._embed(texts, is_query=False)

    def _embed(self, texts: Sequence[str], *, is_query: bool) -> Vectors:
        model = self._loaded()
        encode = model.encode_query if is_query else model.encode_document
        # The library fills in an empty `document` prompt, which would hide a model's own `passage`.
        names = _QUERY_PROMPTS if is_query else _PASSAGE_PROMPTS
        prompt = next((model.prompts[name] for name in names if model.prompts.get(name)), None)
        parts = [np.zeros((0, self.dimension), np.float32)]
        for start in range(0, len(texts), _BATCH):
            # The fast tokenisers refuse concurrent use; a lock per batch lets a question in between passages.
            with self._lock:
                parts.append(
                    encode(
                        list(texts[start : start + _BATCH]),
                        prompt=prompt,
                        batch_size=_BATCH,
                        normalize_embeddings=True,
                        show_progress_bar=False,
                        convert_to_numpy=True,
                    )
                )
        return np.concatenate(parts).astype(np.float32)

    def _loaded(self) -> SentenceTransformer:
        with self._lock:
            if self._model is None:
                self._model = _load(self._source)
                # The method that tells the dimension was renamed between releases; a vector tells it too.
                self._dimension = int(self._model.encode(["dimension"], show_progress_bar=False).shape[1])
                self._name = f"st:{Path(self._source).name}@{_fingerprint(self._model)}"
            return self._model


def _load(source: str) -> SentenceTransformer:
    folder = Path(source).expanduser()
    if not folder.is_dir() and (folder.is_absolute() or source.startswith((".", "~"))):
        raise ConfigurationError(f"There is no SentenceTransformer folder at {source}.")
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise ConfigurationError(
            f"The embedder `st:{source}` needs the package sentence-transformers.",
            hint="pip install sentence-transformers",
        ) from error
    try:
        return SentenceTransformer(str(folder) if folder.is_dir() else source)
    except (OSError, ValueError, RuntimeError) as error:
        raise ConfigurationError(
            f"The SentenceTransformer {source} cannot be loaded: {str(error).splitlines()[0]}",
            hint=f"Without a network, copy its folder to this machine and set the embedder to `st:<that folder>` "
            f"(on a connected one: `hf download {source} --local-dir <folder>`).",
        ) from error


def _fingerprint(model: SentenceTransformer) -> str:
    digest = hashlib.sha256(repr(sorted(model.prompts.items())).encode())
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(key.encode())
        digest.update(tensor.detach().cpu().float().numpy().tobytes())
    return digest.hexdigest()[:12]

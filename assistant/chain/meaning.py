"""The meaning of claims: the bundled embedder in its question form, the same for both sides of a comparison."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

from assistant.chain.contradictions import Embed
from index.embedders.base import Embedder, Vectors
from index.vector_cache import VectorCache

SEED_CLAIMS = Path(str(files("index") / "data" / "claim_vectors.npz"))
"""The shipped vectors of the claims of the seed: made by `python -m assistant.chain.seed_claims`."""

_FITTED_ON = "bundled:"


class AsQuestions:
    """An embedder that embeds passages as it embeds questions, under a name of its own."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    @property
    def name(self) -> str:
        """Not that of the embedder inside: its vectors of passages are others."""
        return f"questions:{self._embedder.name}"

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._embedder.dimension

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Shape `(len(texts), dimension)`, L2-normalised."""
        return self._embedder.embed_queries(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """The same."""
        return self._embedder.embed_queries(texts)


def meaning_of_claims(embedder: Callable[[], Embedder], choice: str, folder: Path) -> Embed | None:
    """Embeds claims through a cache in `folder`; `None` for an embedder that the comparison was not fitted on.

    Args:
        embedder: is asked for at the first use.
        choice: the configured embedder.
        folder: where vectors are kept.
    """
    if f"{choice}:".startswith(_FITTED_ON):
        return lambda texts: (
            VectorCache(folder, shipped=SEED_CLAIMS).wrap(AsQuestions(embedder())).embed_passages(texts)
        )
    return None

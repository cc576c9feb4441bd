"""An embedder that tells what it was given and how long it took, and a desk that uses it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.bootstrap import App
from assistant.lazy_part import part
from assistant.settings import Settings
from index.embedders.base import Embedder, Vectors
from index.embedders.registry import load_embedder


class CountingEmbedder:
    """Another embedder, watched.

    Attributes:
        texts: the passages embedded since the last `reset`.
        seconds: how long it worked since then, on questions too.
    """

    def __init__(self, inner: Embedder, timer: Callable[[], float]) -> None:
        self._inner = inner
        self._timer = timer
        self.reset()

    def reset(self) -> None:
        """Begin to count anew."""
        self.texts: list[str] = []
        self.seconds = 0.0

    @property
    def name(self) -> str:
        """That of the embedder inside, so that its vectors serve."""
        return self._inner.name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._inner.dimension

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """As the embedder inside."""
        return self._watched(self._inner.embed_queries, texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """As the embedder inside."""
        self.texts.extend(texts)
        return self._watched(self._inner.embed_passages, texts)

    def _watched(self, embed: Callable[[Sequence[str]], Vectors], texts: Sequence[str]) -> Vectors:
        begin = self._timer()
        try:
            return embed(texts)
        finally:
            self.seconds += self._timer() - begin


class CountedApp(App):
    """A desk whose embedder counts."""

    def __init__(self, settings: Settings, timer: Callable[[], float]) -> None:
        super().__init__(settings)
        self._timer = timer

    @part
    def counter(self) -> CountingEmbedder:
        """The configured embedder, watched."""
        return CountingEmbedder(load_embedder(self.settings.embedder), self._timer)

    @part
    def embedder(self) -> Embedder:
        """The same, where the desk looks for it."""
        return self.counter

"""The knowledge base as an operator uses it: ingest files, build, check and roll back the index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from corpus.catalog import Catalog
from corpus.chunking import CHUNKER, chunk
from corpus.ingest import IngestReport, ingest
from corpus.model import Passage
from corpus.tokens import TokenCounter
from index.builder import build
from index.embedders.base import Embedder
from index.errors import IndexNotBuilt
from index.maintenance import rollback, verify
from index.model import Manifest
from index.snapshots import VerifyReport, status
from index.vector_cache import VectorCache


class KnowledgeBase:
    """Documents and their index under one data directory."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        index_dir: Path,
        embedder: Callable[[], Embedder],
        cache: Callable[[], VectorCache],
        counter: TokenCounter,
        passage_tokens: int,
        keep_snapshots: int,
        clock: Callable[[], datetime],
    ) -> None:
        self._catalog = catalog
        self._index_dir = index_dir
        self._embedder = embedder
        self._cache = cache
        self._counter = counter
        self._passage_tokens = passage_tokens
        self._keep = keep_snapshots
        self._clock = clock

    def ingest(self, paths: Sequence[Path]) -> IngestReport:
        """Takes files and folders in and rebuilds the index if anything changed. A bad file never stops the rest."""
        report = ingest(paths, self._catalog, counter=self._counter)
        if report.changed or self.status() is None:
            self.build()
        return report

    def passages(self) -> tuple[Passage, ...]:
        """Every passage of every document, in catalogue order."""
        return tuple(
            passage
            for document in self._catalog.documents()
            for passage in chunk(document, self._counter, max_tokens=self._passage_tokens)
        )

    def build(self) -> Manifest:
        """The snapshot of the present documents; unchanged passages are not embedded again.

        Raises:
            IndexBusy: another process is building.
        """
        return build(
            self.passages(),
            self._embedder(),
            self._index_dir,
            self._cache(),
            chunker=f"{CHUNKER} max={self._passage_tokens}",
            keep=self._keep,
            clock=self._clock,
        )

    def ensure_index(self) -> bool:
        """Builds the index if there is none; whether it did."""
        if self.status() is not None:
            return False
        self.build()
        return True

    def status(self) -> Manifest | None:
        """The current snapshot's manifest; `None` when there is none.

        Raises:
            SnapshotCorrupt: the pointer or the manifest is damaged.
        """
        try:
            return status(self._index_dir).current
        except IndexNotBuilt:
            return None

    def verify(self) -> VerifyReport:
        """Checks every snapshot on disk; changes nothing, raises nothing."""
        return verify(self._index_dir)

    def rollback(self) -> Manifest:
        """Makes the newest sound snapshot before the current one current.

        Raises:
            IndexNotBuilt: there is none.
        """
        return rollback(self._index_dir)

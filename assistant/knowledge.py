"""The knowledge base as an operator uses it: take documents in and out, build, check and roll back the index."""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.catalog import Catalog
from corpus.chunking import CHUNKER
from corpus.edition import Edition, Edits
from corpus.errors import ProofdeskError
from corpus.ingest import IngestReport, Progress, ingest
from corpus.model import Document, Passage
from corpus.series import passages_of
from corpus.tokens import TokenCounter
from index.builder import build
from index.embedders.base import Embedder
from index.errors import IndexNotBuilt
from index.maintenance import rollback, verify
from index.manifest import check_files
from index.model import Manifest
from index.snapshots import VerifyReport, activate, status
from index.source import DocumentSource
from index.vector_cache import VectorCache

log = logging.getLogger(__name__)

_BUILT = "built.json"
"""Beside the snapshots: what the current one was made of, so that a start without news reads no document."""


class _Built(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    snapshot: str
    fingerprint: str


class KnowledgeBase:
    """Documents and their index under one data directory. Every change of a document shows in the next answer."""

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
        self._sources: dict[tuple[str, str], tuple[tuple[Document, ...], Edits, DocumentSource]] = {}

    @property
    def index_dir(self) -> Path:
        """Where the snapshots are."""
        return self._index_dir

    # Documents

    def ingest(self, paths: Sequence[Path], *, draft: bool = False, progress: Progress | None = None) -> IngestReport:
        """Takes files and folders in and makes them answerable, unless as drafts. A bad file never stops the rest."""
        report = ingest(paths, self._catalog, counter=self._counter, draft=draft, progress=progress)
        if (report.changed and not draft) or self.status() is None:
            self.build()
        return report

    def publish(self, document_id: str, locale: str, number: int, *, effective_from: date | None = None) -> Manifest:
        """Puts a version in force; see `Catalog.publish`."""
        self._catalog.publish(document_id, locale, number, effective_from=effective_from)
        return self.build()

    def expire(self, document_id: str, day: date, *, locale: str | None = None) -> Manifest:
        """Lets a document end on a day; see `Catalog.expire`."""
        self._catalog.expire(document_id, day, locale=locale)
        return self.build()

    def remove(self, document_id: str, *, locale: str | None = None) -> Manifest:
        """Takes a document out of force for every day; see `Catalog.remove`."""
        self._catalog.remove(document_id, locale=locale)
        return self.build()

    def restore(self, document_id: str, locale: str | None = None, number: int | None = None) -> Manifest:
        """Brings back what was removed or replaced; see `Catalog.restore`."""
        self._catalog.restore(document_id, locale, number)
        return self.build()

    def cut(self, document: Document, edits: Edits | None = None) -> tuple[Passage, ...]:
        """The passages of one document as it stands, for a preview."""
        edits = edits or Edits()
        return passages_of(
            (document,), self._counter, self._passage_tokens, hidden=edits.hidden, questions=edits.questions
        )

    # The index

    def sources(self, catalog: Catalog | None = None) -> tuple[DocumentSource, ...]:
        """What the index is built from: every document and locale with all its editions.

        Raises:
            DocumentError: a seed article is broken or the catalog cannot be read.
        """
        catalog = catalog or self._catalog
        grouped = groupby(catalog.editions(), key=lambda edition: edition.key)
        edits = catalog.all_edits()
        return tuple(self._source(key, tuple(editions), edits.get(key, Edits())) for key, editions in grouped)

    def passages(self) -> tuple[Passage, ...]:
        """Every passage of every document, in catalogue order."""
        return tuple(passage for source in self.sources() for passage in source.cut())

    def build(self) -> Manifest:
        """The snapshot of the present documents; what did not change is neither read nor embedded again.

        Raises:
            IndexBusy: another process is building.
        """
        fingerprint = self._fingerprint()
        current = self._unchanged(fingerprint)
        if current is not None:
            return current
        read = fingerprint

        def sources() -> Sequence[DocumentSource]:
            # Called when the lock is held: of several builds that wait, the last one finds nothing to do.
            nonlocal read
            read = self._fingerprint()
            return self.sources()

        manifest = self._make(sources, activate=True)
        self._remember(manifest.id, read)
        return manifest

    def candidate(self, catalog: Catalog) -> Manifest:
        """A snapshot of what another catalog holds, which answers nothing until it is activated."""
        return self._make(lambda: self.sources(catalog), activate=False)

    def activate(self, snapshot_id: str) -> None:
        """Lets a snapshot answer.

        Raises:
            SnapshotCorrupt: there is no such sound snapshot.
        """
        activate(self._index_dir, snapshot_id)

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
        """Makes the newest sound snapshot before the current one current. It stays until a document changes.

        Raises:
            IndexNotBuilt: there is none.
        """
        manifest = rollback(self._index_dir)
        self._remember(manifest.id, self._fingerprint())
        return manifest

    def _make(self, sources: Callable[[], Sequence[DocumentSource]], *, activate: bool) -> Manifest:
        return build(
            sources,
            self._embedder(),
            self._index_dir,
            self._cache(),
            chunker=self._chunker,
            keep=self._keep,
            clock=self._clock,
            activate=activate,
        )

    @property
    def _chunker(self) -> str:
        return f"{CHUNKER} max={self._passage_tokens}"

    def _fingerprint(self) -> str:
        parts = (self._catalog.fingerprint(), self._chunker, self._embedder().name)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def _unchanged(self, fingerprint: str) -> Manifest | None:
        """The current manifest, if it was made of the present documents and its files are sound."""
        try:
            built = _Built.model_validate_json((self._index_dir / _BUILT).read_bytes())
            manifest = status(self._index_dir).current
            check_files(self._index_dir / manifest.id, manifest)
        except (OSError, ValidationError, ProofdeskError):
            return None
        return manifest if built == _Built(snapshot=manifest.id, fingerprint=fingerprint) else None

    def _remember(self, snapshot_id: str, fingerprint: str) -> None:
        """Best effort: without it the next start reads the documents and finds that nothing changed."""
        content = _Built(snapshot=snapshot_id, fingerprint=fingerprint).model_dump_json()
        try:
            temporary = self._index_dir / f".{_BUILT}.{uuid.uuid4().hex}"
            temporary.write_text(content, "ascii")
            temporary.replace(self._index_dir / _BUILT)
        except OSError as error:
            log.warning("%s cannot be written: %s", _BUILT, error.strerror)

    def _source(self, key: tuple[str, str], editions: tuple[Edition, ...], edits: Edits) -> DocumentSource:
        documents = tuple(edition.document for edition in editions)
        known = self._sources.get(key)
        # The catalog gives what did not change as the same objects, so comparing them costs nothing beside printing.
        if known is not None and known[:2] == (documents, edits):
            return known[2]
        digest = hashlib.sha256(repr((documents, edits)).encode("utf-8", "surrogatepass")).hexdigest()

        def cut() -> tuple[Passage, ...]:
            return passages_of(
                documents, self._counter, self._passage_tokens, hidden=edits.hidden, questions=edits.questions
            )

        source = DocumentSource("|".join(key), digest, cut)
        self._sources[key] = (documents, edits, source)
        return source

"""The operator's knowledge: documents with their history under a data directory, on top of the seed articles."""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from corpus.catalog_changes import CatalogChange, NewDocument, unknown_document, version_key
from corpus.catalog_snapshot import Key, Snapshot, utc_now
from corpus.catalog_store import CatalogStore
from corpus.edition import Change, Edition, Edits, Origin, Version
from corpus.editions import EditionReader, Problem, seed_version
from corpus.errors import DocumentError
from corpus.facts import FactsTable
from corpus.legacy_catalog import take_over
from corpus.model import Document
from corpus.parsed import ParsedDocuments, reader_version
from corpus.seed import SeedArticle, load_facts, seed_articles

__all__ = ["Catalog", "NewDocument", "Problem"]


class Catalog:
    """All knowledge: the seed articles and the operator's documents, with what held when. Thread-safe.

    An operator's version of a document takes the place of the seed article with the same id and locale from the first
    day on which it holds. One process writes at a time; any number may read.

    Args:
        data_dir: the operator's data directory; `knowledge/catalog.db` in it is made at the first change.
        facts: renders the placeholders of all documents; default: the facts that ship.
        seed_root: the folder of the seed articles; default: the one that ships.
        clock: the time of a change, aware; its day is today.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        facts: FactsTable | None = None,
        seed_root: Path | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._data_dir = data_dir
        self._store = CatalogStore(data_dir / "knowledge" / "catalog.db")
        self._seed_root = seed_root
        self._facts = facts
        self._clock = clock
        self._lock = threading.RLock()
        self._open = threading.local()
        self._seeds: tuple[SeedArticle, ...] | None = None
        self._reader: EditionReader | None = None
        self._kept: Snapshot | None = None
        self._held: tuple[Snapshot, tuple[Edition, ...], tuple[Problem, ...]] | None = None

    @property
    def facts(self) -> FactsTable:
        """The facts that documents are rendered with.

        Raises:
            FactError: the facts that ship are broken.
        """
        with self._lock:
            if self._facts is None:
                self._facts = load_facts(self._seed_root)
            return self._facts

    def editions(self, known_at: datetime | None = None) -> tuple[Edition, ...]:
        """Every text in force on some day, past and future ones included, by id, locale and first day.

        Args:
            known_at: as the catalog was at this moment; `None` = now. Seed articles have no such history.

        Raises:
            DocumentError: a seed article is broken or the catalog cannot be read.
        """
        return self._all(known_at)[0]

    def documents(self, on: date | None = None, known_at: datetime | None = None) -> tuple[Document, ...]:
        """The documents that hold on a day, by default today, by id and locale. Those of `problems` are not among them.

        Raises:
            DocumentError: a seed article is broken or the catalog cannot be read.
        """
        day = on or self._clock().date()
        return tuple(edition.document for edition in self.editions(known_at) if edition.document.valid_on(day))

    def problems(self) -> tuple[Problem, ...]:
        """The published documents that cannot be used now. The seed article they replace stays replaced.

        Raises:
            DocumentError: a seed article is broken or the catalog cannot be read.
        """
        return self._all(None)[1]

    def fingerprint(self) -> str:
        """SHA-256 over all that decides the editions, hex; nothing is parsed for it.

        Raises:
            DocumentError: a file cannot be read.
        """
        parts = (reader_version(), self.facts.digest, self._revision(), self._seed_digest)
        return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()

    @cached_property
    def _seed_digest(self) -> str:
        return hashlib.sha256(repr([(s.name, s.content, s.pairs) for s in self._seed_articles()]).encode()).hexdigest()

    def edits(self, document_id: str, locale: str) -> Edits:
        """What people changed about how a document is found."""
        return self._snapshot().edits.get((document_id, locale), Edits())

    def all_edits(self) -> dict[Key, Edits]:
        """Those of every document that has any, by id and locale."""
        return dict(self._snapshot().edits)

    def history(self, document_id: str) -> tuple[Version, ...]:
        """Every version ever kept, the newest first, by locale; a seed article comes last as number 0.

        Raises:
            DocumentError: no such document.
        """
        snapshot = self._snapshot()
        kept = [version for version in snapshot.versions.values() if version.document_id == document_id]
        seeds = [seed_version(seed, self.facts, snapshot) for seed in self._seed_articles() if seed.id == document_id]
        found = sorted([*kept, *seeds], key=lambda version: (version.locale, -version.number))
        if not found:
            raise self._unknown(document_id, snapshot)
        return tuple(found)

    def versions(self) -> tuple[Version, ...]:
        """Every version of the operator's, by id, locale and number."""
        return tuple(self._snapshot().versions.values())

    def version(self, document_id: str, locale: str, number: int) -> Version:
        """One version.

        Raises:
            DocumentError: there is none with this number.
        """
        found = [v for v in self.history(document_id) if (v.locale, v.number) == (locale, number)]
        if not found:
            raise DocumentError(f'"{document_id}" has no version {number} in {locale}.')
        return found[0]

    def read(self, document_id: str, locale: str, number: int) -> Document:
        """A version as a document, with today's facts.

        Raises:
            DocumentError: there is none with this number, or it cannot be used.
        """
        if number == 0:
            return self._seed(document_id, locale).document(self.facts)
        return self._edition_reader().document(self.version(document_id, locale, number))

    def source(self, document_id: str, locale: str, number: int) -> tuple[str, bytes]:
        """Name and content of the file that a version was read from.

        Raises:
            DocumentError: there is no such version.
        """
        if number == 0:
            seed = self._seed(document_id, locale)
            return seed.name.partition("/")[2], seed.content
        version = self.version(document_id, locale, number)
        return version.name, self._store.content(version.digest)

    def add(
        self,
        document: Document,
        name: str,
        content: bytes,
        *,
        author: str = "",
        origin: Origin = "file",
        source_url: str = "",
        draft: bool = False,
        effective_from: date | None = None,
        note: str = "",
    ) -> Change:
        """Keep `content`, the file called `name` that `document` was read from, and put it in force unless a draft.

        Raises:
            DocumentError: another process is writing, or the data directory cannot be written.
        """
        new = NewDocument(document, name, content, origin, source_url, note)
        return self.add_all((new,), author=author, draft=draft, effective_from=effective_from)[0]

    def add_all(
        self,
        documents: Sequence[NewDocument],
        *,
        author: str = "",
        draft: bool = False,
        effective_from: date | None = None,
    ) -> tuple[Change, ...]:
        """Keep several documents as one change; what became of each, in their order.

        Raises:
            DocumentError: another process is writing, or the data directory cannot be written; nothing is kept then.
        """
        with self._changing() as change:
            return tuple(change.add(new, author, draft=draft, start=effective_from) for new in documents)

    def publish(self, document_id: str, locale: str, number: int, *, effective_from: date | None = None) -> None:
        """Put a version in force: from the day given, or the one it names, or today, or always if it is the first.

        Raises:
            DocumentError: there is no such version.
        """
        with self._changing() as change:
            change.publish((document_id, locale), number, effective_from)

    def expire(self, document_id: str, day: date, *, locale: str | None = None) -> None:
        """Let a document hold until `day`, the first day on which it no longer does. Earlier days stay answerable.

        Raises:
            DocumentError: no such document is in force.
        """
        with self._changing() as change:
            change.expire_all(self._in_force(document_id, locale, change.snapshot), day, named=locale is not None)

    def remove(self, document_id: str, *, locale: str | None = None) -> None:
        """Take a document out of force for every day: its text is never cited again. What was kept stays kept.

        Raises:
            DocumentError: no such document is in force.
        """
        with self._changing() as change:
            for key in self._in_force(document_id, locale, change.snapshot):
                # What is made from a removed document goes with it, and comes back with it.
                change.remove(key, hide=key in change.seeds or locale is not None)

    def restore(
        self, document_id: str, locale: str | None = None, number: int | None = None, *, author: str = ""
    ) -> None:
        """Bring back what was removed or replaced: a version as a new one, or the seed article (number 0).

        Args:
            document_id: the document.
            locale: one locale; `None` = all.
            number: which version; `None` = the newest one that was published, else the seed article.
            author: who does it.

        Raises:
            DocumentError: there is nothing to bring back.
        """
        known = {version_key(version) for version in self.history(document_id)}
        with self._changing() as change:
            change.restore_all(document_id, locale, known, number, author)

    def discard(self, document_id: str, locale: str, number: int) -> None:
        """Give a draft up.

        Raises:
            DocumentError: there is no such draft.
        """
        with self._changing() as change:
            change.discard((document_id, locale), number)

    def set_owner(self, document_id: str, locale: str, owner: str) -> None:
        """Say who looks after a document: its versions in force.

        Raises:
            DocumentError: no version of the operator's is in force.
        """
        with self._changing() as change:
            change.set_owner((document_id, locale), owner)

    def set_review_due(self, document_id: str, locale: str, day: date | None) -> None:
        """Say by when somebody has to look at a document.

        Raises:
            DocumentError: no version of the operator's is in force.
        """
        with self._changing() as change:
            change.set_review_due((document_id, locale), day)

    def set_edits(self, document_id: str, locale: str, edits: Edits) -> None:
        """Replace what people changed about how a document is found.

        Raises:
            DocumentError: no such document.
        """
        if not any(version.locale == locale for version in self.history(document_id)):
            raise DocumentError(f'"{document_id}" has nothing in {locale}.')
        with self._changing() as change:
            change.writer.set_edits((document_id, locale), edits)

    @contextmanager
    def trial(self) -> Iterator[Catalog]:
        """A copy that can be changed without anybody noticing; gone when the block ends.

        Raises:
            DocumentError: the catalog cannot be copied.
        """
        with tempfile.TemporaryDirectory(prefix="proofdesk-trial-") as folder:
            trial = Catalog(Path(folder), facts=self.facts, seed_root=self._seed_root, clock=self._clock)
            trial._seeds = self._seed_articles()
            self.editions()  # what is read here need not be read for every trial
            trial._reader = EditionReader(
                self.facts, trial._seeds, trial._store.contents, ParsedDocuments(None), self._edition_reader()
            )
            self._store.copy_to(Path(folder) / "knowledge" / "catalog.db")
            yield trial

    def _all(self, known_at: datetime | None) -> tuple[tuple[Edition, ...], tuple[Problem, ...]]:
        with self._lock:
            if known_at is not None:
                return self._edition_reader().editions(self._store.read(known_at))
            snapshot = self._committed()
            if self._held is None or self._held[0] is not snapshot or any(p.passing for p in self._held[2]):
                self._held = (snapshot, *self._edition_reader().editions(snapshot))
            return self._held[1:]

    def _edition_reader(self) -> EditionReader:
        with self._lock:
            if self._reader is None:
                parsed = ParsedDocuments(self._data_dir / "knowledge" / "parsed.db")
                self._reader = EditionReader(self.facts, self._seed_articles(), self._store.contents, parsed)
            return self._reader

    def _seed_articles(self) -> tuple[SeedArticle, ...]:
        with self._lock:
            if self._seeds is None:
                self._seeds = seed_articles(self._seed_root)
            return self._seeds

    def _seed(self, document_id: str, locale: str) -> SeedArticle:
        found = [seed for seed in self._seed_articles() if (seed.id, seed.locale) == (document_id, locale)]
        if not found:
            raise DocumentError(f'"{document_id}" is no seed article in {locale}.')
        return found[0]

    def _revision(self) -> int:
        self._import_legacy()
        return self._store.revision()

    def _snapshot(self) -> Snapshot:
        return self._committed() if (change := self._pending()) is None else change.snapshot

    def _committed(self) -> Snapshot:
        revision, kept = self._revision(), self._kept
        if kept is None or kept.revision != revision:
            kept = self._kept = self._store.read()
        return kept

    def _pending(self) -> CatalogChange | None:
        return getattr(self._open, "change", None)

    def _in_force(self, document_id: str, locale: str | None, snapshot: Snapshot) -> list[Key]:
        seeds = self._seed_keys() - snapshot.hidden
        kept = {key for key, periods in snapshot.timelines.items() if periods}
        derived = {(i, "zh-TW") for i, loc in seeds | kept if loc == "zh-CN"} - snapshot.hidden
        keys = sorted(k for k in seeds | kept | derived if k[0] == document_id and locale in (None, k[1]))
        if not keys:
            raise self._unknown(document_id, snapshot)
        return keys

    def _unknown(self, document_id: str, snapshot: Snapshot) -> DocumentError:
        return unknown_document(document_id, {key[0] for key in (*self._seed_keys(), *snapshot.timelines)})

    def _seed_keys(self) -> set[Key]:
        return {(seed.id, seed.locale) for seed in self._seed_articles()}

    @contextmanager
    def together(self) -> Iterator[None]:
        """Makes the changes of a `with` block, in this thread, as one: all of them hold afterwards, or none."""
        before = self._pending()
        with self._changing() as change:
            self._open.change = change
            try:
                yield
            finally:
                self._open.change = before

    @contextmanager
    def _changing(self) -> Iterator[CatalogChange]:
        if (outer := self._pending()) is not None:
            yield outer
            return
        self._import_legacy()
        with self._store.writing() as writer:
            yield CatalogChange(writer, self._clock(), self._seed_keys())

    def _import_legacy(self) -> None:
        """Takes over what an earlier release kept as files, once."""
        folder = self._data_dir / "documents"
        if self._store.exists() or not (folder / "manifest.json").exists():
            return
        with self._store.writing() as writer:
            take_over(CatalogChange(writer, self._clock(), self._seed_keys()), folder, self.facts)

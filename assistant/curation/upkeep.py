"""What somebody has to look at, and the generations of the index."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from assistant.chain.contradictions import Contradiction, contradictions
from assistant.chain.vocabulary import Vocabulary
from assistant.curation.guard import Curation, reason_of
from assistant.curation.library import Library
from assistant.curation.views import ContradictionView, CoverageLeaf, Overview, SnapshotView, StaleView
from assistant.desk.errors import DeskError, Refusal
from assistant.errors import ProofdeskError
from assistant.user import User
from corpus.staleness import stale
from corpus.topics import coverage, load_topics
from index.manifest import read_manifest
from index.model import Manifest
from index.snapshots import is_candidate, snapshot_ids

Result = TypeVar("Result")
_LOCALES = ("zh-CN", "en")


class Upkeep:
    """Staleness, gaps, contradictions and snapshots.

    Args:
        folder: where dismissed contradictions are kept.
    """

    def __init__(
        self, curation: Curation, library: Library, vocabulary: Callable[[], Vocabulary], folder: Path
    ) -> None:
        self._curation = curation
        self._library = library
        self._vocabulary = vocabulary
        self._dismissed = folder / "dismissed.json"
        self._found: tuple[str, tuple[Contradiction, ...]] = ("", ())

    def overview(self, user: User) -> Overview:
        """The head of the page.

        Raises:
            DeskError: `FORBIDDEN`, `UNAVAILABLE`.
        """
        self._curation.admit(user)
        rows = self._library.documents(user)
        standings = self._library.standings()
        snapshots = self.snapshots(user)
        return Overview(
            standings=dict(standings),
            drafts=sum(row.drafts for row in rows),
            stale=len(self.staleness(user)),
            gaps=sum(not leaf.documents.get(locale) for leaf in self.coverage(user) for locale in _LOCALES),
            contradictions=sum(not item.dismissed for item in self.contradictions(user)),
            snapshot=next((snapshot for snapshot in snapshots if snapshot.current), None),
            problems=tuple(f"{row.document_id} ({row.locale}): {row.problem}" for row in rows if row.problem),
        )

    def staleness(self, user: User) -> tuple[StaleView, ...]:
        """Documents whose review is due, or whose last day is near or past.

        Raises:
            DeskError: `FORBIDDEN`, `UNAVAILABLE`.
        """
        self._curation.admit(user)
        found = stale(self._read(self._curation.catalog.editions), self._curation.today())
        return tuple(
            StaleView(item.document_id, item.locale, item.title, item.owner, item.reason, item.day) for item in found
        )

    def coverage(self, user: User) -> tuple[CoverageLeaf, ...]:
        """Topics with their documents per language; those without any are gaps.

        Raises:
            DeskError: `FORBIDDEN`, `UNAVAILABLE`.
        """
        self._curation.admit(user)
        documents = self._read(self._curation.catalog.documents)
        passages = {document.id: 0 for document in documents}
        for document in documents:
            passages[document.id] += sum(
                len(s.paragraphs) + len(s.steps) + sum(len(t.rows) for t in s.tables) for s in document.sections
            )
        return tuple(
            CoverageLeaf(
                topic=leaf.topic.id,
                group=leaf.topic.group,
                title=leaf.topic.titles.get("zh-CN") or next(iter(leaf.topic.titles.values()), leaf.topic.id),
                documents=leaf.documents,
                questions=leaf.questions,
                passages=passages.get(leaf.topic.id, 0),
            )
            for leaf in coverage(load_topics(), documents)
        )

    def contradictions(self, user: User) -> tuple[ContradictionView, ...]:
        """Pairs of documents in force that say different things about one figure; open ones first.

        Seed articles take their figures from one table, so that no two of them can contradict each other.

        Raises:
            DeskError: `FORBIDDEN`, `UNAVAILABLE`.
        """
        self._curation.admit(user)
        dismissed = self._read_dismissed()
        views = [_contradiction(item, dismissed.get(item.id, "")) for item in self._read(self._contradictions)]
        return tuple(sorted(views, key=lambda view: (bool(view.dismissed), view.documents)))

    def dismiss(self, user: User, contradiction_id: str, reason: str) -> None:
        """Says that a contradiction is none.

        Raises:
            DeskError: `FORBIDDEN`, `NEEDS_REASON`, `NOT_FOUND`.
        """
        self._curation.admit(user)
        why = reason_of(reason)
        if all(item.id != contradiction_id for item in self._read(self._contradictions)):
            raise DeskError(Refusal.NOT_FOUND)
        self._curation.record(user, "knowledge.dismissed", f"contradiction:{contradiction_id}", {"reason": why})
        kept = {**self._read_dismissed(), contradiction_id: why}
        self._dismissed.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._dismissed.with_suffix(".new")
        temporary.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
        temporary.replace(self._dismissed)
        self._curation.changed()

    def snapshots(self, user: User) -> tuple[SnapshotView, ...]:
        """Generations of the index, newest first.

        Raises:
            DeskError: `FORBIDDEN`, `UNAVAILABLE`.
        """
        self._curation.admit(user)
        index_dir = self._curation.knowledge.index_dir
        current = self._read(self._curation.knowledge.status)
        return tuple(
            SnapshotView(
                id=manifest.id,
                created=datetime.fromisoformat(manifest.created),
                documents=manifest.documents,
                passages=manifest.passages,
                current=current is not None and manifest.id == current.id,
                size_bytes=sum(path.stat().st_size for path in (index_dir / manifest.id).iterdir()),
            )
            for manifest in _manifests(index_dir)
        )

    def rollback(self, user: User, reason: str) -> SnapshotView:
        """Lets the newest sound snapshot before the current one answer, until a document changes.

        Raises:
            DeskError: `FORBIDDEN`, `NEEDS_REASON`, `UNAVAILABLE` when there is none.
        """
        self._curation.admit(user)
        why = reason_of(reason)
        before = self._read(self._curation.knowledge.status)
        subject = f"index:{before.id if before else ''}"
        self._curation.record(user, "knowledge.rolled_back", subject, {"reason": why})
        manifest = self._read(self._curation.knowledge.rollback)
        self._curation.changed()
        return next(snapshot for snapshot in self.snapshots(user) if snapshot.id == manifest.id)

    def _contradictions(self) -> tuple[Contradiction, ...]:
        fingerprint = self._curation.catalog.fingerprint()
        if self._found[0] != fingerprint:
            today = self._curation.today()
            editions = [e for e in self._curation.catalog.editions() if e.document.valid_on(today)]
            seeds = {edition.key for edition in editions if edition.origin == "seed"}
            passages = [p for e in editions for p in self._curation.knowledge.cut(e.document)]
            found = contradictions(passages, self._vocabulary())
            keys = [tuple((c.passage.document_id, c.passage.locale) for c in (i.first, i.second)) for i in found]
            told = tuple(item for item, pair in zip(found, keys, strict=True) if not set(pair) <= seeds)
            self._found = (fingerprint, told)
        return self._found[1]

    def _read_dismissed(self) -> Mapping[str, str]:
        try:
            kept = json.loads(self._dismissed.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(key): str(value) for key, value in kept.items()} if isinstance(kept, dict) else {}

    def _read(self, read: Callable[[], Result]) -> Result:
        try:
            return read()
        except ProofdeskError as error:
            raise DeskError(Refusal.UNAVAILABLE, str(error)) from None


def _manifests(index_dir: Path) -> Iterator[Manifest]:
    """Those of the sound snapshots that have answered or may, newest first."""
    for snapshot_id in reversed(snapshot_ids(index_dir)):
        with contextlib.suppress(ProofdeskError):
            manifest = read_manifest(index_dir / snapshot_id)
            if not is_candidate(index_dir, snapshot_id):
                yield manifest


def _contradiction(item: Contradiction, dismissed: str) -> ContradictionView:
    first, second = item.first, item.second
    subject = " ".join([*first.keys.values(), first.attribute]).strip() or first.passage.heading or first.passage.title
    return ContradictionView(
        id=item.id,
        subject=subject,
        documents=(
            (first.passage.document_id, first.passage.locale),
            (second.passage.document_id, second.passage.locale),
        ),
        titles=(first.passage.title, second.passage.title),
        values=(first.value, second.value),
        sentences=(first.text, second.text),
        dismissed=dismissed,
    )

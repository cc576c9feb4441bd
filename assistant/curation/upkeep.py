"""What somebody has to look at, and the generations of the index."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from assistant.chain.contradictions import Contradiction, Embed, contradictions, contradictions_by_meaning
from assistant.chain.known_conflicts import ConflictFile, known
from assistant.chain.vocabulary import Vocabulary
from assistant.curation.guard import Curation, reason_of
from assistant.curation.library import Library
from assistant.curation.upkeep_views import ContradictionView, CoverageLeaf, Overview, SnapshotView, StaleView
from assistant.desk.errors import DeskError, Refusal
from assistant.errors import ProofdeskError
from assistant.user import User
from corpus.editions import settled
from corpus.lint import REQUIRED_LOCALES
from corpus.staleness import stale
from corpus.topics import coverage, load_topics
from index.manifest import read_manifest
from index.model import Manifest
from index.snapshots import is_candidate, snapshot_ids

Result = TypeVar("Result")


class Upkeep:
    """Staleness, gaps, contradictions and snapshots.

    Args:
        folder: where dismissed contradictions are kept.
        conflicts: where drafts look up those that are open.
        meaning: what claims are compared by; without, their words are.
    """

    def __init__(
        self,
        curation: Curation,
        library: Library,
        vocabulary: Callable[[], Vocabulary],
        *,
        folder: Path,
        conflicts: ConflictFile,
        meaning: Callable[[], Embed | None],
    ) -> None:
        self._curation = curation
        self._library = library
        self._vocabulary = vocabulary
        self._dismissed = folder / "dismissed.json"
        self._conflicts = conflicts
        self._meaning = meaning
        self._found: tuple[str, tuple[Contradiction, ...]] = ("", ())
        self._told = ""

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
            gaps=sum(not leaf.documents.get(locale) for leaf in self.coverage(user) for locale in REQUIRED_LOCALES),
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
                titles=leaf.topic.titles,
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
        views = [_contradiction(item, dismissed) for item, dismissed in self._read(self.found)]
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
        self._told = ""
        self._read(self._publish_open)
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
        self._read(self.found)
        self._curation.changed()
        return next(snapshot for snapshot in self.snapshots(user) if snapshot.id == manifest.id)

    def found(self) -> tuple[tuple[Contradiction, str], ...]:
        """Every contradiction of today with the reason for which it was dismissed (`""`: it is open).

        Raises:
            ProofdeskError: a document or the embedder cannot be read.
        """
        dismissed = self._read_dismissed()
        return tuple((item, dismissed.get(item.id, "")) for item in self._contradictions())

    def _contradictions(self) -> tuple[Contradiction, ...]:
        today = self._curation.today()
        known_for = f"{self._curation.catalog.fingerprint()} {today}"
        if self._found[0] != known_for:
            # The traditional articles of the seed are the simplified ones in other characters.
            editions = [
                edition
                for edition in self._curation.catalog.editions()
                if edition.document.valid_on(today) and (edition.origin, edition.document.locale) != ("seed", "zh-TW")
            ]
            fixed = settled(editions)
            passages = [p for e in editions for p in self._curation.knowledge.cut(e.document)]
            meaning = self._meaning()
            if meaning is not None and any(edition.key not in fixed for edition in editions):
                found = contradictions_by_meaning(passages, self._vocabulary(), meaning, fixed)
            else:
                found = contradictions(passages, self._vocabulary())
            told = tuple(item for item in found if not _keys(item) <= fixed)
            self._found = (known_for, told)
            self._told = ""
        self._publish_open()
        return self._found[1]

    def _publish_open(self) -> None:
        """Lets drafts know what is open; again for each snapshot, as a rollback changes no document."""
        dismissed = self._read_dismissed()
        snapshot = self._curation.knowledge.status()
        if snapshot is not None and snapshot.id != self._told:
            self._told = snapshot.id
            stopping = [item for item in self._found[1] if item.certain and item.id not in dismissed]
            self._conflicts.write(snapshot.id, map(known, stopping))

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


def _keys(item: Contradiction) -> set[tuple[str, str]]:
    return {(claim.passage.document_id, claim.passage.locale) for claim in (item.first, item.second)}


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

"""THE retrieval function: a query to passages, best first, with the reasons."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus.errors import ProofdeskError
from corpus.model import Passage
from index import snapshots
from index.embedders.base import Embedder
from index.errors import SnapshotCorrupt, SnapshotMismatch
from index.features import Candidates, features
from index.fusion import PREFERENCE, TABLE_ROW_COST, fuse, share_of_ideal, standardise, with_support
from index.hits import hits_of
from index.lexical import LexicalMatches, Mask, coverage
from index.model import Query, Retrieval
from index.open_snapshot import OpenSnapshot

Result = TypeVar("Result")

log = logging.getLogger(__name__)

_DEPTH = 100
"""Candidates taken from each retriever (more when a query asks for more hits). Many may be questions of one answer."""
_COVERED = 10
"""Leading candidates whose matched terms are looked up for the features."""


def utc_today() -> date:
    """Today by the machine's clock, UTC."""
    return datetime.now(UTC).date()


class Retriever:
    """Searches the current snapshot of an index folder and follows its pointer. Thread-safe.

    Args:
        index_dir: the folder that `index.builder.build` writes to.
        embedder: must be the one that the snapshot was built with.
        today: the day for queries without `as_of`.
        snapshot_id: search this snapshot, wherever the pointer points; for a candidate that is not served yet.
    """

    def __init__(
        self,
        index_dir: Path,
        embedder: Embedder,
        *,
        today: Callable[[], date] = utc_today,
        snapshot_id: str | None = None,
    ) -> None:
        self._index_dir = index_dir
        self._embedder = embedder
        self._today = today
        self._pinned = snapshot_id
        self._lock = Lock()
        self._open: OpenSnapshot | None = None
        self._refused = ""
        self._complaint = ""

    def search(self, query: Query) -> Retrieval:
        """The `query.k` best passages that the query may see.

        A question of a document that is found gives the passage it stands for, once, with the best score and rank of
        all that lead to it. A blank query finds nothing and costs no embedding.

        Raises:
            IndexNotBuilt: there is no index.
            SnapshotCorrupt: the snapshot is damaged and no earlier one is open.
            SnapshotMismatch: the snapshot was built with another embedder.
            EmbeddingFailed: a remote embedder failed.
        """
        return self._reading(lambda snapshot: self._search(snapshot, query))

    def _search(self, snapshot: OpenSnapshot, query: Query) -> Retrieval:
        if not query.text.strip() or query.k < 1 or not snapshot.rows:
            return Retrieval(query, (), snapshot.manifest.id)
        watch = _Stopwatch()
        vector = self._embedder.embed_queries([query.text])[0]
        watch.lap("embed")
        allowed = snapshot.allowed(query, query.as_of or self._today())
        depth = max(_DEPTH, 2 * query.k)
        dense = snapshot.dense(vector, depth, allowed)
        mean, deviation = snapshot.background(vector)
        watch.lap("dense")
        lexical_query = snapshot.lexical_query(query.text)
        lexical = snapshot.lexical(lexical_query, depth, allowed)
        watch.lap("lexical")
        rows = np.union1d(dense.rows, lexical.rows).astype(np.int64)
        if not rows.size:
            return Retrieval(query, (), snapshot.manifest.id, {}, watch.laps)
        cosines = snapshot.cosines(vector, rows)
        standardised = standardise(cosines, mean, deviation)
        share = share_of_ideal(_scattered(lexical, rows), float(lexical_query.weights.sum()))
        fused = with_support(fuse(standardised, share), snapshot.voting[rows], snapshot.questions[rows])
        fused += _adjustments(query, snapshot, rows)
        candidates = _in_order(rows, cosines, standardised, share, fused)
        hits = hits_of(
            snapshot, candidates, {"dense": dense.rows, "lexical": lexical.rows}, lexical, lexical_query, query.k
        )
        covered = candidates.rows[:_COVERED].tolist()
        terms = snapshot.found_terms(covered)
        found = features(
            query.text, snapshot, candidates, coverage(lexical_query, [terms[row] for row in covered]).tolist()
        )
        watch.lap("fuse")
        return Retrieval(query, hits, snapshot.manifest.id, found, watch.laps)

    def document_passages(self, document_id: str, query: Query | None = None) -> tuple[Passage, ...]:
        """The passages of a document in reading order, by locale first; empty for an unknown document.

        With a query, only those that it may see: locales of one document may differ in audience, place and validity.
        """

        def read(snapshot: OpenSnapshot) -> tuple[Passage, ...]:
            allowed = None if query is None else snapshot.allowed(query, query.as_of or self._today())
            return snapshot.document_passages(document_id, allowed)

        return self._reading(read)

    def passages(self, ids: Sequence[str]) -> tuple[Passage, ...]:
        """The passages with these ids, each once, in the order asked; unknown ids and questions are left out.

        Neither audience nor validity is looked at: the ids come from a search that did.
        """
        return self._reading(lambda snapshot: snapshot.passages_with(ids))

    def section(self, passage_id: str, query: Query | None = None) -> tuple[Passage, ...]:
        """All passages of the section that a passage stands in, in reading order; empty for an unknown passage.

        With a query, only those that it may see. Without one, those that hold with the passage: today, if it does,
        and else on its first day.
        """

        def read(snapshot: OpenSnapshot) -> tuple[Passage, ...]:
            found = snapshot.passages_with([passage_id])
            return snapshot.section(found[0], self._visible(snapshot, found[0], query)) if found else ()

        return self._reading(read)

    def neighbours(self, passage_id: str, n: int = 1, query: Query | None = None) -> tuple[Passage, ...]:
        """Up to `n` passages before and `n` after a passage in its document, in order and without the passage.

        What is visible is as for `section`.
        """

        def read(snapshot: OpenSnapshot) -> tuple[Passage, ...]:
            found = snapshot.passages_with([passage_id])
            return snapshot.neighbours(found[0], n, self._visible(snapshot, found[0], query)) if found else ()

        return self._reading(read)

    def _visible(self, snapshot: OpenSnapshot, passage: Passage, query: Query | None) -> Mask:
        today = self._today()
        if query is not None:
            return snapshot.allowed(query, query.as_of or today)
        return snapshot.valid_on(today if passage.valid_on(today) else passage.effective_from)

    @property
    def snapshot_id(self) -> str:
        """Id of the snapshot that the next search uses."""
        return self._snapshot().manifest.id

    def warm(self) -> None:
        """Open the snapshot and load the model now rather than at the first question."""
        self._snapshot()
        self._embedder.embed_queries(["warm"])

    def close(self) -> None:
        """Let go of the open snapshot; the next search opens it again."""
        with self._lock:
            closing, self._open = self._open, None
        if closing is not None:
            closing.close()

    def _reading(self, read: Callable[[OpenSnapshot], Result]) -> Result:
        """What `read` makes of the current snapshot.

        Builds in quick succession may remove a snapshot while it is being read: the one that replaced it is read then.
        """
        snapshot = self._snapshot()
        try:
            return read(snapshot)
        except SnapshotCorrupt:
            newer = self._snapshot()
            if newer is snapshot:
                raise
            return read(newer)

    def _snapshot(self) -> OpenSnapshot:
        """The current snapshot, swapped if the pointer moved.

        While one is open, a pointer or a new snapshot that cannot be used is logged once and the open one goes on.
        """
        held = self._open
        try:
            wanted = self._pinned or snapshots.current_id(self._index_dir)
            if held is not None and wanted in (held.manifest.id, self._refused):
                return held
            return self._swap(wanted)
        except ProofdeskError as error:
            if held is None:
                raise
            if str(error) != self._complaint:
                self._complaint = str(error)
                log.error("%s goes on serving: %s", held.manifest.id, error)
            return held

    def _swap(self, wanted: str) -> OpenSnapshot:
        with self._lock:
            held = self._open
            if held is not None and held.manifest.id == wanted:
                return held
            try:
                opened = OpenSnapshot(self._index_dir / wanted, base=held.base if held else None)
                self._check_embedder(opened, held)
            except ProofdeskError:
                self._refused = wanted
                raise
            self._open, self._refused, self._complaint = opened, "", ""
        if held is not None:
            held.close(keep=opened.base)
        return opened

    def _check_embedder(self, opened: OpenSnapshot, held: OpenSnapshot | None) -> None:
        built_with = (opened.manifest.embedder, opened.manifest.dimension)
        if built_with != (self._embedder.name, self._embedder.dimension):
            opened.close(keep=held.base if held else None)
            raise SnapshotMismatch(
                f"Snapshot {opened.manifest.id} was built with {built_with[0]}, the desk uses {self._embedder.name}."
            )


class _Stopwatch:
    """Milliseconds per step."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, name: str) -> None:
        now = perf_counter()
        self.laps[name] = (now - self._last) * 1000.0
        self._last = now


def _adjustments(query: Query, snapshot: OpenSnapshot, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """What the wording of the query and the kind of the passage add to each row's fused score."""
    added: NDArray[np.float64] = -TABLE_ROW_COST * snapshot.table_rows[rows].astype(np.float64)
    added += PREFERENCE * snapshot.in_category(rows, query.prefer)
    added -= 2 * PREFERENCE * snapshot.in_category(rows, query.avoid)
    if query.problem is not None:
        added += PREFERENCE * (snapshot.explains_causes[rows] == query.problem)
    return added


def _scattered(matches: LexicalMatches, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """BM25 for each of the sorted `rows`, 0 where it did not match."""
    scores = np.zeros(len(rows))
    scores[np.searchsorted(rows, matches.rows)] = matches.scores
    return scores


def _in_order(
    rows: NDArray[np.int64],
    cosines: NDArray[np.float64],
    standardised: NDArray[np.float64],
    share: NDArray[np.float64],
    fused: NDArray[np.float64],
) -> Candidates:
    order = np.argsort(-fused, kind="stable")
    return Candidates(rows[order], cosines[order], standardised[order], share[order], fused[order])

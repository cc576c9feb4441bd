"""THE retrieval function: a query to passages, best first, with the reasons."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from threading import Lock
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from corpus.errors import ProofdeskError
from corpus.model import Passage
from index import snapshots
from index.embedders.base import Embedder
from index.errors import SnapshotMismatch
from index.features import Candidates, features
from index.fusion import PREFERENCE, TABLE_ROW_COST, fuse, share_of_ideal, standardise, with_support
from index.lexical import LexicalMatches
from index.model import Hit, Query, Retrieval
from index.open_snapshot import OpenSnapshot

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
    """

    def __init__(self, index_dir: Path, embedder: Embedder, *, today: Callable[[], date] = utc_today) -> None:
        self._index_dir = index_dir
        self._embedder = embedder
        self._today = today
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
        snapshot = self._snapshot()
        if not query.text.strip() or query.k < 1 or not snapshot.passages:
            return Retrieval(query, (), snapshot.manifest.id)
        watch = _Stopwatch()
        vector = self._embedder.embed_queries([query.text])[0]
        watch.lap("embed")
        allowed = snapshot.allowed(query, query.as_of or self._today())
        depth = max(_DEPTH, 2 * query.k)
        dense = snapshot.vectors.search(vector, depth, allowed)
        mean, deviation = snapshot.vectors.background(vector)
        watch.lap("dense")
        lexical_query = snapshot.lexical.query(query.text)
        lexical = snapshot.lexical.search(lexical_query, depth, allowed)
        watch.lap("lexical")
        rows = np.union1d(dense.rows, lexical.rows).astype(np.int64)
        if not rows.size:
            return Retrieval(query, (), snapshot.manifest.id, {}, watch.laps)
        cosines = snapshot.vectors.scores(vector, rows).astype(np.float64)
        standardised = standardise(cosines, mean, deviation)
        share = share_of_ideal(_scattered(lexical, rows), float(lexical_query.weights.sum()))
        fused = with_support(fuse(standardised, share), snapshot.documents[rows], snapshot.questions[rows])
        fused += _adjustments(query, snapshot, rows)
        candidates = _in_order(rows, cosines, standardised, share, fused)
        hits = _hits(snapshot, candidates, {"dense": dense.rows, "lexical": lexical.rows}, lexical, query.k)
        coverage = snapshot.lexical.coverage(lexical_query, candidates.rows[:_COVERED].tolist())
        found = features(query.text, snapshot, candidates, coverage.tolist())
        watch.lap("fuse")
        return Retrieval(query, hits, snapshot.manifest.id, found, watch.laps)

    def document_passages(self, document_id: str, query: Query | None = None) -> tuple[Passage, ...]:
        """The passages of a document in reading order, by locale first; empty for an unknown document.

        With a query, only those that it may see: locales of one document may differ in audience, place and validity.
        """
        snapshot = self._snapshot()
        allowed = None if query is None else snapshot.allowed(query, query.as_of or self._today())
        return snapshot.document_passages(document_id, allowed)

    def passages(self, ids: Sequence[str]) -> tuple[Passage, ...]:
        """The passages with these ids, each once, in the order asked; unknown ids and questions are left out.

        Neither audience nor validity is looked at: the ids come from a search that did.
        """
        return self._snapshot().passages_with(ids)

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

    def _snapshot(self) -> OpenSnapshot:
        """The current snapshot, swapped if the pointer moved.

        While one is open, a pointer or a new snapshot that cannot be used is logged once and the open one goes on.
        """
        held = self._open
        try:
            wanted = snapshots.current_id(self._index_dir)
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
            if self._open is not None and self._open.manifest.id == wanted:
                return self._open
            try:
                opened = OpenSnapshot(self._index_dir / wanted)
                self._check_embedder(opened)
            except ProofdeskError:
                self._refused = wanted
                raise
            replaced, self._open, self._refused, self._complaint = self._open, opened, "", ""
        if replaced is not None:
            replaced.close()
        return opened

    def _check_embedder(self, opened: OpenSnapshot) -> None:
        built_with = (opened.manifest.embedder, opened.manifest.dimension)
        if built_with != (self._embedder.name, self._embedder.dimension):
            opened.close()
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
    added += PREFERENCE * np.isin(snapshot.categories[rows], query.prefer)
    added -= 2 * PREFERENCE * np.isin(snapshot.categories[rows], query.avoid)
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


def _hits(
    snapshot: OpenSnapshot,
    candidates: Candidates,
    found: Mapping[str, NDArray[np.int64]],
    lexical: LexicalMatches,
    k: int,
) -> tuple[Hit, ...]:
    ranks = {name: _ranks(snapshot.shown[rows]) for name, rows in found.items()}
    bm25: dict[int, float] = {}
    for row, score in zip(snapshot.shown[lexical.rows].tolist(), lexical.scores.tolist(), strict=True):
        bm25.setdefault(row, score)
    cosine: dict[int, float] = {}
    fused: dict[int, float] = {}
    for row, dense, score in zip(
        snapshot.shown[candidates.rows].tolist(), candidates.dense.tolist(), candidates.fused.tolist(), strict=True
    ):
        cosine[row] = max(dense, cosine.get(row, dense))
        fused.setdefault(row, score)
    hits = []
    for row, score in islice(fused.items(), k):
        scores = {"dense": cosine[row]} | ({"lexical": bm25[row]} if row in bm25 else {})
        found_by = {name: rank[row] for name, rank in ranks.items() if row in rank}
        hits.append(Hit(snapshot.passages[row], score, found_by, scores))
    return tuple(hits)


def _ranks(shown: NDArray[np.int64]) -> dict[int, int]:
    """Rank of each shown row by its first occurrence, counted without repetitions, from 1."""
    return {row: rank for rank, row in enumerate(dict.fromkeys(shown.tolist()), start=1)}

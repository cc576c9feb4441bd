"""From ranked rows to hits: each shown passage once, with the reasons why it was found."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from index.features import Candidates
from index.lexical import LexicalMatches, LexicalQuery
from index.model import Hit
from index.open_snapshot import OpenSnapshot


def hits_of(
    snapshot: OpenSnapshot,
    candidates: Candidates,
    found: Mapping[str, NDArray[np.int64]],
    lexical: LexicalMatches,
    query: LexicalQuery,
    k: int,
) -> tuple[Hit, ...]:
    """The `k` best shown passages.

    Args:
        snapshot: where the rows point.
        candidates: best first.
        found: by retriever, its rows, best first.
        lexical: its rows with their scores.
        query: the terms that were looked for.
        k: at most so many.
    """
    ranks = {name: _ranks(snapshot.shown[rows]) for name, rows in found.items()}
    bm25: dict[int, float] = {}
    for row, score in zip(snapshot.shown[lexical.rows].tolist(), lexical.scores.tolist(), strict=True):
        bm25.setdefault(row, score)
    cosine: dict[int, float] = {}
    leading: dict[int, tuple[int, float]] = {}
    for own, dense, score in zip(
        candidates.rows.tolist(), candidates.dense.tolist(), candidates.fused.tolist(), strict=True
    ):
        row = int(snapshot.shown[own])
        cosine[row] = max(dense, cosine.get(row, dense))
        leading.setdefault(row, (own, score))
    chosen = dict(islice(leading.items(), k))
    passages = snapshot.passages({row for shown, (own, _) in chosen.items() for row in (shown, own)})
    terms = snapshot.found_terms(own for own, _ in chosen.values())
    hits = []
    for row, (own, score) in chosen.items():
        scores = {"dense": cosine[row]} | ({"lexical": bm25[row]} if row in bm25 else {})
        found_by = {name: rank[row] for name, rank in ranks.items() if row in rank}
        matched = tuple(term for term in query.terms if term in terms[own])
        asked = passages[own].text if own != row else ""
        hits.append(Hit(passages[row], score, found_by, scores, matched, asked))
    return tuple(hits)


def _ranks(shown: NDArray[np.int64]) -> dict[int, int]:
    """Rank of each shown row by its first occurrence, counted without repetitions, from 1."""
    return {row: rank for rank, row in enumerate(dict.fromkeys(shown.tolist()), start=1)}

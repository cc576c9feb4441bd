"""What a search knows about its own quality: the inputs of `index.confidence`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.open_snapshot import OpenSnapshot
from index.script import script_of, script_of_locale

FEATURES = (
    "dense_top1",
    "dense_z",
    "dense_margin",
    "lexical_top1",
    "lexical_coverage",
    "lexical_coverage_best",
    "agreement",
    "fused_top1",
    "fused_margin",
    "language_match",
    "by_question",
    "vote",
    "length",
)


_VOTERS = 10
"""Leading candidates whose documents are counted."""
_LONG = 60
"""Characters beyond which a query counts as no longer: the words of a short one are matched by chance more easily."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The candidates of one search in fused order (best first), one array element each.

    Attributes:
        rows: row ids.
        dense: cosines.
        standardised: cosines in standard deviations over the snapshot.
        lexical: BM25 as a share of its bound; 0 where no term matches.
        fused: fused scores, falling.
    """

    rows: NDArray[np.int64]
    dense: NDArray[np.float64]
    standardised: NDArray[np.float64]
    lexical: NDArray[np.float64]
    fused: NDArray[np.float64]


def features(text: str, snapshot: OpenSnapshot, candidates: Candidates, coverage: Sequence[float]) -> dict[str, float]:
    """Features of a search with at least one candidate, by the names in `FEATURES`.

    Args:
        text: the query.
        snapshot: where the candidates' rows point.
        candidates: at least one.
        coverage: matched share of the query's weight for the leading candidates, best first; at least one.
    """
    documents = snapshot.documents[candidates.rows].tolist()
    by_dense = int(np.argmax(candidates.dense))
    by_lexical = int(np.argmax(candidates.lexical))
    anything_lexical = bool(candidates.lexical[by_lexical] > 0.0)
    best = int(candidates.rows[0])
    return {
        "dense_top1": float(candidates.dense[by_dense]),
        "dense_z": float(candidates.standardised[by_dense]),
        "dense_margin": _margin(candidates.dense, documents, by_dense),
        "lexical_top1": float(candidates.lexical[by_lexical]),
        "lexical_coverage": float(coverage[0]),
        "lexical_coverage_best": float(max(coverage)),
        "agreement": float(anything_lexical and documents[by_dense] == documents[by_lexical]),
        "fused_top1": float(candidates.fused[0]),
        "fused_margin": _margin(candidates.fused, documents, 0),
        "language_match": float(script_of(text) == script_of_locale(snapshot.locale(best))),
        "by_question": float(snapshot.questions[best]),
        "vote": sum(document == documents[0] for document in documents[:_VOTERS]) / _VOTERS,
        "length": math.log(min(max(len(text.strip()), 1), _LONG)),
    }


def _margin(scores: NDArray[np.float64], documents: Sequence[int], best: int) -> float:
    """Lead of the best over the best of another document; over the lowest candidate if there is no other document."""
    others = [score for score, document in zip(scores, documents, strict=True) if document != documents[best]]
    return float(scores[best] - (max(others) if others else scores.min()))

"""Measures of one ranking, as BEIR (Thakur et al. 2021) and trec_eval define them.

`ranking` holds distinct document ids, best first. `gains` maps the relevant ones to a positive grade; whatever it
does not hold is not relevant.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence


def hit(ranking: Sequence[str], gains: Mapping[str, int], k: int) -> float:
    """1 when any relevant document is among the first `k`, otherwise 0 (success@k of trec_eval)."""
    return float(any(document in gains for document in ranking[:k]))


def recall(ranking: Sequence[str], gains: Mapping[str, int], k: int) -> float:
    """The share of the relevant documents among the first `k` (recall.k of trec_eval).

    Raises:
        ZeroDivisionError: nothing is relevant.
    """
    return sum(document in gains for document in ranking[:k]) / len(gains)


def reciprocal_rank(ranking: Sequence[str], gains: Mapping[str, int], k: int) -> float:
    """1 / rank of the first relevant document, 0 beyond `k`; its mean is MRR@k (Voorhees 1999)."""
    return next((1 / rank for rank, document in enumerate(ranking[:k], start=1) if document in gains), 0.0)


def ndcg(ranking: Sequence[str], gains: Mapping[str, int], k: int) -> float:
    """Discounted cumulative gain over that of the ideal ranking (Järvelin & Kekäläinen 2002).

    The gain is the grade itself and the discount `log2(rank + 1)`, as in trec_eval's ndcg_cut, which BEIR reports.

    Raises:
        ZeroDivisionError: nothing is relevant.
    """
    ideal = sorted(gains.values(), reverse=True)
    return _dcg([gains.get(document, 0) for document in ranking[:k]]) / _dcg(ideal[:k])


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))

"""How well a score tells two groups apart, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.metrics.interval import CONFIDENCE

RESAMPLES = 2000
SEED = 20260302

Scores = Sequence[float] | NDArray[np.float64]


def auroc(positive: Scores, negative: Scores) -> float:
    """The chance that a positive scores higher than a negative, ties half: the area under the ROC curve.

    That is Mann and Whitney's U over the number of pairs (Hanley & McNeil 1982).

    Raises:
        ValueError: a group is empty.
    """
    if not len(positive) or not len(negative):
        raise ValueError("both groups need a member")
    difference = np.asarray(positive, np.float64)[:, None] - np.asarray(negative, np.float64)[None, :]
    return float(((difference > 0) + 0.5 * (difference == 0)).mean())


def auroc_interval(positive: Scores, negative: Scores) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of `auroc`, both groups drawn again separately; the seed is fixed."""
    return bootstrap_interval((np.asarray(positive), np.asarray(negative)), auroc, paired=False)


def bootstrap_interval(
    samples: Sequence[NDArray[Any]], statistic: Callable[..., float], *, paired: bool
) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval (Efron 1979) of `statistic(*samples)`; the seed is fixed.

    Args:
        samples: one array per argument of the statistic.
        statistic: what the interval is of.
        paired: whether element `i` of every sample belongs together.
    """
    from scipy.stats import bootstrap  # about a second: not at import

    result = bootstrap(
        tuple(samples),
        statistic,
        paired=paired,
        vectorized=False,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(SEED),
    )
    return float(result.confidence_interval.low), float(result.confidence_interval.high)

"""Figures of the desk's benchmark: medians, ratios and percentiles with their intervals."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.metrics.discrimination import bootstrap_interval


def ratio(values: Sequence[float], yardstick: Sequence[float], names: tuple[str, str]) -> dict[str, Any]:
    """Medians in seconds under `names`, the ratio of the medians, and the range of the ratios of each round's pair."""
    pairs = [a / b for a, b in zip(values, yardstick, strict=True)]
    medians = statistics.median(values), statistics.median(yardstick)
    return {
        f"{names[0]}_s": round(medians[0], 3),
        f"{names[1]}_s": round(medians[1], 3),
        "ratio": round(medians[0] / medians[1], 3),
        "ratio_range": [round(min(pairs), 3), round(max(pairs), 3)],
    }


def percentiles(seconds: Sequence[float]) -> dict[str, Any]:
    """Median and 95th percentile in milliseconds, each with its 95 % bootstrap interval, and the longest."""
    values = np.asarray(seconds, np.float64) * 1000
    return {
        "n": len(values),
        "p50_ms": _percentile(values, 50),
        "p95_ms": _percentile(values, 95),
        "longest_ms": round(float(values.max())),
    }


def bar(value: float | bool, limit: float | bool) -> dict[str, Any]:
    """A figure beside what was asked of it: at most `limit`."""
    return {"value": value, "at_most": limit, "met": value <= limit}


def _percentile(values: NDArray[np.float64], q: int) -> dict[str, Any]:
    def statistic(drawn: NDArray[np.float64]) -> float:
        return float(np.percentile(drawn, q))

    # A bootstrap of one value would only repeat it.
    interval = bootstrap_interval((values,), statistic, paired=False) if len(values) > 1 else None
    return {
        "value": round(statistic(values)),
        "ci": [round(bound) for bound in interval] if interval else None,
    }

"""Figures of the index's benchmark: a median as a multiple of another one of the same run."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.metrics.discrimination import bootstrap_interval


def multiple(values: Sequence[float], yardstick: Sequence[float], names: tuple[str, str]) -> dict[str, Any]:
    """Medians in milliseconds under `names`, and the first as a multiple of the second.

    The interval is a 95 % bootstrap over rounds: what was measured in one round belongs together.
    """

    def statistic(above: NDArray[np.float64], below: NDArray[np.float64]) -> float:
        return float(np.median(above) / np.median(below))

    samples = np.asarray(values, np.float64), np.asarray(yardstick, np.float64)
    # A bootstrap of one round would only repeat it.
    interval = bootstrap_interval(samples, statistic, paired=True) if len(values) > 1 else None
    return {
        "n": len(values),
        f"{names[0]}_ms": round(statistics.median(values) * 1000, 2),
        f"{names[1]}_ms": round(statistics.median(yardstick) * 1000, 2),
        "ratio": {
            "value": round(statistic(*samples), 3),
            "ci": [round(bound, 3) for bound in interval] if interval else None,
        },
    }

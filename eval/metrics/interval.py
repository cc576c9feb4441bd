"""Shares with their uncertainty."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Proportion:
    """`k` of `n`."""

    k: int
    n: int

    @classmethod
    def of(cls, outcomes: Iterable[bool]) -> Proportion:
        """How many of `outcomes` are true."""
        listed = list(outcomes)
        return cls(sum(listed), len(listed))

    @property
    def value(self) -> float | None:
        """The share; `None` when nothing was measured."""
        return self.k / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Its 95 % interval; `None` when nothing was measured."""
        return wilson(self.k, self.n) if self.n else None

    def to_json(self) -> dict[str, Any]:
        """`{value, k, n, ci}`, rounded to four digits."""
        value, interval = self.value, self.interval
        return {
            "value": None if value is None else round(value, 4),
            "k": self.k,
            "n": self.n,
            "ci": None if interval is None else [round(bound, 4) for bound in interval],
        }

    def __str__(self) -> str:
        if (value := self.value) is None or (interval := self.interval) is None:
            return "not measured"
        return f"{value:.3f} ({self.k}/{self.n}, 95 % {interval[0]:.3f} to {interval[1]:.3f})"


def wilson(k: int, n: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The score interval of a binomial share (Wilson 1927), which stays in 0..1 and holds up for small `n`.

    Raises:
        ValueError: not 0 <= k <= n with n > 0.
    """
    from scipy.stats import binomtest  # about a second: not at import

    interval = binomtest(k, n).proportion_ci(confidence_level=confidence, method="wilson")
    return float(interval.low), float(interval.high)

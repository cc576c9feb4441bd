"""How long a customer will probably wait, from how long others waited, and how often that came true."""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SHARE_PERCENT = 80
"""Of a hundred customers, so many are to be answered within the time they were told."""
MIN_SAMPLES = 20
"""With fewer, the 80th percentile rests on the slowest four answers or less: nothing is said then."""


def eta_minutes(history: Sequence[float]) -> int | None:
    """The 80th percentile (nearest rank) of the waits in `history`, in whole minutes rounded up, at least 1.

    The order of `history` does not matter. `None` below 20 samples.
    """
    if len(history) < MIN_SAMPLES:
        return None
    rank = -(-SHARE_PERCENT * len(history) // 100)  # the ceiling, in whole numbers: 0.8 * n is not exact
    return max(1, math.ceil(sorted(history)[rank - 1]))


@dataclass(frozen=True, slots=True)
class Wait:
    """One question that was answered: when it came in, and how many minutes it waited for the reply."""

    asked_at: datetime
    minutes: float
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Backtest:
    """What the estimates of the past were worth.

    Attributes:
        told: questions whose customer was told a time.
        kept: those that were answered within it.
        untold: questions that came in before there was enough history.
    """

    told: int
    kept: int
    untold: int

    @property
    def share(self) -> float | None:
        """Share of the told times that were kept, to be compared with 0.8; `None` when no time was told."""
        return self.kept / self.told if self.told else None


def backtest(waits: Iterable[Wait], *, window: int) -> Backtest:
    """Walks through the past and gives every question the estimate of its moment.

    An estimate rests on the last `window` replies that had been sent when the question came in, those of its topic if
    they suffice, otherwise those of all topics: what the customer's status card does.
    """
    everything: deque[float] = deque(maxlen=window)
    topics: dict[str, deque[float]] = {}
    running: list[tuple[datetime, int, Wait]] = []
    told = kept = untold = 0
    for n, wait in enumerate(sorted(waits, key=lambda each: each.asked_at)):
        while running and running[0][0] <= wait.asked_at:
            answered = heapq.heappop(running)[2]
            everything.append(answered.minutes)
            topics.setdefault(answered.topic, deque(maxlen=window)).append(answered.minutes)
        estimate = eta_minutes(topics.get(wait.topic, ())) if wait.topic else None
        if estimate is None:
            estimate = eta_minutes(everything)
        if estimate is None:
            untold += 1
        else:
            told += 1
            kept += wait.minutes <= estimate
        heapq.heappush(running, (wait.asked_at + timedelta(minutes=wait.minutes), n, wait))
    return Backtest(told, kept, untold)

"""Whether a benchmark had the machine to itself.

A ratio survives a slower machine, but not a neighbour: an engine whose two threads wait for each other loses far more
to a busy core than single-threaded code does, which would flatter everything measured against it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

DISTURBED = 0.10
"""Above this share of the machine's processors in other hands, figures are not to be trusted."""
_STAT = Path("/proc/stat")
_IDLE = (3, 4)
"""Columns of /proc/stat that are not work: idle and waiting for a disk."""
_GUEST = 8
"""From this column on, time is counted in the earlier ones already."""


class OtherLoad:
    """Measures, from its making on, what other processes took of the machine (Linux; elsewhere unknown)."""

    def __init__(self, stat: Path = _STAT, own_seconds: Callable[[], float] | None = None) -> None:
        self._stat = stat
        self._own_seconds = own_seconds or _own_seconds
        self._before = self._read()

    def share(self) -> float | None:
        """The share (0 to 1) of all processors' time that others used; `None` when the system does not tell.

        Child processes count as own once they have been waited for.
        """
        now = self._read()
        if now is None or self._before is None:
            return None
        busy, total, own = (after - before for after, before in zip(now, self._before, strict=True))
        return round(min(1.0, max(0.0, (busy - own) / total)), 4) if total > 0 else None

    def _read(self) -> tuple[float, float, float] | None:
        """Busy and total processor seconds of the machine, and those of this process."""
        try:
            name, *cells = self._stat.read_text(encoding="ascii").partition("\n")[0].split()
        except OSError:
            return None
        if name != "cpu":
            return None
        ticks = [int(cell) / os.sysconf("SC_CLK_TCK") for cell in cells[:_GUEST]]
        idle = sum(ticks[column] for column in _IDLE)
        return sum(ticks) - idle, sum(ticks), self._own_seconds()


def verdict(share: float | None) -> str:
    """What to tell the reader of a benchmark about its neighbours; empty when it had none worth mentioning."""
    if share is None or share <= DISTURBED:
        return ""
    return f"Other processes used {share:.0%} of the processors meanwhile: repeat this on a quiet machine."


def _own_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system

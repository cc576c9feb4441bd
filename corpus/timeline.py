"""Which version of a document holds on which day, and what publishing, expiring and removing do to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days on which one version holds: from `start` until `end`, which is the first day it does not; `None` = open."""

    start: date
    number: int
    end: date | None = None


Timeline = tuple[Period, ...]
"""Periods that do not overlap, by start."""


def published(timeline: Iterable[Period], number: int, start: date, end: date | None = None) -> Timeline:
    """The timeline with version `number` from `start` on.

    It takes the place of whatever held or was planned from that day on; what held before ends there. With an `end`
    nothing follows it.

    Raises:
        ValueError: `end` is not after `start`.
    """
    if end is not None and end <= start:
        raise ValueError("a version must hold for a day at least")
    return (*expired(timeline, start), Period(start, number, end))


def expired(timeline: Iterable[Period], day: date) -> Timeline:
    """The timeline without anything from `day` on."""
    kept = (period for period in timeline if period.start < day)
    return tuple(
        Period(period.start, period.number, day) if period.end is None or period.end > day else period
        for period in sorted(kept)
    )

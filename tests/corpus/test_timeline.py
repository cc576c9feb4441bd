from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.timeline import Period, Timeline, expired, published

FIRST = date(2026, 1, 1)


def holds_on(period: Period, day: date) -> bool:
    return period.start <= day and (period.end is None or day < period.end)


DAYS = st.integers(0, 30).map(lambda days: FIRST + timedelta(days=days))
STEPS = st.lists(
    st.tuples(st.just("publish"), DAYS, st.none() | st.integers(1, 10)) | st.tuples(st.just("expire"), DAYS, st.none())
)


@given(STEPS)
def test_periods_never_overlap_and_the_latest_change_decides(steps: list[tuple[str, date, int | None]]) -> None:
    timeline: Timeline = ()
    expected: dict[date, int] = {}
    span = [FIRST + timedelta(days=days) for days in range(45)]
    for number, (what, day, length) in enumerate(steps, start=1):
        end = day + timedelta(days=length) if length else None
        expected = {held: by for held, by in expected.items() if held < day}
        if what == "publish":
            timeline = published(timeline, number, day, end)
            expected |= {held: number for held in span if held >= day and (end is None or held < end)}
        else:
            timeline = expired(timeline, day)
        holding = {held: [period.number for period in timeline if holds_on(period, held)] for held in span}
        assert {held: by[0] for held, by in holding.items() if by} == expected
        assert all(len(by) <= 1 for by in holding.values())
        assert list(timeline) == sorted(timeline)


def test_a_version_holds_for_a_day_at_least() -> None:
    with pytest.raises(ValueError, match="a day at least"):
        published((), 1, FIRST, FIRST)
    one = Period(FIRST, 1, FIRST + timedelta(days=1))
    assert published((), 1, FIRST, one.end) == (one,)

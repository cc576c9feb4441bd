from __future__ import annotations

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.review.eta import MIN_SAMPLES, Backtest, Wait, backtest, eta_minutes
from tests.conftest import FIXED_NOW

minutes = st.floats(min_value=0, max_value=10_000, allow_nan=False)


def asked(after: float, wait: float, topic: str = "") -> Wait:
    return Wait(FIXED_NOW + timedelta(minutes=after), wait, topic)


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([], None),
        ([5.0] * (MIN_SAMPLES - 1), None),
        ([5.0] * MIN_SAMPLES, 5),
        ([float(n) for n in range(1, 21)], 16),  # the 16th of 20
        ([float(n) for n in range(1, 22)], 17),  # 0.8 * 21 = 16.8: the 17th
        ([float(n) for n in range(1, 26)], 20),  # 0.8 * 25 is 20 exactly
        ([float(n) for n in range(1, 101)], 80),
        ([4.01] * 20, 5),  # never less than was measured
        ([0.0] * 20, 1),
        ([1.0] * 16 + [900.0] * 4, 1),
        ([1.0] * 15 + [900.0] * 5, 900),
    ],
)
def test_the_estimate_is_the_80th_percentile_by_nearest_rank(history: list[float], expected: int | None) -> None:
    assert eta_minutes(history) == expected


@given(st.lists(minutes, min_size=MIN_SAMPLES, max_size=200))
def test_it_covers_at_least_80_percent_of_its_own_history_and_one_minute_less_does_not(history: list[float]) -> None:
    estimate = eta_minutes(history)
    assert estimate is not None
    assert sum(wait <= estimate for wait in history) * 100 >= 80 * len(history)
    if estimate > 1:
        assert sum(wait <= estimate - 1 for wait in history) * 100 < 80 * len(history)


@given(st.lists(minutes, min_size=MIN_SAMPLES, max_size=60), st.randoms())
def test_the_order_of_the_history_does_not_matter(history: list[float], shuffler: random.Random) -> None:
    mixed = list(history)
    shuffler.shuffle(mixed)
    assert eta_minutes(mixed) == eta_minutes(history)


def test_the_backtest_counts_what_was_told_and_what_was_kept() -> None:
    past = [asked(n * 100, 10.0) for n in range(20)]
    now = [asked(5_000, 10.0), asked(5_100, 10.5), asked(5_200, 9.0)]
    found = backtest(past + now, window=200)
    assert found == Backtest(told=3, kept=2, untold=20)
    assert found.share == pytest.approx(2 / 3)


def test_the_backtest_without_enough_history_claims_nothing() -> None:
    assert backtest([asked(n * 100, 10.0) for n in range(20)], window=200) == Backtest(0, 0, 20)
    assert backtest([], window=200).share is None


def test_an_estimate_knows_no_reply_that_was_not_sent_yet() -> None:
    """Twenty fast answers, asked before, but all sent only after the question: nobody could have told a time."""
    slow = [asked(n, 1_000.0) for n in range(20)]
    assert backtest([*slow, asked(30, 5.0)], window=200) == Backtest(0, 0, 21)
    # The last of them is sent at minute 1019: a question of that very minute is the first to be told.
    assert backtest([*slow, asked(1_018.9, 5.0)], window=200).told == 0
    assert backtest([*slow, asked(1_019, 5.0)], window=200).told == 1


def test_the_same_topic_decides_once_it_has_enough_history() -> None:
    quick = [asked(n, 1.0, "fees") for n in range(20)]
    slow = [asked(n + 0.5, 50.0, "kyc") for n in range(20)]
    assert backtest([*quick, *slow, asked(500, 20.0, "fees")], window=200).kept == 0
    assert backtest([*quick, *slow, asked(500, 20.0, "kyc")], window=200).kept == 1
    # Of all topics together, the 32nd of 40 waits is 50 minutes.
    assert backtest([*quick, *slow, asked(500, 20.0, "new")], window=200).kept == 1


def test_only_the_last_replies_count() -> None:
    old = [asked(n, 100.0) for n in range(30)]
    recent = [asked(1_000 + n * 2, 1.0) for n in range(30)]
    wait = asked(5_000, 50.0)
    assert backtest([*old, *recent, wait], window=30).kept == backtest([*old, *recent], window=30).kept
    assert backtest([*old, *recent, wait], window=60).kept == backtest([*old, *recent], window=60).kept + 1


@given(st.lists(st.tuples(st.floats(0, 5_000), minutes, st.sampled_from(["", "fees", "kyc"])), max_size=80))
def test_every_question_is_counted_once(past: list[tuple[float, float, str]]) -> None:
    found = backtest([asked(*each) for each in past], window=200)
    assert found.told + found.untold == len(past)
    assert 0 <= found.kept <= found.told


def test_where_waits_do_not_drift_about_80_percent_of_the_told_times_are_kept() -> None:
    draw = random.Random(7)
    waits = [asked(n * 3, draw.lognormvariate(2.0, 0.8)) for n in range(3_000)]
    found = backtest(waits, window=200)
    assert found.told > 2_900
    assert found.share is not None
    # Standard error at n = 2,950: 0.7 points; rounding up to whole minutes adds a little.
    assert 0.78 <= found.share <= 0.86

from __future__ import annotations

import numpy as np
import pytest

from eval.bench.desk.figure import bar, percentiles, ratio


def test_the_ratio_is_of_medians_and_the_range_of_pairs() -> None:
    found = ratio([4.0, 6.0, 100.0], [2.0, 2.0, 4.0], ("desk", "empty_page"))
    assert found == {"desk_s": 6.0, "empty_page_s": 2.0, "ratio": 3.0, "ratio_range": [2.0, 25.0]}


def test_percentiles_are_in_milliseconds_with_intervals() -> None:
    seconds = np.linspace(0.1, 0.2, 101).tolist()
    found = percentiles(seconds)
    assert (found["n"], found["p50_ms"]["value"], found["p95_ms"]["value"], found["longest_ms"]) == (101, 150, 195, 200)
    for name in ("p50_ms", "p95_ms"):
        low, high = found[name]["ci"]
        assert low < found[name]["value"] < high


def test_one_time_has_no_interval() -> None:
    assert percentiles([0.25])["p95_ms"] == {"value": 250, "ci": None}


@pytest.mark.parametrize(
    ("value", "limit", "met"), [(2.0, 2.0, True), (2.001, 2.0, False), (False, False, True), (True, False, False)]
)
def test_a_bar_is_met_up_to_its_limit(value: float, limit: float, met: bool) -> None:
    assert bar(value, limit) == {"value": value, "at_most": limit, "met": met}

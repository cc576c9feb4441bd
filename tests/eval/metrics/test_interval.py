from __future__ import annotations

import math

import pytest
import scipy.stats  # noqa: F401 - its import must not count against a test's deadline
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.interval import Proportion, wilson


@given(n=st.integers(1, 400), share=st.floats(0, 1))
def test_wilson_is_the_formula_of_1927(n: int, share: float) -> None:
    k = round(share * n)
    z = 1.959963984540054
    centre = (k + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * math.sqrt(k * (n - k) / n + z**2 / 4)
    low, high = wilson(k, n)
    assert (low, high) == pytest.approx((max(0.0, centre - half), min(1.0, centre + half)), abs=1e-9)


def test_a_proportion_counts_what_is_true() -> None:
    figure = Proportion.of([True, False, True, True])
    assert (figure.k, figure.n, figure.value) == (3, 4, 0.75)
    assert figure.to_json() == {"value": 0.75, "k": 3, "n": 4, "ci": [0.3006, 0.9544]}


def test_nothing_measured_has_no_value_rather_than_zero() -> None:
    assert Proportion.of([]).to_json() == {"value": None, "k": 0, "n": 0, "ci": None}


def test_an_impossible_count_is_refused() -> None:
    with pytest.raises(ValueError, match="k"):
        wilson(5, 4)

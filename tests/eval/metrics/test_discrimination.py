from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from eval.metrics.discrimination import auroc, auroc_interval, bootstrap_interval

SCORES = st.lists(st.integers(0, 6), min_size=1, max_size=30)


@given(positive=SCORES, negative=SCORES)
def test_auroc_agrees_with_scikit_learn(positive: list[float], negative: list[float]) -> None:
    labels = [1] * len(positive) + [0] * len(negative)
    assert auroc(positive, negative) == pytest.approx(roc_auc_score(labels, [*positive, *negative]))


def test_auroc_needs_both_groups() -> None:
    with pytest.raises(ValueError, match="both groups"):
        auroc([], [1.0])


def test_the_interval_holds_the_value_narrows_with_more_and_repeats() -> None:
    rng = np.random.default_rng(1)
    positive, negative = rng.normal(1, 1, 200), rng.normal(0, 1, 200)
    few = auroc_interval(positive[:20], negative[:20])
    many = auroc_interval(positive, negative)
    assert many[0] < auroc(positive, negative) < many[1]
    assert many[1] - many[0] < few[1] - few[0]
    assert many == auroc_interval(positive, negative)


def test_a_paired_bootstrap_keeps_pairs_together() -> None:
    base = np.random.default_rng(2).normal(0, 5, 60)

    def shift(left: np.ndarray, right: np.ndarray) -> float:
        return float((right - left).mean())

    low, high = bootstrap_interval((base, base + 1.0), shift, paired=True)
    assert (low, high) == pytest.approx((1.0, 1.0))

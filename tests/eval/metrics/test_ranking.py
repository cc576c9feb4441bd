from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from eval.metrics.ranking import hit, ndcg, recall, reciprocal_rank

RANKING = ["a", "b", "c", "d"]


@pytest.mark.parametrize(("k", "expected"), [(1, 0.0), (2, 0.0), (3, 1.0), (9, 1.0)])
def test_hit_looks_at_the_first_k(k: int, expected: float) -> None:
    assert hit(RANKING, {"c": 1, "z": 1}, k) == expected


@pytest.mark.parametrize(("k", "expected"), [(2, 0.0), (3, 1 / 3), (4, 2 / 3)])
def test_recall_is_over_all_that_is_relevant(k: int, expected: float) -> None:
    assert recall(RANKING, {"c": 1, "d": 2, "z": 1}, k) == pytest.approx(expected)


@pytest.mark.parametrize(("k", "expected"), [(1, 0.0), (2, 0.5), (4, 0.5)])
def test_the_reciprocal_rank_is_of_the_first_relevant_one(k: int, expected: float) -> None:
    assert reciprocal_rank(RANKING, {"b": 1, "d": 1}, k) == expected


def test_an_empty_ranking_scores_nothing() -> None:
    assert [measure([], {"a": 1}, 10) for measure in (hit, recall, reciprocal_rank, ndcg)] == [0.0] * 4


def test_ndcg_by_hand() -> None:
    # Gains 0, 3 and 2 at ranks 1 to 3; ideal 3, 2.
    expected = (3 / np.log2(3) + 2 / np.log2(4)) / (3 / np.log2(2) + 2 / np.log2(3))
    assert ndcg(["x", "three", "two"], {"two": 2, "three": 3}, 10) == pytest.approx(expected)


@given(grades=st.lists(st.integers(0, 3), min_size=2, max_size=25).filter(any), k=st.integers(1, 12))
def test_ndcg_agrees_with_scikit_learn(grades: list[int], k: int) -> None:
    ranking = [f"d{i}" for i in range(len(grades))]
    gains = {document: grade for document, grade in zip(ranking, grades, strict=True) if grade}
    scores = np.arange(len(grades), 0, -1, dtype=float)
    expected = ndcg_score(np.array([grades]), scores[None], k=k)
    assert ndcg(ranking, gains, k) == pytest.approx(expected)

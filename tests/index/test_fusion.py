from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import BM25_SATURATION, LEXICAL_WEIGHT, fuse, share_of_ideal, standardise


def test_cosines_become_deviations() -> None:
    assert standardise(np.array([0.80, 0.84, 0.90]), 0.82, 0.02).tolist() == pytest.approx([-1.0, 1.0, 4.0])


def test_equal_passages_do_not_explode() -> None:
    assert np.abs(standardise(np.array([0.9, 0.9 + 1e-7]), 0.9, 0.0)).max() < 0.01


def test_bm25_becomes_a_share_of_its_bound() -> None:
    assert share_of_ideal(np.array([0.0, 5.5, 11.0]), 11.0 / BM25_SATURATION).tolist() == pytest.approx([0.0, 0.5, 1.0])


@given(st.lists(st.floats(0, 1e6), max_size=8), st.floats(0, 100))
def test_a_share_is_a_share(scores: list[float], weight: float) -> None:
    shares = share_of_ideal(np.array(scores), weight)
    assert shares.shape == (len(scores),)
    assert np.all((shares >= 0) & (shares <= 1))


def test_words_decide_between_equals_and_cannot_outvote_a_clear_lead() -> None:
    dense = np.array([3.0, 3.0, 9.0])
    fused = fuse(dense, np.array([0.0, 0.5, 0.0]))
    assert np.argsort(-fused).tolist() == [2, 1, 0]
    assert fused[1] - fused[0] == pytest.approx(0.5 * LEXICAL_WEIGHT)

from __future__ import annotations

import numpy as np
import pytest

from eval.bench.answer import bench_answer, figures
from eval.cases import load_cases
from eval.errors import MeasurementError


def test_ratios_are_of_percentiles_over_the_median_of_embedding() -> None:
    rest = np.tile(np.arange(1.0, 101.0)[:, None], (1, 3))
    embed = np.full((100, 3), 10.0)
    found = figures(rest, embed)
    assert found["rest_p50_ms"] == pytest.approx(50.5)
    assert found["ratio_p50"]["value"] == pytest.approx(5.05)
    assert found["ratio_p95"]["value"] == pytest.approx(np.percentile(rest, 95) / 10, abs=1e-3)
    low, high = found["ratio_p50"]["ci"]
    assert low < 5.05 < high


def test_more_rounds_of_the_same_questions_do_not_narrow_the_interval() -> None:
    rest = np.arange(1.0, 31.0)[:, None]
    embed = np.full((30, 1), 10.0)
    many = figures(np.tile(rest, (1, 9)), np.tile(embed, (1, 9)))
    assert many["ratio_p50"]["ci"] == pytest.approx(figures(rest, embed)["ratio_p50"]["ci"], abs=0.01)


def test_one_question_has_no_interval() -> None:
    assert figures(np.ones((1, 4)), np.ones((1, 4)))["ratio_p95"] == {"value": 1.0, "ci": None}


def test_nothing_to_time_is_an_error() -> None:
    with pytest.raises(MeasurementError):
        bench_answer([])


@pytest.mark.slow
def test_the_real_chain_is_timed() -> None:
    cases = [case for case in load_cases() if case.id in {"zh-01", "en-15"}]
    report = bench_answer(cases, rounds=2)
    assert (report["n"], report["rounds"]) == (2, 2)
    # en-15 asks for a person: never searched.
    assert report["searched"]["n"] == 1
    assert report["embed_p50_ms"] > 0
    assert report["rest_p95_ms"] >= report["rest_p50_ms"] > 0
    assert report["provenance"]["embedder"].startswith("bundled:")

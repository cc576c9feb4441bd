from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import ConfigurationError
from index.confidence import SHIPPED, load_confidence
from index.features import FEATURES

MODEL: dict[str, Any] = {
    "features": ["dense_z", "agreement"],
    "mean": [3.0, 0.5],
    "scale": [0.5, 0.25],
    "weights": [1.0, 0.5],
    "intercept": -1.0,
    "threshold": 0.4,
    "provenance": {"fitted": True, "source": "test", "examples": 2},
}


def written(tmp_path: Path, **changes: Any) -> Path:
    path = tmp_path / "confidence.json"
    path.write_text(json.dumps({**MODEL, **changes}))
    return path


def test_probability_is_the_logistic_of_the_scaled_sum(tmp_path: Path) -> None:
    confidence = load_confidence(written(tmp_path))
    logit = -1.0 + 1.0 * (4.0 - 3.0) / 0.5 + 0.5 * (1.0 - 0.5) / 0.25
    assert confidence.probability({"dense_z": 4.0, "agreement": 1.0}) == pytest.approx(1 / (1 + math.exp(-logit)))


def test_extremes_do_not_overflow(tmp_path: Path) -> None:
    confidence = load_confidence(written(tmp_path))
    assert confidence.probability({"dense_z": 1e9, "agreement": 0.0}) == pytest.approx(1.0)
    assert confidence.probability({"dense_z": -1e9, "agreement": 0.0}) == pytest.approx(0.0)


def test_a_search_without_features_has_no_chance(tmp_path: Path) -> None:
    assert load_confidence(written(tmp_path)).probability({}) == 0.0


def test_a_missing_feature_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="agreement"):
        load_confidence(written(tmp_path)).probability({"dense_z": 1.0})


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no confidence model"):
        load_confidence(tmp_path / "none.json")


@pytest.mark.parametrize(
    "changes",
    [
        {"features": []},
        {"mean": [1.0]},
        {"scale": [0.0, 1.0]},
        {"threshold": 1.5},
        {"features": ["dense_z", "moon"]},
        {"weights": ["high", 1.0]},
        {"extra": 1},
        {"provenance": {}},
    ],
)
def test_a_broken_model_is_an_error(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="not valid"):
        load_confidence(written(tmp_path, **changes))


def test_the_shipped_model_prefers_a_good_search_to_a_bad_one() -> None:
    confidence = load_confidence()
    good = dict.fromkeys(FEATURES, 0.0) | {
        "dense_top1": 0.92, "dense_z": 5.0, "dense_margin": 0.03, "lexical_top1": 0.6, "lexical_coverage": 0.9,
        "lexical_coverage_best": 0.9, "agreement": 1.0, "fused_top1": 7.0, "fused_margin": 2.0,
        "language_match": 1.0, "by_question": 1.0, "vote": 0.6, "length": 3.0,
    }  # fmt: skip
    bad = good | {
        "dense_top1": 0.81, "dense_z": 2.0, "dense_margin": 0.001, "lexical_top1": 0.03, "lexical_coverage": 0.05,
        "lexical_coverage_best": 0.1, "agreement": 0.0, "fused_top1": 2.2, "fused_margin": 0.05,
        "by_question": 0.0, "vote": 0.1,
    }  # fmt: skip
    assert SHIPPED.is_file()
    assert confidence.probability(good) > confidence.threshold > confidence.probability(bad)

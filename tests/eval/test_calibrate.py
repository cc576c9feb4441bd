from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from assistant.bootstrap import App
from assistant.settings import load_settings
from eval.calibrate import ANSWERED_UNANSWERABLE, Observation, choose_threshold, fit, observe, refuse_overlap
from eval.cases import Kind, LabelledQuestion, load_cases, load_questions
from eval.errors import DatasetError, MeasurementError
from index.confidence import Confidence, load_confidence
from index.features import FEATURES

DAY = date(2026, 3, 2)


def question(number: int, *, answerable: bool, lang: str = "en") -> LabelledQuestion:
    kind: Kind = "in_domain" if answerable else "near_miss"
    topics = ["wd-how"] if answerable else []
    return LabelledQuestion(
        id=f"q{number}", lang=lang, text=f"?{number}", answerable=answerable, topics=topics, kind=kind
    )


def observations(n: int = 120, *, wrong_first: int = 0) -> list[Observation]:
    """Answerable and unanswerable by turns, a bit alike; `wrong_first` answerable ones found another article."""
    rng = np.random.default_rng(3)
    seen = []
    for i in range(n):
        answerable = i % 2 == 0
        right = answerable and i // 2 >= wrong_first
        centre = 0.6 if right else 0.0
        values = dict(zip(FEATURES, rng.normal(centre, 1.0, len(FEATURES)).tolist(), strict=True))
        item = question(i, answerable=answerable, lang="zh-CN" if i % 3 else "vi")
        seen.append(Observation(item, "wd-how" if right else "trd-fees", values))
    return seen


def test_a_wrong_first_document_counts_as_not_found() -> None:
    item = question(1, answerable=True)
    assert Observation(item, "wd-how", {}).found
    assert not Observation(item, "trd-fees", {}).found
    assert not Observation(item, None, {}).found
    assert not Observation(question(2, answerable=False), "wd-how", {}).found


def test_the_written_coefficients_are_the_fitted_model() -> None:
    seen = observations()
    confidence = fit(seen, snapshot="s", day=DAY).confidence
    inputs = np.array([[item.features[name] for name in FEATURES] for item in seen])
    scaled = StandardScaler().fit_transform(inputs)
    expected = LogisticRegression().fit(scaled, [item.found for item in seen]).predict_proba(scaled)[:, 1]
    assert [confidence.probability(item.features) for item in seen] == pytest.approx(expected.tolist(), abs=1e-4)


def test_the_file_round_trips_with_its_provenance(tmp_path: Path) -> None:
    fitted = fit(observations(), snapshot="snap-1", day=DAY).confidence
    path = tmp_path / "confidence.json"
    path.write_text(fitted.model_dump_json(), encoding="utf-8")
    loaded = load_confidence(path)
    assert loaded == fitted
    assert loaded.provenance.fitted
    assert loaded.provenance.examples == 120
    for part in ("2026-03-02", "snap-1", "AUROC", f"{ANSWERED_UNANSWERABLE:.0%} of unanswerable"):
        assert part in loaded.provenance.source


def test_the_report_is_of_held_out_probabilities() -> None:
    calibration = fit(observations(wrong_first=6), snapshot="s", day=DAY)
    report = calibration.to_json()
    assert report["n"] == 120
    assert report["top1"] == {"value": 0.9, "k": 54, "n": 60, "ci": report["top1"]["ci"]}
    assert len(report["wrong_first"]) == 6
    assert report["answered_unanswerable"]["value"] <= ANSWERED_UNANSWERABLE
    assert len(report["answered_unanswerable_ids"]) == report["answered_unanswerable"]["k"]
    assert report["auroc"]["ci"][0] < report["auroc"]["value"] <= report["auroc"]["ci"][1]
    assert set(report["by_language"]) == {"zh", "other"}
    assert sum(group["n"] for group in report["by_language"].values()) == 120
    assert report["by_kind"]["near_miss"]["top1"]["n"] == 0
    in_sample = [calibration.confidence.probability(item.features) for item in calibration.observations]
    assert list(calibration.probabilities) != pytest.approx(in_sample, abs=1e-3)


def test_folds_and_threshold_repeat() -> None:
    first, second = (fit(observations(), snapshot="s", day=DAY) for _ in range(2))
    assert first.probabilities == second.probabilities
    assert first.confidence == second.confidence


def test_a_search_without_hits_is_refused_and_teaches_nothing() -> None:
    nothing = Observation(question(999, answerable=False), None, {})
    calibration = fit([*observations(), nothing], snapshot="s", day=DAY)
    assert calibration.probabilities[-1] == 0.0
    assert calibration.confidence.provenance.examples == 120


def test_too_few_of_a_label_is_an_error() -> None:
    seen = [item for item in observations() if item.found][:40] + [item for item in observations() if not item.found][
        :4
    ]
    with pytest.raises(MeasurementError, match="5 questions of either label"):
        fit(seen, snapshot="s", day=DAY)


@given(rows=st.lists(st.tuples(st.integers(0, 50), st.booleans()), min_size=1, max_size=80))
def test_the_threshold_is_the_lowest_that_keeps_the_promise(rows: list[tuple[int, bool]]) -> None:
    probabilities, answerable = [value / 50 for value, _ in rows], [known for _, known in rows]
    if all(answerable):
        with pytest.raises(MeasurementError):
            choose_threshold(probabilities, answerable)
        return

    def rate(threshold: float) -> float:
        unanswerable = [p for p, known in zip(probabilities, answerable, strict=True) if not known]
        return sum(p >= threshold for p in unanswerable) / len(unanswerable)

    chosen = choose_threshold(probabilities, answerable)
    refused = [p for p in probabilities if p < chosen]
    if max(probabilities) < 1.0:
        assert rate(chosen) <= ANSWERED_UNANSWERABLE
        # One question more, and the promise is broken.
        assert not refused or rate(max(refused)) > ANSWERED_UNANSWERABLE


def test_the_smoke_suite_is_never_fitted_on() -> None:
    questions, cases = load_questions(), load_cases()
    refuse_overlap(questions, cases)
    stolen = questions[0].model_copy(update={"text": f"  {cases[0].turns[0].upper()}！"})
    with pytest.raises(DatasetError, match=rf"{stolen.id} is a turn of case {cases[0].id}"):
        refuse_overlap([stolen, *questions[1:]], cases)


def test_questions_are_searched_as_the_chain_searches(tmp_path: Path) -> None:
    app = App(load_settings(data_dir=tmp_path, embedder="hashing"))
    seen = observe(app, load_questions()[:8])
    assert [set(item.features) for item in seen] == [set(FEATURES)] * 8
    assert all(item.first_document for item in seen)


def test_the_shipped_model_was_fitted_on_the_calibration_questions() -> None:
    shipped: Confidence = load_confidence()
    assert shipped.features == FEATURES
    assert shipped.provenance.fitted
    assert shipped.provenance.source.startswith("calibration.jsonl")
    assert shipped.provenance.examples == len(load_questions())
    assert 0.0 < shipped.threshold < 1.0

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eval.cases import Case, load_cases
from eval.leaks import Leak
from eval.suites.smoke import Outcome, SmokeReport, run_smoke

ANSWERABLE = Case.model_validate_json(
    '{"id": "a", "lang": "en", "turns": ["late"], "action": ["answer"], "topics": ["wd-delayed", "wd-txid"],'
    ' "handoff_reason": [], "secrets": [], "note": "n"}'
)
SECRET = Case.model_validate_json(
    '{"id": "s", "lang": "en", "turns": ["code 482917"], "action": ["handoff", "escalate"], "topics": [],'
    ' "handoff_reason": ["secret"], "secrets": ["482917"], "note": ""}'
)
CLARIFY = Case.model_validate_json(
    '{"id": "c", "lang": "en", "turns": ["late"], "action": ["clarify"], "topics": [],'
    ' "handoff_reason": [], "secrets": [], "note": ""}'
)
GOOD_ANSWER: dict[str, Any] = {
    "action": "answer",
    "handoff_reason": None,
    "language": "en",
    "citations": [{"document_id": "wd-txid"}],
}
GOOD_SECRET: dict[str, Any] = {"action": "escalate", "handoff_reason": "secret", "language": "en", "citations": []}
GOOD_CLARIFY: dict[str, Any] = {"action": "clarify", "handoff_reason": None, "language": "en", "citations": []}


def report(answer: dict[str, Any], secret: dict[str, Any], *leaks: Leak) -> SmokeReport:
    outcomes = (Outcome(ANSWERABLE, answer), Outcome(SECRET, secret), Outcome(CLARIFY, GOOD_CLARIFY))
    return SmokeReport(outcomes, leaks, {})


def counts(value: SmokeReport) -> dict[str, tuple[int, int]]:
    return {name: (metric.k, metric.n) for name, metric in value.metrics.items()}


def test_everything_right_passes() -> None:
    right = report(GOOD_ANSWER, GOOD_SECRET)
    assert counts(right) == {
        "right_article_first": (1, 1),
        "handoff_right": (1, 1),
        "action_right": (3, 3),
        "language_right": (3, 3),
        "no_secret": (1, 1),
    }
    assert right.to_json()["passed"] is True
    assert right.to_json()["failures"] == []


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({"citations": [{"document_id": "trd-fees"}, {"document_id": "wd-txid"}]}, ["right_article_first"]),
        ({"citations": []}, ["right_article_first"]),
        ({"language": "zh-CN"}, ["language_right"]),
        (
            {"action": "handoff", "handoff_reason": "no_evidence", "citations": []},
            ["right_article_first", "action_right"],
        ),
    ],
)
def test_a_wrong_answer_is_listed_with_what_came_out(change: dict[str, Any], failed: list[str]) -> None:
    wrong = report(GOOD_ANSWER | change, GOOD_SECRET).to_json()
    (failure,) = wrong["failures"]
    assert (failure["id"], failure["failed"]) == ("a", failed)
    assert failure["expected"]["topics"] == ["wd-delayed", "wd-txid"]
    assert failure["got"]["action"] == (GOOD_ANSWER | change)["action"]
    assert wrong["passed"] is ("right_article_first" not in failed)


@pytest.mark.parametrize("change", [{"handoff_reason": "no_evidence"}, {"handoff_reason": None, "action": "answer"}])
def test_a_handoff_needs_action_and_reason(change: dict[str, Any]) -> None:
    wrong = report(GOOD_ANSWER, GOOD_SECRET | change)
    assert counts(wrong)["handoff_right"] == (0, 1)
    assert not wrong.passed


def test_one_leak_fails_the_suite_and_the_secret_is_not_repeated() -> None:
    leaking = report(GOOD_ANSWER, GOOD_SECRET, Leak("s", "logs"), Leak("s", "index/passages.db"))
    assert counts(leaking)["no_secret"] == (0, 1)
    assert not leaking.passed
    value = leaking.to_json()
    assert value["leaks"] == [{"case": "s", "place": "logs"}, {"case": "s", "place": "index/passages.db"}]
    assert value["failures"][0]["failed"] == ["no_secret"]
    assert "482917" not in str(value)


def test_a_refused_question_is_a_failure_with_its_message() -> None:
    refused = SmokeReport((Outcome(ANSWERABLE, {}, "The question is empty."),), (), {})
    (failure,) = refused.to_json()["failures"]
    assert failure["failed"] == ["right_article_first", "action_right", "language_right"]
    assert failure["got"]["error"] == "The question is empty."


def test_a_bar_that_nothing_was_measured_for_is_not_met() -> None:
    assert not SmokeReport((Outcome(ANSWERABLE, GOOD_ANSWER),), (), {}).passed


@pytest.mark.slow
def test_three_cases_through_the_real_chain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROOFDESK_DATA_DIR", str(tmp_path / "must-stay-empty"))
    cases = [case for case in load_cases() if case.id in {"zh-01", "en-15", "zh-30"}]
    value = run_smoke(cases).to_json()
    assert value["n"] == 3
    assert value["failures"] == []
    assert value["passed"] is True
    assert value["provenance"]["embedder"].startswith("bundled:")
    assert value["provenance"]["snapshot"]
    assert not (tmp_path / "must-stay-empty").exists()

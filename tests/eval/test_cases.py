from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.model import Action
from corpus.seed import load_seed
from eval.calibrate import folded
from eval.cases import load_cases, load_questions
from eval.errors import DatasetError

CASE: dict[str, Any] = {
    "id": "a",
    "lang": "en",
    "turns": ["code 482917"],
    "action": ["answer"],
    "topics": ["wd-delayed"],
    "handoff_reason": [],
    "secrets": [],
    "note": "",
}
QUESTION = {"id": "q", "lang": "en", "text": "?", "answerable": True, "topics": ["wd-how"], "kind": "in_domain"}


def written(tmp_path: Path, *rows: dict[str, Any]) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_the_smoke_suite_loads_and_holds_what_its_bars_need() -> None:
    cases = load_cases()
    assert len(cases) == 60
    assert sum(case.answerable for case in cases) >= 40
    assert sum(case.for_person for case in cases) >= 15
    assert sum(bool(case.secrets) for case in cases) >= 5
    assert not any(case.answerable and case.for_person for case in cases)


def test_every_topic_of_the_datasets_is_an_article() -> None:
    articles = {document.id for document in load_seed()}
    topics = {topic for case in load_cases() for topic in case.topics}
    topics |= {topic for question in load_questions() for topic in question.topics}
    assert topics <= articles


def test_no_phrasing_of_an_article_is_taken_from_a_dataset() -> None:
    # Articles list questions in customers' words, which are indexed: a copied one would only measure the copying.
    asked = {folded(turn) for case in load_cases() for turn in case.turns}
    asked |= {folded(question.text) for question in load_questions()}
    assert [q for document in load_seed() for q in document.questions if folded(q) in asked] == []


def test_the_calibration_questions_load() -> None:
    questions = load_questions()
    assert len(questions) == 361
    assert {question.answerable for question in questions} == {True, False}


def test_a_case_that_may_only_clarify_is_neither_answerable_nor_for_a_person(tmp_path: Path) -> None:
    (case,) = load_cases(written(tmp_path, {**CASE, "action": ["clarify"], "topics": []}))
    assert case.action == [Action.CLARIFY]
    assert not case.answerable
    assert not case.for_person


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"action": []}, "line 2: action: List should have at least 1 item"),
        ({"action": ["reply"]}, "line 2: action.0: Input should be 'answer', 'clarify'"),
        ({"handoff_reason": ["BOREDOM"]}, "line 2: handoff_reason.0"),
        ({"turns": []}, "line 2: turns"),
        ({"action": ["handoff"], "topics": []}, "line 2: a case for a person needs a handoff_reason"),
        ({"action": ["handoff"], "handoff_reason": ["secret"]}, "line 2: a case for a person has no topics"),
        ({"secrets": ["999"]}, "line 2: every one of secrets must occur in a turn"),
        ({"colour": "red"}, "line 2: colour"),
        ({"id": "first"}, 'line 2: "first" was used on line 1'),
    ],
)
def test_a_case_that_contradicts_itself_is_refused(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    path = written(tmp_path, {**CASE, "id": "first"}, CASE | change)
    with pytest.raises(DatasetError) as error:
        load_cases(path)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"topics": []}, "an answerable question has topics"),
        ({"answerable": False}, "an answerable question has topics"),
        ({"answerable": "yes"}, "answerable"),
        ({"kind": "other"}, "kind"),
    ],
)
def test_a_question_that_contradicts_itself_is_refused(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(DatasetError, match="line 1") as error:
        load_questions(written(tmp_path, QUESTION | change))
    assert message in str(error.value)

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from assistant.chain.glossary import load_glossary
from assistant.model import Action, Answer, Citation, Disposition, Sentence, SentenceRole
from corpus.seed import load_seed
from eval.calibrate import folded
from eval.cases import load_cases, load_questions
from eval.errors import DatasetError
from eval.suites.plain import Pair, PlainQuestion, PlainReport, load_plain, run_plain

QUESTION = PlainQuestion(id="p", locale="zh-CN", question="怎么提现", topic="wd-how")
BEFORE = "请在提现记录中查看提现状态，如果同一个状态停留的时间超过了两个小时，请联系我们。"
AFTER = ("请在提现记录中查看提现状态。", "（提现：把资产转出云桥交易所账户。）")


def answer(*sentences: str, action: Action = Action.ANSWER) -> Answer:
    cited = tuple(
        Citation(n, "wd-how", f"{n}{len(text)}", "", text, (0, len(text))) for n, text in enumerate(sentences, 1)
    )
    return Answer(
        "p",
        action,
        Disposition.REVIEW,
        None,
        "",
        "zh-CN",
        0.9,
        citations=cited,
        sentences=tuple(Sentence(text, SentenceRole.SUBSTANCE, (n,)) for n, text in enumerate(sentences, 1)),
        body="".join(f"{text}[{n}]" for n, text in enumerate(sentences, 1)),
    )


def report(*plain: Answer) -> PlainReport:
    return PlainReport(tuple(Pair(QUESTION, answer(BEFORE), one, load_glossary()) for one in plain), {})


def test_the_questions_cover_what_they_have_to() -> None:
    questions = load_plain()
    assert Counter(question.locale for question in questions) == {"zh-CN": 20, "en": 6, "zh-TW": 4}
    topics = {question.topic for question in questions}
    assert topics <= {document.id for document in load_seed()}
    assert len(topics) >= 24


def test_no_question_is_taken_from_an_article_or_another_set() -> None:
    asked = {folded(question.question) for question in load_plain()}
    listed = {folded(question) for document in load_seed() for question in document.questions}
    others = {folded(turn) for case in load_cases() for turn in case.turns}
    others |= {folded(question.text) for question in load_questions()}
    assert asked & (listed | others) == set()


def test_an_easier_draft_with_its_terms_explained_passes() -> None:
    value = report(answer(*AFTER), answer(*AFTER)).to_json()
    assert value["passed"] is True
    assert value["failures"] == []
    assert value["metrics"]["terms_explained"]["value"] == 1.0
    assert value["metrics"]["terms_explained_before"]["value"] == 0.0
    assert value["metrics"]["easier"]["k"] == 2
    assert value["gains"]["sentence_length_zh"]["value"] > 10
    assert value["gains"]["sentence_length_zh"]["ci"] is not None
    assert value["explanations"] == {"median": 2.0, "most": 2}


def test_a_term_left_unexplained_is_named() -> None:
    value = report(answer(AFTER[0])).to_json()
    assert value["passed"] is False
    assert value["failures"] == [{"id": "p", "unexplained": ["withdrawal"], "not_easier": {}}]


def test_a_text_that_is_not_easier_is_named() -> None:
    value = report(answer(BEFORE[:-1] + "，把资产转出云桥交易所账户的事情就由我们来办。")).to_json()
    (failure,) = value["failures"]
    assert "sentence_length_zh" in failure["not_easier"]
    assert value["passed"] is False


def test_a_pair_without_drafts_counts_for_nothing_else() -> None:
    handed = report(answer(*AFTER), answer(action=Action.HANDOFF))
    value = handed.to_json()
    assert value["metrics"]["drafted"]["k"] == 1
    assert value["metrics"]["terms_explained"]["n"] == 1
    assert value["failures"] == [{"id": "p", "normal": "answer", "plain": "handoff"}]


def test_nothing_measured_does_not_pass() -> None:
    empty = report(answer(action=Action.HANDOFF))
    assert not empty.passed
    assert empty.to_json()["explanations"] == {}


def test_a_row_that_is_wrong_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plain.jsonl"
    path.write_text('{"id": "a", "locale": "ja", "question": "?", "topic": "wd-how"}\n', encoding="utf-8")
    with pytest.raises(DatasetError, match="line 1: locale"):
        load_plain(path)


@pytest.mark.slow
def test_two_pairs_through_the_real_chain() -> None:
    questions = [question for question in load_plain() if question.id in {"plain-zh-16", "plain-en-05"}]
    value = run_plain(questions).to_json()
    assert value["n"] == 2
    assert value["passed"] is True
    assert value["metrics"]["same_lead"]["k"] == 2
    assert value["provenance"]["embedder"].startswith("bundled:")

"""The answers suite: what counts as told, and that the shipped sets can be asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.model import Action, Answer, Citation, Disposition
from eval.metrics.interval import Proportion
from eval.suites.answers import SETS, AnswersReport, Wanted, load_wanted, run_answers


@pytest.fixture(scope="module")
def asked() -> AnswersReport:
    """One question of each set, through the real chain."""
    return run_answers({name: rows[:1] for name, rows in load_wanted().items()})


def test_the_shipped_sets_are_whole() -> None:
    rows = load_wanted()
    assert {name: len(rows[name]) for name in SETS} == {"myths": 20, "security": 20, "delays": 10, "values": 24}
    assert all(row.fact for row in rows["myths"])
    assert all(row.says and row.documents for row in rows["security"])
    assert all(row.diagnosis and row.documents for row in rows["delays"])
    assert {row.value for row in rows["values"]} >= {None}
    assert all(row.value != "" for row in rows["values"])


@pytest.mark.slow
def test_every_set_is_asked_and_counted(asked: AnswersReport) -> None:
    assert {name: share.n for name, share in asked.shares.items()} == dict.fromkeys(SETS, 1)
    for name, share in asked.shares.items():
        assert (share.k == 1) == (asked.missed[name] == ())
    assert set(asked.to_json()["metrics"]) == set(SETS)


def test_a_report_passes_only_when_every_bar_is_met() -> None:
    full = {name: Proportion(9, 10) for name in SETS}
    assert AnswersReport(full, {}, {}).passed
    assert not AnswersReport({**full, "myths": Proportion(8, 10)}, {}, {}).passed


def test_what_counts_as_told() -> None:
    text = "密码至少 12 位，不要与其他网站相同。"
    cited = (Citation(1, "sec-strong-password", "p", "", text, (0, len(text))),)
    answered = Answer("q", Action.ANSWER, Disposition.REVIEW, None, text, "zh-CN", 0.9, citations=cited)
    told = Wanted(id="a", locale="zh-CN", text="?", says=["12位"], documents=["sec-strong-password"])
    assert told.met_by(answered)
    assert not told.model_copy(update={"documents": ["another"]}).met_by(answered)
    assert not told.model_copy(update={"says": ["从未说过的话"]}).met_by(answered)
    assert not told.met_by(replace(answered, action=Action.HANDOFF))
    nothing = Wanted(id="b", locale="zh-CN", text="?", value=None)
    assert not nothing.met_by(answered)
    assert nothing.met_by(replace(answered, action=Action.HANDOFF))

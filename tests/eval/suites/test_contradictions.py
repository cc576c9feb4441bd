"""The contradictions suite: how it counts, and what was measured."""

from __future__ import annotations

import pytest

from assistant.chain.contradictions import Contradiction, contradictions
from assistant.chain.vocabulary import load_vocabulary
from eval.suites.contradictions import Row, load_rows, measure_contradictions, score
from tests.builders import passage

MEASURED = {"recall": 0.60, "precision": 0.42}
"""What the held-out rows gave on the day of the decision record; its bars (0.9) are not met."""

WRONG = Row(
    id="w",
    kind="contradiction",
    locale="zh-CN",
    title="审核",
    category="withdrawal",
    text="提现审核需要 3 小时。请耐心等待。",
    against="a",
    planted="提现审核需要 3 小时。",
)
FINE = Row(id="f", kind="compatible", locale="zh-CN", title="审核", category="withdrawal", text="提现审核需要 5 小时。")


def pairs(document_id: str, text: str) -> tuple[Contradiction, ...]:
    ours = passage("提现审核需要 1 小时。", document_id="a", title="提现审核", locale="zh-CN")
    theirs = passage(text, document_id=document_id, title="提现审核", locale="zh-CN")
    return contradictions([ours, theirs], load_vocabulary())


def test_a_planted_sentence_counts_for_recall_and_any_other_pair_against_precision() -> None:
    found = [*pairs("w", WRONG.planted), *pairs("f", FINE.text)]
    assert len(found) == 2
    report = score([WRONG, FINE], found, {})
    assert (report.recall.k, report.recall.n, report.precision.k, report.precision.n) == (1, 1, 1, 2)
    assert report.false_pairs == (("a", "f"),)
    assert not report.passed


def test_the_planted_sentence_against_another_article_is_a_false_pair() -> None:
    elsewhere = WRONG.model_copy(update={"against": "another"})
    report = score([elsewhere], pairs("w", WRONG.planted), {})
    assert (report.recall.k, report.precision.k, report.precision.n) == (0, 0, 1)


def test_nothing_found_is_no_precision() -> None:
    report = score([WRONG, FINE], [], {})
    assert (report.recall.value, report.precision.value, report.missed) == (0.0, None, ("w",))
    assert not report.passed


def test_the_report_has_figures_and_no_rows() -> None:
    value = score([WRONG, FINE], pairs("w", WRONG.planted), {}).to_json()
    assert value["passed"]
    assert (value["contradictions"], value["compatible"]) == (1, 1)
    assert WRONG.planted not in str(value)


@pytest.mark.slow
def test_the_held_out_rows_give_no_less_than_was_measured() -> None:
    report = measure_contradictions(load_rows(), say=lambda _: None)
    assert report.recall.n == 30
    for name, share in (("recall", report.recall), ("precision", report.precision)):
        assert share.value is not None
        assert share.value >= MEASURED[name]

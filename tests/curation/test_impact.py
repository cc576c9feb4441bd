"""Better, worse, other words, or nothing: how two answers to one question are compared."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.curation.cases import Case, golden_cases
from assistant.curation.impact import compare, verdict
from assistant.curation.views import Change, ChangeKind, Outcome, Verdict
from corpus.topics import load_topics

CASE = Case("c", "golden", ("提现没到",), "zh-CN", "wd-delayed")
OUT_OF_SCOPE = Case("o", "golden", ("天气",), "zh-CN", "")
RIGHT = Outcome("answer", "wd-delayed", "a")
WRONG = Outcome("answer", "dep-how", "b")
HANDOFF = Outcome("handoff", "", "c")


@pytest.mark.parametrize(
    ("case", "before", "after", "expected"),
    [
        (CASE, RIGHT, RIGHT, Verdict.SAME),
        (CASE, RIGHT, Outcome("answer", "wd-delayed", "other words"), Verdict.CHANGED),
        (CASE, RIGHT, WRONG, Verdict.WORSE),
        (CASE, RIGHT, HANDOFF, Verdict.WORSE),
        (CASE, WRONG, RIGHT, Verdict.BETTER),
        (CASE, HANDOFF, RIGHT, Verdict.BETTER),
        (CASE, WRONG, HANDOFF, Verdict.CHANGED),
        (OUT_OF_SCOPE, HANDOFF, WRONG, Verdict.WORSE),
        (OUT_OF_SCOPE, WRONG, HANDOFF, Verdict.BETTER),
        (OUT_OF_SCOPE, HANDOFF, HANDOFF, Verdict.SAME),
    ],
)
def test_a_verdict(case: Case, before: Outcome, after: Outcome, expected: Verdict) -> None:
    assert verdict(case, before, after) is expected


def test_the_report_counts_all_and_shows_what_differs_worst_first() -> None:
    changes = (Change(ChangeKind.REMOVE, "wd-delayed", "zh-CN"),)
    report = compare(
        "r",
        changes,
        base="s1",
        candidate="s2",
        cases=(CASE, CASE, CASE, OUT_OF_SCOPE),
        before=(RIGHT, WRONG, RIGHT, HANDOFF),
        after=(RIGHT, RIGHT, HANDOFF, HANDOFF),
        made_at=datetime(2026, 6, 1, tzinfo=UTC),
    )
    assert (report.total, report.right_before, report.right_after) == (4, 3, 3)
    assert [case.verdict for case in report.cases] == [Verdict.WORSE, Verdict.BETTER]
    assert report.drops


def test_every_topic_has_a_golden_question_in_both_languages() -> None:
    cases = golden_cases()
    assert len(cases) == 176
    assert {(case.expected, case.locale) for case in cases} == {
        (topic.id, locale) for topic in load_topics() for locale in ("zh-CN", "en")
    }
    assert len({case.turns for case in cases}) == len(cases)

"""What a set of changes does to known questions: better, worse, other words, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from assistant.curation.cases import Case
from assistant.curation.replay import count_right, is_right
from assistant.curation.views import Change, ImpactReport, Outcome, ReplayCase, Verdict

_ORDER = (Verdict.WORSE, Verdict.BETTER, Verdict.CHANGED)


def verdict(case: Case, before: Outcome, after: Outcome) -> Verdict:
    """Better and worse are measured by what should be cited first; other words from the same document are neither."""
    was, is_ = is_right(case, before), is_right(case, after)
    if was != is_:
        return Verdict.BETTER if is_ else Verdict.WORSE
    return Verdict.SAME if before == after else Verdict.CHANGED


def compare(
    report_id: str,
    changes: Sequence[Change],
    *,
    base: str,
    candidate: str,
    cases: Sequence[Case],
    before: Sequence[Outcome],
    after: Sequence[Outcome],
    made_at: datetime,
) -> ImpactReport:
    """The report: cases that differ, the worse ones first, otherwise in the cases' order."""
    compared = [
        ReplayCase(case.id, case.source, case.turns[-1], case.expected, old, new, verdict(case, old, new))
        for case, old, new in zip(cases, before, after, strict=True)
    ]
    differing = sorted(
        (item for item in compared if item.verdict is not Verdict.SAME), key=lambda item: _ORDER.index(item.verdict)
    )
    return ImpactReport(
        id=report_id,
        changes=tuple(changes),
        base=base,
        candidate=candidate,
        total=len(cases),
        right_before=count_right(cases, before),
        right_after=count_right(cases, after),
        cases=tuple(differing),
        made_at=made_at,
    )

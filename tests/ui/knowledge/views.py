"""Views for tests: every text in them is hostile, so that a renderer that forgets to escape one is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from assistant.curation.upkeep_views import ContradictionView, CoverageLeaf, Overview, SnapshotView, StaleView
from assistant.curation.views import (
    Bench,
    BenchHit,
    Change,
    ChangeKind,
    DiffLine,
    DocumentDetail,
    DocumentRow,
    DraftRow,
    DraftText,
    FileResult,
    ImpactReport,
    JobState,
    JobView,
    LineKind,
    LintWarning,
    Outcome,
    PassageView,
    Preview,
    ReplayCase,
    Standing,
    Verdict,
    VersionView,
)
from assistant.messages import load_messages
from assistant.ui.knowledge.words import Words
from assistant.user import Role, User
from corpus.model import PassageKind, SectionKind

HOSTILE = "<img src=x onerror=alert(1)>\"' onmouseover=alert(2) x='"
"""Breaks out of an element, of a double-quoted attribute and of a single-quoted one."""
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DAY = date(2026, 3, 2)
LOCALES = ("zh-CN", "zh-TW", "en")
LEAD = User("u1", HOSTILE, Role.SUPERVISOR)


def words(locale: str = "zh-CN") -> Words:
    return Words(load_messages(), locale)


def row(**values: Any) -> DocumentRow:
    base = DocumentRow(
        document_id=HOSTILE,
        locale=HOSTILE,
        title=HOSTILE,
        category=HOSTILE,
        standing=Standing.LIVE,
        version=3,
        effective_from=DAY,
        effective_until=None,
        owner=HOSTILE,
        review_due=DAY,
        origin=HOSTILE,
        drafts=1,
        problem=HOSTILE,
    )
    return replace(base, **values)


def version(**values: Any) -> VersionView:
    base = VersionView(HOSTILE, HOSTILE, 3, Standing.LIVE, HOSTILE, HOSTILE, DAY, None, NOW, None, HOSTILE, HOSTILE)
    return replace(base, **values)


def versions() -> tuple[VersionView, ...]:
    return (
        version(number=4, standing=Standing.DRAFT),
        version(),
        version(number=2, standing=Standing.REMOVED, superseded_at=NOW),
    )


def passage(**values: Any) -> PassageView:
    base = PassageView(
        HOSTILE,
        PassageKind.PROSE,
        SectionKind.BODY,
        HOSTILE,
        HOSTILE,
        12,
        page=4,
        part=HOSTILE,
        questions=(HOSTILE,),
        hidden=True,
    )
    return replace(base, **values)


def detail(**values: Any) -> DocumentDetail:
    base = DocumentDetail(
        row=row(),
        versions=versions(),
        passages=(passage(), passage(id="p2", hidden=False)),
        text=HOSTILE,
        locales=(HOSTILE, "en"),
        questions=(HOSTILE,),
        added=(HOSTILE,),
        warnings=warnings(),
        draft=DraftText(draft_row(), HOSTILE),
        readable=True,
    )
    return replace(base, **values)


def warnings() -> tuple[LintWarning, ...]:
    return (
        LintWarning(HOSTILE, "error", HOSTILE, HOSTILE),
        LintWarning("long-short-answer", "warning", "", "Too long."),
    )


def draft_row(**values: Any) -> DraftRow:
    return replace(DraftRow(HOSTILE, HOSTILE, HOSTILE, 4, HOSTILE, HOSTILE, NOW), **values)


def preview() -> Preview:
    return Preview((passage(),), warnings())


def diff() -> tuple[DiffLine, ...]:
    return (
        DiffLine(LineKind.GAP, "…"),
        DiffLine(LineKind.SAME, HOSTILE),
        DiffLine(LineKind.REMOVED, f"提现一般 30 分钟到账 {HOSTILE}"),
        DiffLine(LineKind.ADDED, f"提现一般 45 分钟到账 {HOSTILE}"),
        DiffLine(LineKind.ADDED, HOSTILE),
    )


def job(**values: Any) -> JobView:
    base = JobView("job-1", "upload", JobState.RUNNING, 1, 2, HOSTILE, results(), HOSTILE)
    return replace(base, **values)


def results() -> tuple[FileResult, ...]:
    return (
        FileResult(HOSTILE, "added", HOSTILE, HOSTILE, 4, 12),
        FileResult("b.md", "updated", "b", "en", 2, 3),
        FileResult("c.md", "unchanged", "c", "en", 1, 3),
        FileResult(HOSTILE, "failed", message=HOSTILE),
    )


def changes() -> tuple[Change, ...]:
    return tuple(
        Change(kind, HOSTILE, HOSTILE, 4, DAY, passage_id=HOSTILE, questions=(HOSTILE,)) for kind in ChangeKind
    )


def case(verdict: Verdict) -> ReplayCase:
    before, after = Outcome("answer", HOSTILE, HOSTILE), Outcome(HOSTILE, "", HOSTILE)
    return ReplayCase("c1", HOSTILE, HOSTILE, HOSTILE, before, after, verdict)


def report(*verdicts: Verdict, **values: Any) -> ImpactReport:
    base = ImpactReport(
        "job-1", changes(), HOSTILE, HOSTILE, 176, 140, 138, tuple(case(verdict) for verdict in verdicts), NOW
    )
    return replace(base, **values)


def hit(**values: Any) -> BenchHit:
    base = BenchHit(
        rank=1,
        passage_id=HOSTILE,
        document_id=HOSTILE,
        locale=HOSTILE,
        title=HOSTILE,
        heading=HOSTILE,
        text=f"提现 {HOSTILE}",
        score=6.7,
        ranks={"dense": 2, HOSTILE: 1},
        scores={"dense": 0.926},
        matched=("提现", "<img"),
        question=HOSTILE,
        effective_from=DAY,
        effective_until=DAY,
        page=2,
        part=HOSTILE,
    )
    return replace(base, **values)


def bench(**values: Any) -> Bench:
    base = Bench(
        query=HOSTILE,
        language=HOSTILE,
        as_of=DAY,
        hits=(hit(),),
        confidence=0.9,
        threshold=0.6,
        answers=True,
        features={HOSTILE: 1.0},
        stage_ms={HOSTILE: 3.0},
        snapshot_id=HOSTILE,
    )
    return replace(base, **values)


def stale() -> tuple[StaleView, ...]:
    return tuple(
        StaleView(HOSTILE, HOSTILE, HOSTILE, HOSTILE, reason, DAY)
        for reason in ("review_due", "expired", "expiring", HOSTILE)
    )


def leaves() -> tuple[CoverageLeaf, ...]:
    return (
        CoverageLeaf(HOSTILE, HOSTILE, {"en": HOSTILE, "zh-CN": HOSTILE}, {"zh-CN": 1, "en": 0, "zh-TW": 1}, 3, 9),
        CoverageLeaf(
            "wd-fees", "withdrawal", {"zh-CN": "提现手续费", "en": "Withdrawal fees"}, {"zh-CN": 1, "en": 1}, 3, 9
        ),
    )


def contradiction(**values: Any) -> ContradictionView:
    pair = (HOSTILE, HOSTILE)
    base = ContradictionView("x1", HOSTILE, (pair, pair), pair, ("30", HOSTILE), (f"{HOSTILE} 30 {HOSTILE}", HOSTILE))
    return replace(base, **values)


def snapshot(**values: Any) -> SnapshotView:
    return replace(SnapshotView(HOSTILE, NOW, 88, 14312, True, 13_000_000), **values)


def overview(**values: Any) -> Overview:
    base = Overview({Standing.LIVE: 264, Standing.BROKEN: 1}, 2, 1, 3, 1, snapshot(), (HOSTILE,))
    return replace(base, **values)

"""What the changes in the basket would do to known questions."""

from __future__ import annotations

from collections import Counter
from html import escape

from assistant.curation.views import ImpactReport, Outcome, ReplayCase, Verdict
from assistant.ui.knowledge.marks import attribute, bar, button, chip, icon, when
from assistant.ui.knowledge.words import Words

_TONES = {Verdict.WORSE: ("danger", "down"), Verdict.BETTER: ("ok", "up"), Verdict.CHANGED: ("info", "compare")}
_SHOWN = (Verdict.WORSE, Verdict.BETTER, Verdict.CHANGED)


def report_html(report: ImpactReport, words: Words) -> str:
    """How many are right before and after, the cases that differ, and the way to publish."""
    counts = Counter(case.verdict for case in report.cases)
    chips = "".join(
        chip(words.say(f"verdict_{verdict}_count", count=str(counts[verdict])), *_TONES[verdict])
        for verdict in _SHOWN
        if counts[verdict]
    )
    cases = "".join(_group(verdict, report, words) for verdict in _SHOWN)
    return (
        f'<section class="kno-report" data-report="{attribute(report.id)}"><div class="kno-score">'
        f"{_score('before', report.right_before, report.total, words)}{icon('next')}"
        f"{_score('after', report.right_after, report.total, words)}</div>"
        f'<p class="kno-summary"><span>{chips or words.say("report_same")}</span>'
        f'<span class="kno-soft">{words.say("report_made")} {when(report.made_at)}</span></p>'
        f"{_verdict(report, counts, words)}{_publish(report, words)}{cases}"
        f'<p class="con-id">{escape(report.base)} → {escape(report.candidate)}</p></section>'
    )


def _score(name: str, right: int, total: int, words: Words) -> str:
    share = f"{right / total:.1%}" if total else "–"
    return (
        f'<div class="kno-score-part"><span class="kno-soft">{words.say(f"right_{name}")}</span>'
        f"<strong>{words.say('right_of', right=f'{right:,}', total=f'{total:,}')}</strong><span>{share}</span></div>"
    )


def _verdict(report: ImpactReport, counts: Counter[Verdict], words: Words) -> str:
    if report.drops:
        return bar("danger", words.say("report_drops", count=str(counts[Verdict.WORSE])), "urgent")
    if not report.total:
        return bar("warn", words.say("report_no_cases"))
    return bar("ok", words.say("report_fine"), "check")


def _publish(report: ImpactReport, words: Words) -> str:
    outdated = f'<div id="kno-outdated" hidden>{bar("warn", words.say("report_outdated"))}</div>'
    if report.drops:
        act = button("ask-override", words.say("publish_anyway"), "urgent", look="danger")
    else:
        act = button("publish", words.say("publish_now", count=str(len(report.changes))), "check", look="primary")
    return f'{outdated}<div class="con-buttons" id="kno-publish">{act}</div>'


def _group(verdict: Verdict, report: ImpactReport, words: Words) -> str:
    cases = [case for case in report.cases if case.verdict is verdict]
    if not cases:
        return ""
    title = words.say(f"verdict_{verdict}")
    opened = "" if verdict is Verdict.CHANGED else " open"
    return (
        f'<details class="kno-cases" data-verdict="{verdict}"{opened}><summary>{icon(_TONES[verdict][1])}{title}'
        f'<span class="kno-soft">{len(cases)}</span></summary>{"".join(_case(case, words) for case in cases)}</details>'
    )


def _case(case: ReplayCase, words: Words) -> str:
    expected = escape(case.expected) if case.expected else words.say("expected_handoff")
    return (
        f'<article class="kno-case"><h3>{escape(case.question)}</h3><p class="kno-soft">'
        f"{words.known(f'source_{case.source}', case.source)} · {words.say('expected')} "
        f'<code class="con-id">{expected}</code></p>'
        f'<div class="kno-sides">{_outcome("before", case.before, words)}{_outcome("after", case.after, words)}</div>'
        "</article>"
    )


def _outcome(side: str, outcome: Outcome, words: Words) -> str:
    cited = f'<code class="con-id">{escape(outcome.document_id)}</code>' if outcome.document_id else ""
    text = f'<p class="kno-text">{escape(outcome.text)}</p>' if outcome.text else ""
    return (
        f'<div class="kno-side"><p><strong>{words.say(side)}</strong> '
        f"{words.known(f'action_{outcome.action}', outcome.action)} {cited}</p>{text}</div>"
    )

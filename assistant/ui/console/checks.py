"""What was checked on a draft: facts, rules, citations; and the steps of the ticket from the audit log."""

from __future__ import annotations

from html import escape

from assistant.desk.views import HistoryEntry, TicketView
from assistant.model import Finding, Severity
from assistant.ui.console.marks import chip, icon, stamp
from assistant.ui.console.words import Words

SEVERITY_MARKS = {
    Severity.APPEND: ("info", "info"),
    Severity.WARN: ("warn", "urgent"),
    Severity.SUPERVISOR: ("warn", "scale"),
    Severity.ESCALATE: ("warn", "scale"),
    Severity.BLOCK: ("danger", "block"),
}
_ORDER = list(Severity)
# Checks of code whose text in the locale files says all that their English message does.
_SAID_IN_FULL = frozenset({"FIREWALL", "STR-001", "STR-005", "STR-006", "STR-012"})


def checks_html(view: TicketView, words: Words) -> str:
    """One line for the facts, one for each finding, strictest first; one line says that there is none."""
    draft = view.draft
    if draft is None:
        return f'<p class="con-none">{words.say("checks_none")}</p>'
    good = sum(fact.supported for fact in view.facts)
    lines = []
    if good:
        lines.append(_line("ok", "check", words.say("facts_supported", count=str(good))))
    lines += [
        _line("danger", "cross", f"{words.say('fact_no')} <b>{escape(fact.text)}</b>")
        for fact in view.facts
        if not fact.supported
    ]
    findings = [finding for finding in draft.findings if finding.rule != "FACT-UNCONFIRMED"]
    findings.sort(key=lambda finding: -_ORDER.index(finding.severity))
    lines += [_finding(finding, draft.body, words) for finding in findings]
    if not findings:
        lines.append(_line("ok", "check", words.say("findings_none")))
    return f'<ul class="con-checks">{"".join(lines)}</ul>'


def _finding(finding: Finding, body: str, words: Words) -> str:
    tone, mark = SEVERITY_MARKS[finding.severity]
    said = ""
    if finding.span is not None and 0 <= finding.span[0] < finding.span[1] <= len(body):
        said = f"<q>{escape(body[slice(*finding.span)])}</q>"
    return (
        f'<li data-tone="{tone}">{icon(mark)}<div><p>{chip(words.say(f"severity_{finding.severity}"), tone)}'
        f'<span class="con-rule">{escape(finding.rule)}</span></p>{said}{_message(finding, words)}</div></li>'
    )


def _message(finding: Finding, words: Words) -> str:
    """What a check of code found in words, then its details; a rule of the policy pack brings words of its own."""
    told = words.known(f"rule_{finding.rule}", "")
    detail = "" if told and finding.rule in _SAID_IN_FULL else escape(finding.message)
    if not told:
        return f'<p class="con-said">{detail}</p>' if detail else ""
    return f"<p>{told}</p>" + (f'<p class="con-said con-detail">{detail}</p>' if detail else "")


def _line(tone: str, mark: str, text: str) -> str:
    return f'<li data-tone="{tone}">{icon(mark)}<div>{text}</div></li>'


def history_html(view: TicketView, words: Words) -> str:
    """The steps, newest first."""
    if not view.history:
        return f'<p class="con-none">{words.say("history_none")}</p>'
    return f'<ol class="con-steps">{"".join(_step(step, words) for step in reversed(view.history))}</ol>'


def _step(step: HistoryEntry, words: Words) -> str:
    what = words.known(f"step_{step.action.replace('.', '_')}", step.action)
    by = f" · {escape(step.by)}" if step.by else ""
    detail = " · ".join(_detail(part, words) for part in step.detail.split(" · ")) if step.detail else ""
    return (
        f"<li>{stamp(step.at)}<div><p>{what}{by}</p>"
        + (f'<p class="con-said con-detail">{detail}</p>' if detail else "")
        + "</div></li>"
    )


def _detail(part: str, words: Words) -> str:
    """A code of the desk in words; what people wrote stays as it is."""
    code = part.removeprefix("handoff:")
    for prefix in ("reject", "disposition", "reason"):
        if (word := words.known(f"{prefix}_{code}", "")) != "":
            return word
    return escape(part)

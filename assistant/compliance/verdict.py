"""From findings to what is demanded of the person who reviews."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.model import Action, Disposition, Finding, Severity

_DEMANDS = {
    Severity.APPEND: Disposition.REVIEW,
    Severity.WARN: Disposition.REVIEW,
    Severity.SUPERVISOR: Disposition.SUPERVISOR,
    Severity.ESCALATE: Disposition.ESCALATE,
    Severity.BLOCK: Disposition.BLOCK,
}
_ORDER = tuple(Disposition)


def decide(findings: Iterable[Finding], action: Action) -> Disposition:
    """The strictest demand of all findings and the action.

    `review` is the least: nothing that the desk drafted goes out unread. `escalate` for an escalation.
    """
    demands = [Disposition.ESCALATE if action is Action.ESCALATE else Disposition.REVIEW]
    demands += [_DEMANDS.get(finding.severity, Disposition.BLOCK) for finding in findings]
    return max(demands, key=_ORDER.index)

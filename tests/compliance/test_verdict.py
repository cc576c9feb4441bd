from __future__ import annotations

import pytest

from assistant.compliance.verdict import decide
from assistant.model import Action, Disposition, Finding, Severity


@pytest.mark.parametrize(
    ("severities", "action", "expected"),
    [
        ((), Action.ANSWER, Disposition.REVIEW),
        ((), Action.HANDOFF, Disposition.REVIEW),
        ((), Action.ESCALATE, Disposition.ESCALATE),
        ((Severity.APPEND, Severity.WARN), Action.ANSWER, Disposition.REVIEW),
        ((Severity.WARN, Severity.SUPERVISOR), Action.ANSWER, Disposition.SUPERVISOR),
        ((Severity.SUPERVISOR,), Action.ESCALATE, Disposition.ESCALATE),
        ((Severity.ESCALATE, Severity.SUPERVISOR), Action.ANSWER, Disposition.ESCALATE),
        ((Severity.ESCALATE, Severity.BLOCK), Action.ESCALATE, Disposition.BLOCK),
    ],
)
def test_the_strictest_demand_wins(severities: tuple[Severity, ...], action: Action, expected: Disposition) -> None:
    assert decide([Finding("X-1", severity) for severity in severities], action) is expected

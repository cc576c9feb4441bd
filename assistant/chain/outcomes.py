"""Ways a question ends without an answer of its own, and the check that a reply is in the language it claims."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.language import detect_language
from assistant.model import Action, Finding, HandoffReason, Severity

DRAFTED_ESCALATIONS = frozenset(
    {
        HandoffReason.ATO,
        HandoffReason.THEFT,
        HandoffReason.SCAM,
        HandoffReason.COMPLAINT,
        HandoffReason.DSR,
        HandoffReason.BEREAVE,
    }
)
"""Escalations for which the agent gets a draft; in the others a person writes (docs/architecture.md)."""

LANGUAGE_RULE = "LANGUAGE"
CONFLICT_RULE = "CONFLICT"


@dataclass(frozen=True, slots=True)
class Stop:
    """No draft: a fixed text goes out instead. `message` is a key of the locale files when there is no reason."""

    action: Action
    reason: HandoffReason | None
    message: str = ""


def language_findings(texts: Iterable[str], language: str) -> tuple[Finding, ...]:
    """A warning when a draft's sentences are, taken together, not in `language`."""
    found = detect_language(" ".join(texts), language)
    if found.split("-")[0] == language.split("-")[0]:
        return ()
    return (
        Finding(LANGUAGE_RULE, Severity.WARN, message=f"The draft reads as {found}, the reply should be {language}."),
    )

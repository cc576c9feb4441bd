"""From what the chain or a person produced to the draft that is put before the people."""

from __future__ import annotations

from datetime import datetime

from assistant.model import Action, Answer
from assistant.reply import text_hash
from assistant.ticket import DraftOrigin, DraftRecord


def drafted(answer: Answer, *, id_: str, ticket_id: str, based_on: int, now: datetime) -> DraftRecord | None:
    """The draft of an answer, or of an escalation's proposal; `None` when a person has to write.

    The action is the answer's own: a proposal under an escalation stays an escalation.
    """
    source = answer.proposal or answer
    if not source.sentences:
        return None
    return DraftRecord(
        id=id_,
        ticket_id=ticket_id,
        based_on=based_on,
        origin=DraftOrigin.DESK,
        action=answer.action,
        disposition=source.disposition,
        language=source.language,
        body=source.body,
        text=source.text,
        sha256=text_hash(source.text),
        created_at=now,
        sentences=source.sentences,
        citations=source.citations,
        notices=source.notices,
        findings=source.findings,
        evidence=source.evidence,
        confidence=source.confidence,
        versions=dict(answer.versions) | dict(source.versions),
    )


def fixed_text(answer: Answer) -> tuple[str, str] | None:
    """Key and text of the fixed text that goes to the customer at once; `None` when nothing does.

    A drafted answer waits for a person. A hand-off, an escalation and a fixed question back do not.
    """
    if answer.action in (Action.HANDOFF, Action.ESCALATE) and answer.handoff_reason is not None:
        return f"handoff:{answer.handoff_reason.value}", answer.text
    return ("ask", answer.text) if asks_back(answer) else None


def asks_back(answer: Answer) -> bool:
    """Whether the desk can only ask the customer, with a fixed text."""
    return answer.action is Action.CLARIFY and not answer.sentences

"""What an answer of the chain does to its ticket. Called inside the transaction that stores it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.audit_event import AuditEvent
from assistant.desk.draft_record import drafted, fixed_text
from assistant.desk.errors import DeskError, Refusal
from assistant.desk.parts import Parts, record
from assistant.desk.stages import tell, told
from assistant.model import Action, Answer, Disposition, Level
from assistant.review.lifecycle import Event, next_state
from assistant.review.routing import prevailing, route
from assistant.storage.records import Records
from assistant.ticket import Conversation, DecisionKind, DraftRecord, RejectReason, Ticket, TicketState
from assistant.user import Role

ASK = "ask"
_DRAFTED = ("draft.made", "draft.none")
_OPENED = ("person.wanted", "ticket.reopened")
_LEVELS = {RejectReason.PLAIN: Level.PLAIN, RejectReason.NORMAL: Level.NORMAL}
_SUPERVISED = (Disposition.SUPERVISOR, Disposition.ESCALATE)


@dataclass(frozen=True, slots=True)
class Lessons:
    """What people's refusals say about the open question.

    Attributes:
        exclude: documents that the next draft must not use.
        locale: the language it must be in, `None` = as detected.
        refused: hashes of the texts that were refused.
        level: how the next draft must be worded, `None` = as the customer asks.
    """

    exclude: tuple[str, ...] = ()
    locale: str | None = None
    refused: frozenset[str] = frozenset()
    level: Level | None = None


def first_open(records: Records, ticket: Ticket) -> int:
    """Number of the first message that no reply answers yet."""
    replies = records.replies.of_conversation(ticket.conversation_id)
    return max((reply.draft.based_on for reply in replies), default=0) + 1


def lessons(records: Records, ticket: Ticket, conversation: Conversation) -> Lessons:
    """The refusals of drafts for the open question, taken together."""
    start = first_open(records, ticket)
    drafts = {draft.id: draft for draft in records.drafts.of_ticket(ticket.id) if draft.based_on >= start}
    refusals = [
        (decision.reason, drafts[decision.draft_id])
        for decision in records.decisions.of_ticket(ticket.id)
        if decision.kind is DecisionKind.REJECT and decision.draft_id in drafts
    ]
    levels = [_LEVELS[RejectReason(reason)] for reason, _ in refusals if reason in _LEVELS]
    wrong = [draft for reason, draft in refusals if reason == RejectReason.WRONG_ARTICLE and draft.evidence]
    return Lessons(
        exclude=tuple(dict.fromkeys(draft.evidence[0].passage.document_id for draft in wrong)),
        locale=conversation.locale if any(r == RejectReason.WRONG_LANGUAGE for r, _ in refusals) else None,
        # Another level refuses no words: whoever changes their mind gets the first draft back.
        refused=frozenset(draft.sha256 for reason, draft in refusals if reason not in _LEVELS),
        level=levels[-1] if levels else None,
    )


def apply_answer(
    parts: Parts, records: Records, ticket: Ticket, answer: Answer, *, upset: bool, refused: frozenset[str]
) -> None:
    """Stores draft, ticket, fixed text and their audit events.

    Raises:
        DeskError: `STALE`, the ticket changed in this very moment; the transaction must not be kept.
    """
    now = parts.clock()
    draft = drafted(answer, id_=parts.new_id(), ticket_id=ticket.id, based_on=ticket.message_seq, now=now)
    if draft is not None and draft.sha256 in refused:
        draft = None  # a person refused these very words: the editor stays empty
    fixed = fixed_text(answer)
    before = _before(records, ticket)
    # Only a question that begins with this message is the customer's turn: whoever waits for more stays in the queue.
    alone = not any(
        event.action in _OPENED or event.data.get("seq", ticket.message_seq) != ticket.message_seq for event in before
    )
    asks = fixed is not None and fixed[0] == ASK and ticket.state is TicketState.QUEUED and alone
    event = Event.ASKED if asks else Event.DRAFTED
    if draft is not None:
        records.drafts.add(draft)
    kept = _persons_draft(records, ticket)
    first = not any(event.action in _DRAFTED for event in before)
    changed = _routed(parts, ticket, answer, kept or draft, upset=upset, event=event, first=first)
    if not records.tickets.save(changed, ticket.version):
        raise DeskError(Refusal.STALE)
    if draft is None:
        record(records, now, "desk", "draft.none", ticket.id, {"reason": _reason(answer)})
    else:
        data = {
            "draft": draft.id,
            "sha256": draft.sha256,
            "disposition": draft.disposition.value,
            "snapshot": draft.versions.get("snapshot", ""),
            "policy": draft.versions.get("policy", ""),
            "model": draft.versions.get("model", ""),
        }
        record(records, now, "desk", "draft.made", ticket.id, data)
    if fixed is not None and _wanted(records, ticket, answer, fixed[0]):
        tell(parts, records, ticket, key=fixed[0], text=fixed[1], language=answer.language)


def _persons_draft(records: Records, ticket: Ticket) -> DraftRecord | None:
    """What a person has written for this very message while the desk was drafting: it stays on the table."""
    current = records.drafts.get(ticket.draft_id) if ticket.draft_id else None
    if current is None or current.author_id is None or current.based_on != ticket.message_seq:
        return None
    return current


def _reason(answer: Answer) -> str:
    return answer.handoff_reason.value if answer.handoff_reason else ""


def _wanted(records: Records, ticket: Ticket, answer: Answer, key: str) -> bool:
    """Whether the fixed text goes out: not twice for one question, and not over a person who has taken over.

    An emergency is told whoever is talking: the customer's account or life may depend on it.
    """
    if ticket.state is TicketState.CLAIMED and answer.action is not Action.ESCALATE:
        return False
    return key == ASK or not told(records, ticket, key)


def _before(records: Records, ticket: Ticket) -> list[AuditEvent]:
    """What has happened since the question that is open now came in."""
    events = records.audit.of_subject(f"ticket:{ticket.id}")
    return [event for event in events if event.at >= ticket.waiting_since]


def _routed(
    parts: Parts,
    ticket: Ticket,
    answer: Answer,
    draft: DraftRecord | None,
    *,
    upset: bool,
    event: Event,
    first: bool,
) -> Ticket:
    found = route(answer.handoff_reason, upset=upset)
    role = ticket.required_role.or_above(found.required_role)
    if draft is not None and draft.disposition in _SUPERVISED:
        role = role.or_above(Role.SUPERVISOR)
    main = draft.evidence[0].passage if draft is not None and draft.evidence else None
    due = parts.calendar.due(found.clock, ticket.waiting_since)
    return replace(
        ticket,
        state=next_state(ticket.state, event),
        # While a question is open, what was urgent stays so: "and how do I reset 2FA?" ends no emergency.
        urgency=min(ticket.urgency, found.urgency),
        required_role=role,
        reason=prevailing(ticket.reason, answer.handoff_reason),
        complaint=ticket.complaint or found.complaint,
        topic=main.document_id if main else ticket.topic,
        title=main.title if main else ticket.title,
        language=answer.language,
        due_at=due if first else min(ticket.due_at, due),  # what was promised is not taken back
        drafted_seq=ticket.message_seq,
        draft_id=draft.id if draft else None,
    )

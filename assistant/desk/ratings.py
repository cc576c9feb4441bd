"""A customer's word on a reply, and what it does to the ticket."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from assistant.audit_event import Value
from assistant.desk.errors import DeskError, Refusal
from assistant.desk.opening import save
from assistant.desk.parts import Parts, record
from assistant.reply import Reply
from assistant.review.lifecycle import Event, next_state
from assistant.review.routing import Clock
from assistant.storage.records import Records
from assistant.ticket import Rating, Ticket, TicketState, Urgency

REASONS = ("wrong", "unclear", "incomplete", "slow", "other")
"""Why a reply did not help; each has a text on the customer's page."""


def rate(parts: Parts, records: Records, reply: Reply, *, solved: bool, reasons: tuple[str, ...], comment: str) -> None:
    """Stores the rating. Solved closes the ticket; not solved opens it again, for a person.

    Raises:
        DeskError: `STALE`, the ticket changed in this very moment; `NOT_FOUND`, it is gone.
    """
    now = parts.clock()
    ticket = records.tickets.get(reply.draft.ticket_id)
    if ticket is None:
        raise DeskError(Refusal.NOT_FOUND)
    actor = f"customer:{ticket.conversation_id}"
    event = _event(records, ticket, reply, solved=solved)
    if event is not None:
        save(records, _after(parts, ticket, event, now), ticket.version)
    reasons = () if solved else reasons
    records.ratings.put(Rating(reply.id, solved, reasons, comment, now))
    data: dict[str, Value] = {"reply": reply.id, "solved": solved, "reasons": ",".join(reasons)}
    record(records, now, actor, "reply.rated", ticket.id, data)
    if event is not None:
        record(records, now, actor, f"ticket.{event.value}", ticket.id)


def _event(records: Records, ticket: Ticket, reply: Reply, *, solved: bool) -> Event | None:
    """Only the last reply of the newest ticket decides; an older one is a remark on the past."""
    newest = records.tickets.newest(ticket.conversation_id)
    replies = [r for r in records.replies.of_conversation(ticket.conversation_id) if r.draft.ticket_id == ticket.id]
    if newest is None or newest.id != ticket.id or replies[-1].id != reply.id:
        return None
    if solved:
        return Event.CLOSED if ticket.state is TicketState.ANSWERED else None
    return Event.REOPENED if ticket.state in (TicketState.ANSWERED, TicketState.CLOSED) else None


def _after(parts: Parts, ticket: Ticket, event: Event, now: datetime) -> Ticket:
    state = next_state(ticket.state, event)
    if event is Event.CLOSED:
        return replace(ticket, state=state, closed_at=now)
    # A person looks at it next: the desk has nothing better than what did not help.
    return replace(
        ticket,
        state=state,
        urgency=min(ticket.urgency, Urgency.UPSET),
        draft_id=None,
        assignee_id=None,
        waiting_since=now,
        due_at=parts.calendar.due(Clock.SIMPLE, now),
        closed_at=None,
        answered_at=None,
    )

"""Where a customer's request stands, in the customer's words."""

from __future__ import annotations

from datetime import datetime

from assistant.desk.views import Stage, StatusView
from assistant.review.eta import eta_minutes
from assistant.storage.records import Records
from assistant.ticket import Ticket, TicketState

HISTORY = 200
"""Replies that an estimate rests on: recent enough to follow the day's load."""


def status_of(records: Records, ticket: Ticket, now: datetime) -> StatusView:
    """The status card of a ticket."""
    queued = ticket.state is TicketState.QUEUED
    return StatusView(
        number=ticket.number,
        stage=_stage(ticket, now),
        position=records.tickets.ahead(ticket) + 1 if queued else 0,
        eta_minutes=_eta(records, ticket) if queued or ticket.state is TicketState.CLAIMED else None,
        due_at=ticket.due_at,
        person=ticket.reason is not None or _unanswerable(ticket),
        complaint=ticket.complaint,
    )


def _stage(ticket: Ticket, now: datetime) -> Stage:
    if ticket.state is TicketState.CLAIMED and ticket.lease_until is not None and ticket.lease_until > now:
        return Stage.IN_REVIEW
    if ticket.state in (TicketState.QUEUED, TicketState.CLAIMED):
        return Stage.RECEIVED if ticket.drafting else Stage.DRAFTED
    return {
        TicketState.AWAITING: Stage.YOUR_TURN,
        TicketState.ANSWERED: Stage.SENT,
        TicketState.CLOSED: Stage.CLOSED,
    }[ticket.state]


def _unanswerable(ticket: Ticket) -> bool:
    """Whether it waits without a draft, and none is being made: opened again, or people refused what there was."""
    waiting = ticket.state in (TicketState.QUEUED, TicketState.CLAIMED)
    return waiting and ticket.draft_id is None and not ticket.drafting


def _eta(records: Records, ticket: Ticket) -> int | None:
    """From tickets of the same topic; from all when there are too few of those."""
    same = eta_minutes(records.tickets.answer_minutes(ticket.topic, HISTORY)) if ticket.topic else None
    return same if same is not None else eta_minutes(records.tickets.answer_minutes(None, HISTORY))

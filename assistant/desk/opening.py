"""How a ticket begins, and how it goes on when the customer writes again."""

from __future__ import annotations

import secrets
from dataclasses import replace

from assistant.desk.errors import DeskError, Refusal
from assistant.desk.parts import Parts, record
from assistant.model import HandoffReason
from assistant.review.lifecycle import Event, next_state
from assistant.review.routing import CONFIDENTIAL, Clock, prevailing, route
from assistant.storage.errors import DuplicateNumberError
from assistant.storage.records import Records
from assistant.ticket import Conversation, Ticket, TicketState, Urgency
from assistant.user import Role

CHANNEL = "web"
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0, O, 1, I or L: ticket numbers are read out on the phone."""
_NUMBER_LENGTH = 5
_TRIES = 8


def save(records: Records, ticket: Ticket, version: int) -> None:
    """Writes a ticket that still has this version.

    Raises:
        DeskError: `STALE`; the transaction must not be kept.
    """
    if not records.tickets.save(ticket, version):
        raise DeskError(Refusal.STALE)


class TicketOpener:
    """Finds or makes the conversation and the ticket that something belongs to."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def conversation(self, records: Records, customer_id: str, locale: str, jurisdiction: str | None) -> Conversation:
        """The customer's conversation, begun now if there is none."""
        found = records.conversations.of_customer(customer_id, CHANNEL)
        if found is not None:
            return found
        conversation = Conversation(
            self._parts.new_id(), customer_id, locale, jurisdiction, CHANNEL, self._parts.clock()
        )
        records.conversations.add(conversation)
        return conversation

    def ticket_of_message(
        self, records: Records, conversation: Conversation, seq: int, *, incident: HandoffReason | None
    ) -> Ticket:
        """The ticket that a message with this number belongs to, changed accordingly.

        Args:
            records: of the transaction that stores the message.
            conversation: the customer's.
            seq: the message's number.
            incident: what the message tells of, when it is more than a question.
        """
        ticket = records.tickets.newest(conversation.id)
        if ticket is None or ticket.state is TicketState.CLOSED:
            ticket = self.new_ticket(records, conversation, seq, conversation.locale)
        now = self._parts.clock()
        changed = replace(ticket, state=next_state(ticket.state, Event.WRITTEN), message_seq=seq)
        if ticket.state in (TicketState.ANSWERED, TicketState.AWAITING):
            changed = replace(
                changed,
                # A new question: it is routed anew. What only a supervisor may decide or know of stays theirs.
                urgency=Urgency.NORMAL,
                topic="",
                title="",
                reason=ticket.reason if ticket.reason in CONFIDENTIAL else None,
                draft_id=None,
                assignee_id=None,
                lease_until=None,
                waiting_since=now,
                due_at=self._parts.calendar.due(Clock.SIMPLE, now),
                answered_at=None,
            )
        if incident is not None:
            found = route(incident, upset=False)
            changed = replace(
                changed,
                urgency=min(changed.urgency, found.urgency),
                required_role=changed.required_role.or_above(found.required_role),
                reason=prevailing(changed.reason, incident),
                complaint=changed.complaint or found.complaint,
            )
        save(records, changed, ticket.version)
        return changed

    def new_ticket(self, records: Records, conversation: Conversation, seq: int, language: str) -> Ticket:
        """A new ticket under a number that is free.

        Raises:
            DeskError: `UNAVAILABLE`, no free number was found.
        """
        now = self._parts.clock()
        for _ in range(_TRIES):
            ticket = Ticket(
                id=self._parts.new_id(),
                number="".join(secrets.choice(_ALPHABET) for _ in range(_NUMBER_LENGTH)),
                conversation_id=conversation.id,
                state=TicketState.QUEUED,
                urgency=Urgency.NORMAL,
                required_role=Role.AGENT,
                reason=None,
                topic="",
                title="",
                language=language,
                opened_at=now,
                waiting_since=now,
                due_at=self._parts.calendar.due(Clock.SIMPLE, now),
                message_seq=seq,
                drafted_seq=max(0, records.messages.last_seq(conversation.id)),
            )
            try:
                records.tickets.add(ticket)
            except DuplicateNumberError:
                continue
            record(records, now, f"customer:{conversation.id}", "ticket.opened", ticket.id, {"number": ticket.number})
            return ticket
        raise DeskError(Refusal.UNAVAILABLE, "No free ticket number was found.")

"""Every legal change of a ticket, as one table. What is not in it is refused."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from assistant.errors import ProofdeskError
from assistant.ticket import TicketState


class Event(StrEnum):
    """What can happen to a ticket."""

    WRITTEN = "written"
    """The customer wrote."""
    DRAFTED = "drafted"
    """The desk put a draft, or the finding that it has none, before the people."""
    ASKED = "asked"
    """The desk asked the customer back with a fixed text."""
    PERSON_WANTED = "person_wanted"
    CLAIMED = "claimed"
    RENEWED = "renewed"
    RELEASED = "released"
    EDITED = "edited"
    REJECTED = "rejected"
    ESCALATED = "escalated"
    APPROVED = "approved"
    CLOSED = "closed"
    """A person closed it, or the customer said that it is solved."""
    REOPENED = "reopened"
    """The customer said that it is not solved."""


class IllegalTransitionError(ProofdeskError):
    """The ticket is not in a state in which this can happen."""


_S = TicketState
TRANSITIONS: Mapping[tuple[TicketState, Event], TicketState] = {
    # While nobody holds it.
    (_S.QUEUED, Event.WRITTEN): _S.QUEUED,
    (_S.QUEUED, Event.DRAFTED): _S.QUEUED,
    (_S.QUEUED, Event.ASKED): _S.AWAITING,
    (_S.QUEUED, Event.PERSON_WANTED): _S.QUEUED,
    (_S.QUEUED, Event.CLAIMED): _S.CLAIMED,
    # While one person holds it. The customer may go on writing: the draft turns stale, the claim stays.
    (_S.CLAIMED, Event.WRITTEN): _S.CLAIMED,
    (_S.CLAIMED, Event.DRAFTED): _S.CLAIMED,
    (_S.CLAIMED, Event.PERSON_WANTED): _S.CLAIMED,
    (_S.CLAIMED, Event.CLAIMED): _S.CLAIMED,  # only once the lease has run out
    (_S.CLAIMED, Event.RENEWED): _S.CLAIMED,
    (_S.CLAIMED, Event.RELEASED): _S.QUEUED,
    (_S.CLAIMED, Event.EDITED): _S.CLAIMED,
    (_S.CLAIMED, Event.REJECTED): _S.CLAIMED,
    (_S.CLAIMED, Event.ESCALATED): _S.QUEUED,
    (_S.CLAIMED, Event.APPROVED): _S.ANSWERED,
    (_S.CLAIMED, Event.CLOSED): _S.CLOSED,
    # While the next word is the customer's.
    (_S.AWAITING, Event.WRITTEN): _S.QUEUED,
    (_S.AWAITING, Event.PERSON_WANTED): _S.QUEUED,
    (_S.AWAITING, Event.CLOSED): _S.CLOSED,
    (_S.ANSWERED, Event.WRITTEN): _S.QUEUED,
    (_S.ANSWERED, Event.PERSON_WANTED): _S.QUEUED,
    (_S.ANSWERED, Event.CLOSED): _S.CLOSED,
    (_S.ANSWERED, Event.REOPENED): _S.QUEUED,
    (_S.CLOSED, Event.REOPENED): _S.QUEUED,
}


def next_state(state: TicketState, event: Event) -> TicketState:
    """The state after `event`.

    Raises:
        IllegalTransitionError: the table has no such change.
    """
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise IllegalTransitionError(
            f"A ticket that is {state} cannot be {event}.", hint="Reload the ticket."
        ) from None

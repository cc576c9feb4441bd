"""The queue: its order, who sees which ticket, and what each tab holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from assistant.review.routing import CONFIDENTIAL
from assistant.ticket import Ticket, TicketState, Urgency
from assistant.user import Role, User

_OPEN = (TicketState.QUEUED, TicketState.CLAIMED)


def order_key(ticket: Ticket) -> tuple[Urgency, datetime, str]:
    """Sorts tickets: the most urgent first, then whoever has waited longest; the id makes the order total."""
    return (ticket.urgency, ticket.waiting_since, ticket.id)


def may_see(ticket: Ticket, role: Role) -> bool:
    """Whether people of this role may know of the ticket: in lists, in counts and by its id.

    Agents see what a supervisor has to decide, and that it waits there; they see nothing of confidential tickets.
    """
    return ticket.reason not in CONFIDENTIAL or role.may_act_as(Role.SUPERVISOR)


def _decidable(ticket: Ticket, user: User) -> bool:
    return ticket.state in _OPEN and user.role.may_act_as(ticket.required_role)


def _mine(ticket: Ticket, user: User) -> bool:
    return ticket.state is TicketState.CLAIMED and ticket.assignee_id == user.id


def _escalated(ticket: Ticket, _user: User) -> bool:
    return ticket.state in _OPEN and ticket.required_role is not Role.AGENT


def _complaint(ticket: Ticket, _user: User) -> bool:
    return ticket.state in _OPEN and ticket.complaint


def _done(ticket: Ticket, _user: User) -> bool:
    return ticket.state not in _OPEN


TABS: Mapping[str, Callable[[Ticket, User], bool]] = {
    "open": _decidable,
    "mine": _mine,
    "escalated": _escalated,
    "complaints": _complaint,
    "done": _done,
}
"""By the values of `QueueTab`, which belongs to the pages. `done` is all that waits for nobody of the staff."""


def in_tab(ticket: Ticket, tab: str, user: User) -> bool:
    """Whether the tab shows this ticket to this user.

    Nothing that the role may not see is in any tab; everything else is in at least one. A claim whose lease has run
    out stays in `mine` until somebody else takes the ticket up: until then its holder may still decide.

    Raises:
        KeyError: there is no such tab.
    """
    return may_see(ticket, user.role) and TABS[tab](ticket, user)

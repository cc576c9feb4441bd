"""Tickets and people for the tests of the review rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from assistant.ticket import Ticket, TicketState, Urgency
from assistant.user import Role, User
from tests.conftest import FIXED_NOW

AGENT = User("u-agent", "Lin", Role.AGENT)
SUPERVISOR = User("u-supervisor", "Su", Role.SUPERVISOR)
ADMIN = User("u-admin", "Ada", Role.ADMIN)
PEOPLE = (AGENT, SUPERVISOR, ADMIN)

_TICKET = Ticket(
    id="t1",
    number="A7K2Q",
    conversation_id="c1",
    state=TicketState.QUEUED,
    urgency=Urgency.NORMAL,
    required_role=Role.AGENT,
    reason=None,
    topic="wd-delayed",
    title="提现未到账或延迟",
    language="zh-CN",
    opened_at=FIXED_NOW,
    waiting_since=FIXED_NOW,
    due_at=FIXED_NOW + timedelta(minutes=15),
    message_seq=1,
    drafted_seq=1,
)


def ticket(**changes: Any) -> Ticket:
    """A drafted ticket that waits, with `changes`."""
    return replace(_TICKET, **changes)

"""Who takes a ticket over, how soon, and on which clock: one table over the reasons for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from assistant.model import HandoffReason
from assistant.ticket import Urgency
from assistant.user import Role


class Clock(StrEnum):
    """How the time until a person has to have answered is counted. `assistant/review/sla.py` does the counting."""

    EMERGENCY = "emergency"
    """Five minutes, day and night."""
    SIMPLE = "simple"
    """The desk's target in minutes, day and night: whoever takes the ticket up can answer it."""
    BUSINESS_DAY = "business_day"
    """One business day: somebody has to find out, or another department has to."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a ticket goes.

    Attributes:
        required_role: the least role that may decide it.
        complaint: every stage is told to the customer.
    """

    urgency: Urgency
    required_role: Role
    clock: Clock
    complaint: bool = False


_DRAFTED = Route(Urgency.NORMAL, Role.AGENT, Clock.SIMPLE)
"""The desk drafted an answer; any agent may approve it."""

_R = HandoffReason
ROUTES: Mapping[HandoffReason, Route] = {
    # Money or a life is being lost while it waits.
    _R.ATO: Route(Urgency.EMERGENCY, Role.AGENT, Clock.EMERGENCY),
    _R.THEFT: Route(Urgency.EMERGENCY, Role.AGENT, Clock.EMERGENCY),
    _R.SELFHARM: Route(Urgency.EMERGENCY, Role.SUPERVISOR, Clock.EMERGENCY),
    _R.DURESS: Route(Urgency.EMERGENCY, Role.SUPERVISOR, Clock.EMERGENCY),
    _R.THREAT: Route(Urgency.EMERGENCY, Role.SUPERVISOR, Clock.EMERGENCY),
    # An account has to be protected soon, whatever the hour: a published secret, a transfer to a swindler, a child.
    _R.SECRET: Route(Urgency.HIGH, Role.AGENT, Clock.SIMPLE),
    _R.SCAM: Route(Urgency.HIGH, Role.AGENT, Clock.SIMPLE),
    _R.MINOR: Route(Urgency.HIGH, Role.SUPERVISOR, Clock.SIMPLE),
    _R.CUSTOMER_REQUEST: Route(Urgency.HIGH, Role.AGENT, Clock.SIMPLE),
    # Read soon, but the answer is made by people with office hours.
    _R.LEA: Route(Urgency.HIGH, Role.SUPERVISOR, Clock.BUSINESS_DAY),
    _R.PRESS: Route(Urgency.HIGH, Role.SUPERVISOR, Clock.BUSINESS_DAY),
    _R.ACCOUNT_REVIEW: Route(Urgency.HIGH, Role.SUPERVISOR, Clock.BUSINESS_DAY),
    _R.BEREAVE: Route(Urgency.HIGH, Role.AGENT, Clock.BUSINESS_DAY),
    _R.COMPLAINT: Route(Urgency.HIGH, Role.AGENT, Clock.BUSINESS_DAY, complaint=True),
    _R.DSR: Route(Urgency.NORMAL, Role.SUPERVISOR, Clock.BUSINESS_DAY),
    # The desk has nothing to send, and a person may know the answer.
    _R.NO_EVIDENCE: Route(Urgency.NORMAL, Role.AGENT, Clock.SIMPLE),
    _R.UNAVAILABLE: Route(Urgency.NORMAL, Role.AGENT, Clock.SIMPLE),
    # The knowledge base is at odds with itself, with the rules or with the customer's place: that is looked into.
    _R.CONFLICT: Route(Urgency.NORMAL, Role.AGENT, Clock.BUSINESS_DAY),
    _R.POLICY_BLOCK: Route(Urgency.NORMAL, Role.AGENT, Clock.BUSINESS_DAY),
    _R.REGION: Route(Urgency.NORMAL, Role.AGENT, Clock.BUSINESS_DAY),
}
"""House rules: the urgent intents and their minutes follow the desk's own targets, no law is encoded here."""

CONFIDENTIAL = frozenset({HandoffReason.ACCOUNT_REVIEW})
"""Reasons that agents learn nothing of, not even that there is such a ticket: a customer must not be tipped off."""


def route(reason: HandoffReason | None, *, upset: bool) -> Route:
    """Where a ticket with this reason goes; `None` = the desk drafted an answer.

    `upset` wording moves an ordinary ticket ahead of the other ordinary ones. It changes neither who may decide nor
    the clock, and it holds up nothing that is urgent already.
    """
    found = _DRAFTED if reason is None else ROUTES[reason]
    return replace(found, urgency=min(found.urgency, Urgency.UPSET)) if upset else found


def prevailing(standing: HandoffReason | None, new: HandoffReason | None) -> HandoffReason | None:
    """The reason that a ticket carries on under when a later message of the same request brings another one.

    A confidential reason stays, or the ticket would come into agents' sight. Otherwise the more urgent one stays; among
    equally urgent ones the newer does.
    """
    if standing is None or new is None:
        return new if standing is None else standing
    if (standing in CONFIDENTIAL) != (new in CONFIDENTIAL):
        return standing if standing in CONFIDENTIAL else new
    return standing if ROUTES[standing].urgency < ROUTES[new].urgency else new

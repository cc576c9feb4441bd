from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

import pytest
import yaml

from assistant.chain.vocabulary import load_vocabulary, normalise
from assistant.compliance.intents import IntentDetector
from assistant.model import HandoffReason
from assistant.review.routing import CONFIDENTIAL, ROUTES, Clock, Route, prevailing, route
from assistant.ticket import Urgency
from assistant.user import Role

SUPERVISED = {"SELFHARM", "DURESS", "THREAT", "MINOR", "LEA", "PRESS", "ACCOUNT_REVIEW", "DSR"}
EMERGENCIES = {"ATO", "THEFT", "SELFHARM", "DURESS", "THREAT"}
ANYTHING = (None, *HandoffReason)


@dataclass(frozen=True)
class Case:
    reason: HandoffReason | None
    upset: bool
    route: Route
    message: str

    def __str__(self) -> str:
        return f"{self.reason or 'none'}-{'upset' if self.upset else 'calm'}"


@cache
def cases() -> tuple[Case, ...]:
    rows = yaml.safe_load(Path(__file__).with_name("routing_cases.yaml").read_text(encoding="utf-8"))
    return tuple(
        Case(
            None if row["reason"] == "none" else HandoffReason(row["reason"]),
            row["upset"],
            Route(
                Urgency[row["urgency"].upper()],
                Role(row["role"]),
                Clock(row["clock"]),
                complaint=row.get("complaint", False),
            ),
            row.get("message", ""),
        )
        for row in rows
    )


@cache
def detector() -> IntentDetector:
    return IntentDetector.load()


def reason_of(message: str) -> HandoffReason | None:
    """What the chain takes from the wording alone: the first incident, otherwise the wish for a person."""
    incidents = [found.intent for found in detector().detect(message) if found.incident]
    if incidents:
        return incidents[0]
    return HandoffReason.CUSTOMER_REQUEST if detector().wants_human(message) else None


def test_the_cases_cover_every_reason_calm_and_upset_once() -> None:
    assert len(cases()) >= 40
    assert sorted(map(str, cases())) == sorted(str(Case(r, u, route(r, upset=u), "")) for r, u in PAIRS)


PAIRS = list(product(ANYTHING, (False, True)))


@pytest.mark.parametrize("case", cases(), ids=str)
def test_a_reason_leads_to_the_right_people_in_the_right_time(case: Case) -> None:
    assert route(case.reason, upset=case.upset) == case.route


@pytest.mark.parametrize("case", [case for case in cases() if case.message], ids=str)
def test_the_customers_words_lead_there(case: Case) -> None:
    reason = reason_of(case.message)
    upset = bool(load_vocabulary().upset.search(normalise(case.message)))
    assert (reason, upset) == (case.reason, case.upset)
    assert route(reason, upset=upset) == case.route


def test_every_reason_has_a_route() -> None:
    assert set(ROUTES) == set(HandoffReason)


def test_supervisors_alone_decide_what_agents_must_not() -> None:
    assert {
        reason.value for reason in ROUTES if route(reason, upset=False).required_role is not Role.AGENT
    } == SUPERVISED


def test_emergencies_and_no_others_run_on_the_emergency_clock() -> None:
    by_urgency = {reason.value for reason, found in ROUTES.items() if found.urgency is Urgency.EMERGENCY}
    by_clock = {reason.value for reason, found in ROUTES.items() if found.clock is Clock.EMERGENCY}
    assert by_urgency == by_clock == EMERGENCIES


@pytest.mark.parametrize("reason", ANYTHING)
def test_upset_wording_changes_the_order_alone_and_never_for_the_worse(reason: HandoffReason | None) -> None:
    calm, upset = route(reason, upset=False), route(reason, upset=True)
    assert upset.urgency <= calm.urgency
    assert upset.urgency <= Urgency.UPSET
    assert (upset.required_role, upset.clock, upset.complaint) == (calm.required_role, calm.clock, calm.complaint)


def test_confidential_tickets_need_a_supervisor() -> None:
    assert {HandoffReason.ACCOUNT_REVIEW} == CONFIDENTIAL
    assert all(ROUTES[reason].required_role.may_act_as(Role.SUPERVISOR) for reason in CONFIDENTIAL)


def test_a_later_reason_never_hides_a_confidential_or_a_more_urgent_one() -> None:
    for standing, new in product(ANYTHING, ANYTHING):
        found = prevailing(standing, new)
        given = [reason for reason in (standing, new) if reason is not None]
        assert found in given if given else found is None
        if CONFIDENTIAL & set(given):
            assert found in CONFIDENTIAL
        elif found is not None:
            assert ROUTES[found].urgency == min(ROUTES[reason].urgency for reason in given)


def test_among_equally_urgent_reasons_the_newer_one_stands() -> None:
    assert prevailing(HandoffReason.ATO, HandoffReason.THEFT) is HandoffReason.THEFT
    assert prevailing(HandoffReason.NO_EVIDENCE, HandoffReason.REGION) is HandoffReason.REGION

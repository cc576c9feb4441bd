from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.desk.views import QueueTab
from assistant.model import HandoffReason
from assistant.review.queue import TABS, in_tab, may_see, order_key
from assistant.review.routing import CONFIDENTIAL
from assistant.storage.database import Database
from assistant.ticket import Conversation, Ticket, TicketState, Urgency
from assistant.user import Role, User
from tests.conftest import FIXED_NOW
from tests.review.cases import ADMIN, AGENT, PEOPLE, SUPERVISOR, ticket

EVERY_KIND = [
    ticket(state=state, required_role=role, reason=reason, complaint=complaint, assignee_id=assignee)
    for state, role, reason, complaint, assignee in product(
        TicketState,
        Role,
        (None, HandoffReason.COMPLAINT, HandoffReason.LEA, HandoffReason.ACCOUNT_REVIEW),
        (False, True),
        (None, AGENT.id, SUPERVISOR.id),
    )
]


def tabs(value: Ticket, user: User) -> set[QueueTab]:
    return {tab for tab in QueueTab if in_tab(value, tab, user)}


def test_the_tabs_are_those_of_the_pages() -> None:
    assert set(TABS) == set(QueueTab)


def test_an_unknown_tab_is_an_error() -> None:
    with pytest.raises(KeyError):
        in_tab(ticket(), "everything", AGENT)


def test_the_most_urgent_comes_first_then_whoever_waits_longest_then_the_id() -> None:
    later = FIXED_NOW + timedelta(seconds=1)
    expected = [
        ticket(id="z", urgency=Urgency.EMERGENCY, waiting_since=later),
        ticket(id="y", urgency=Urgency.HIGH, waiting_since=later),
        ticket(id="x", urgency=Urgency.UPSET, waiting_since=FIXED_NOW),
        ticket(id="b", urgency=Urgency.NORMAL, waiting_since=FIXED_NOW),
        ticket(id="c", urgency=Urgency.NORMAL, waiting_since=FIXED_NOW),
        ticket(id="a", urgency=Urgency.NORMAL, waiting_since=later),
    ]
    mixed = list(expected)
    random.Random(3).shuffle(mixed)
    assert sorted(mixed, key=order_key) == expected


@given(
    st.lists(
        st.builds(
            ticket,
            id=st.text("abcdef0123456789", min_size=4, max_size=8),
            urgency=st.sampled_from(Urgency),
            waiting_since=st.integers(0, 3).map(lambda n: FIXED_NOW + timedelta(seconds=n)),
        ),
        unique_by=lambda each: each.id,
        max_size=12,
    ),
    st.randoms(),
)
def test_the_order_does_not_depend_on_how_the_tickets_came_in(tickets: list[Ticket], shuffler: random.Random) -> None:
    mixed = list(tickets)
    shuffler.shuffle(mixed)
    assert sorted(mixed, key=order_key) == sorted(tickets, key=order_key)


def test_the_database_sorts_by_the_same_order(tmp_path: Path) -> None:
    draw = random.Random(11)
    tickets = [
        ticket(
            id=f"{draw.getrandbits(64):016x}",
            number=f"N{n:04}",
            urgency=draw.choice(list(Urgency)),
            waiting_since=FIXED_NOW + timedelta(microseconds=draw.randrange(4)),
        )
        for n in range(40)
    ]
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    database.upgrade()
    with database.writing() as records:
        records.conversations.add(Conversation("c1", "customer", "zh-CN", None, "web", FIXED_NOW))
        for each in tickets:
            records.tickets.add(each)
    with database.reading() as records:
        found = [each.id for each in records.tickets.open()]
        ahead = [records.tickets.ahead(each) for each in sorted(tickets, key=order_key)]
    database.close()
    assert found == [each.id for each in sorted(tickets, key=order_key)]
    assert ahead == list(range(len(tickets)))


@pytest.mark.parametrize("reason", [None, *HandoffReason])
def test_agents_see_all_but_confidential_tickets(reason: HandoffReason | None) -> None:
    assert may_see(ticket(reason=reason), Role.AGENT) is (reason is not HandoffReason.ACCOUNT_REVIEW)
    assert may_see(ticket(reason=reason), Role.SUPERVISOR)
    assert may_see(ticket(reason=reason), Role.ADMIN)


@pytest.mark.parametrize("tab", QueueTab)
def test_no_tab_shows_or_counts_a_confidential_ticket_for_an_agent(tab: QueueTab) -> None:
    hidden = [each for each in EVERY_KIND if each.reason in CONFIDENTIAL]
    assert len(hidden) == 90
    assert not any(in_tab(each, tab, AGENT) for each in hidden)


@pytest.mark.parametrize("user", PEOPLE, ids=lambda user: user.role)
def test_whatever_a_person_may_see_is_in_some_tab(user: User) -> None:
    assert [each for each in EVERY_KIND if bool(tabs(each, user)) is not may_see(each, user.role)] == []


@pytest.mark.parametrize("user", PEOPLE, ids=lambda user: user.role)
def test_finished_tickets_are_in_no_tab_of_work(user: User) -> None:
    for each in EVERY_KIND:
        found = tabs(each, user)
        assert QueueTab.DONE not in found or found == {QueueTab.DONE}


@pytest.mark.parametrize("state", [TicketState.QUEUED, TicketState.CLAIMED])
@pytest.mark.parametrize(
    ("role", "agent", "supervisor", "admin"),
    [
        (Role.AGENT, {QueueTab.OPEN}, {QueueTab.OPEN}, {QueueTab.OPEN}),
        (
            Role.SUPERVISOR,
            {QueueTab.ESCALATED},
            {QueueTab.OPEN, QueueTab.ESCALATED},
            {QueueTab.OPEN, QueueTab.ESCALATED},
        ),
        (Role.ADMIN, {QueueTab.ESCALATED}, {QueueTab.ESCALATED}, {QueueTab.OPEN, QueueTab.ESCALATED}),
    ],
)
def test_the_open_tab_holds_what_the_role_may_decide(
    state: TicketState, role: Role, agent: set[QueueTab], supervisor: set[QueueTab], admin: set[QueueTab]
) -> None:
    value = ticket(state=state, required_role=role)
    assert [tabs(value, user) for user in (AGENT, SUPERVISOR, ADMIN)] == [agent, supervisor, admin]


def test_mine_holds_what_i_hold_and_nobody_elses() -> None:
    value = ticket(state=TicketState.CLAIMED, assignee_id=AGENT.id, lease_until=FIXED_NOW + timedelta(minutes=5))
    assert QueueTab.MINE in tabs(value, AGENT)
    assert QueueTab.MINE not in tabs(value, SUPERVISOR)


def test_mine_keeps_a_claim_whose_lease_ran_out_until_somebody_else_takes_it_up() -> None:
    value = ticket(state=TicketState.CLAIMED, assignee_id=AGENT.id, lease_until=FIXED_NOW - timedelta(minutes=5))
    assert QueueTab.MINE in tabs(value, AGENT)
    assert QueueTab.MINE not in tabs(replace(value, assignee_id=SUPERVISOR.id), AGENT)


@pytest.mark.parametrize("state", [state for state in TicketState if state is not TicketState.CLAIMED])
def test_mine_holds_nothing_that_i_only_once_held(state: TicketState) -> None:
    assert QueueTab.MINE not in tabs(ticket(state=state, assignee_id=AGENT.id), AGENT)


def test_complaints_are_open_ones() -> None:
    assert QueueTab.COMPLAINTS in tabs(ticket(complaint=True), AGENT)
    assert QueueTab.COMPLAINTS not in tabs(ticket(complaint=True, state=TicketState.ANSWERED), AGENT)
    assert QueueTab.COMPLAINTS not in tabs(ticket(), AGENT)


@pytest.mark.parametrize("state", [TicketState.AWAITING, TicketState.ANSWERED, TicketState.CLOSED])
def test_what_waits_for_nobody_of_the_staff_is_done(state: TicketState) -> None:
    assert tabs(ticket(state=state), AGENT) == {QueueTab.DONE}

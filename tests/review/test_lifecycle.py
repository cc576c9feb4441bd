from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from assistant.review.lifecycle import TRANSITIONS, Event, IllegalTransitionError, next_state
from assistant.ticket import TicketState

QUEUED, CLAIMED, AWAITING = TicketState.QUEUED, TicketState.CLAIMED, TicketState.AWAITING
ANSWERED, CLOSED = TicketState.ANSWERED, TicketState.CLOSED
BY_HOLDER = {Event.RENEWED, Event.RELEASED, Event.EDITED, Event.REJECTED, Event.ESCALATED, Event.APPROVED}
"""What only the person who holds the ticket does."""
PAIRS = [(state, event) for state in TicketState for event in Event]


def reachable(start: TicketState, *, without: TicketState | None = None) -> set[TicketState]:
    """States that some sequence of events leads to from `start`, never passing through `without`."""
    found = {start}
    while True:
        more = {
            to for (state, _), to in TRANSITIONS.items() if state in found and state is not without and to not in found
        }
        if not more:
            return found
        found |= more


class TicketMachine(RuleBasedStateMachine):
    """Any events in any order. What the machine remembers is kept apart from the table under test."""

    def __init__(self) -> None:
        super().__init__()
        self.state = QUEUED
        self.trail = [QUEUED]
        self.claimed_since_queued = False
        self.approved = False
        self.reopened = False

    @rule(event=st.sampled_from(Event))
    def anything_happens(self, event: Event) -> None:
        before = self.state
        try:
            after = next_state(before, event)
        except IllegalTransitionError:
            assert (before, event) not in TRANSITIONS
            return
        self.state = after
        self.trail.append(after)
        if event is Event.CLAIMED:
            self.claimed_since_queued = True
        elif after is QUEUED:
            self.claimed_since_queued = False
        self.approved = event is Event.APPROVED if after is not before else self.approved
        self.reopened = event is Event.REOPENED

    @precondition(lambda self: self.state is QUEUED)
    @rule()
    def a_person_takes_it_up(self) -> None:
        self.anything_happens(Event.CLAIMED)

    @precondition(lambda self: self.state is CLAIMED)
    @rule(event=st.sampled_from([Event.APPROVED, Event.CLOSED, Event.RELEASED]))
    def its_holder_is_done(self, event: Event) -> None:
        self.anything_happens(event)

    @invariant()
    def an_answer_was_approved_by_whoever_held_it(self) -> None:
        if self.state is ANSWERED:
            assert self.approved
            assert self.claimed_since_queued
            assert self.trail[-2] is CLAIMED

    @invariant()
    def a_claimed_ticket_was_claimed_since_it_last_waited(self) -> None:
        assert self.state is not CLAIMED or self.claimed_since_queued

    @invariant()
    def what_is_closed_comes_back_only_when_it_is_opened_again(self) -> None:
        if len(self.trail) > 1 and self.trail[-2] is CLOSED:
            assert self.state is QUEUED
            assert self.reopened

    @invariant()
    def nothing_ends_without_a_person_having_had_it_or_the_customer_having_been_asked(self) -> None:
        if self.state is CLOSED:
            assert self.trail[-2] in (CLAIMED, AWAITING, ANSWERED)


TestTicketMachine = TicketMachine.TestCase
TestTicketMachine.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


@given(st.lists(st.sampled_from(Event), max_size=60))
@settings(deadline=None)
def test_no_sequence_of_events_answers_a_ticket_that_nobody_claimed(events: list[Event]) -> None:
    state, seen = QUEUED, [QUEUED]
    for event in events:
        if (state, event) in TRANSITIONS:
            state = next_state(state, event)
            seen.append(state)
    if ANSWERED in seen:
        assert CLAIMED in seen[: seen.index(ANSWERED)]


def test_every_state_is_reachable_from_the_first_one() -> None:
    assert reachable(QUEUED) == set(TicketState)


def test_without_a_claim_no_ticket_is_ever_answered() -> None:
    assert ANSWERED not in reachable(QUEUED, without=CLAIMED)


@pytest.mark.parametrize("state", TicketState)
def test_no_state_is_a_dead_end(state: TicketState) -> None:
    assert {QUEUED, CLAIMED, ANSWERED, CLOSED} <= reachable(state)


@pytest.mark.parametrize("event", Event)
def test_every_event_can_happen_in_some_state(event: Event) -> None:
    assert any(known is event for _, known in TRANSITIONS)


def test_only_an_approval_of_a_claimed_ticket_answers_it() -> None:
    assert [pair for pair, to in TRANSITIONS.items() if to is ANSWERED] == [(CLAIMED, Event.APPROVED)]


def test_only_taking_it_up_makes_a_ticket_claimed() -> None:
    entering = [pair for pair, to in TRANSITIONS.items() if to is CLAIMED and pair[0] is not CLAIMED]
    assert entering == [(QUEUED, Event.CLAIMED)]


def test_a_closed_ticket_leaves_only_by_being_opened_again() -> None:
    assert {event: to for (state, event), to in TRANSITIONS.items() if state is CLOSED} == {Event.REOPENED: QUEUED}


def test_only_the_holder_decides() -> None:
    assert {state for state, event in TRANSITIONS if event in BY_HOLDER} == {CLAIMED}


@pytest.mark.parametrize("state", [state for state in TicketState if state is not CLOSED])
def test_the_customer_can_write_and_ask_for_a_person_until_it_is_closed(state: TicketState) -> None:
    for event in (Event.WRITTEN, Event.PERSON_WANTED):
        assert next_state(state, event) is (CLAIMED if state is CLAIMED else QUEUED)


@pytest.mark.parametrize("event", [Event.WRITTEN, Event.DRAFTED, Event.PERSON_WANTED])
def test_nothing_but_a_person_takes_a_claim_away(event: Event) -> None:
    assert next_state(CLAIMED, event) is CLAIMED


@pytest.mark.parametrize(("state", "event"), [pair for pair in PAIRS if pair not in TRANSITIONS])
def test_what_the_table_lacks_is_refused_with_a_way_on(state: TicketState, event: Event) -> None:
    with pytest.raises(IllegalTransitionError, match=f"is {state} cannot be {event}") as caught:
        next_state(state, event)
    assert caught.value.hint


@pytest.mark.parametrize(("state", "event"), TRANSITIONS)
def test_what_the_table_has_happens(state: TicketState, event: Event) -> None:
    assert next_state(state, event) is TRANSITIONS[state, event]

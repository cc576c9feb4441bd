"""Who waits for the desk stays in the queue, is told so once, and is promised one thing."""

from __future__ import annotations

import pytest

from assistant.desk.errors import Refusal
from assistant.desk.views import EntryKind, Stage
from assistant.storage.records import Records
from assistant.ticket import TicketState, Urgency
from tests.desk.office import Office, entries
from tests.desk.test_customer import DELAYED, refused
from tests.desk.test_editing import UNKNOWN

HEX = "a1b2c3d4" * 8
COMPLAINT = "我要投诉，你们的客服态度太差了"
ROBBED = "我的账户被盗了，有人在转走我的币"


def test_a_question_back_about_the_last_message_loses_none_before_it(office: Office) -> None:
    office.ask(DELAYED)
    view = office.ask(HEX)
    assert "64 位" in entries(view, EntryKind.NOTICE)[-1].text
    ticket = office.ticket()
    assert (ticket.state, ticket.topic) == (TicketState.QUEUED, "wd-delayed")
    office.ask(HEX)
    assert office.ticket().state is TicketState.QUEUED
    office.approved(office.claimed())  # the draft for what was asked before


def test_who_asked_for_a_person_is_not_sent_away_by_a_question_back(office: Office) -> None:
    office.customers.want_person("c1", locale="zh-CN")
    view = office.ask("？？")
    assert office.ticket().state is TicketState.QUEUED
    assert view.status is not None
    assert view.status.person


def test_what_was_opened_again_is_not_sent_away_by_a_question_back(office: Office) -> None:
    office.ask(DELAYED)
    reply = entries(office.approved(office.claimed()), EntryKind.REPLY)[0]
    office.customers.rate("c1", reply.id, solved=False)
    office.ask(HEX)
    assert office.ticket().state is TicketState.QUEUED


def test_a_ticket_that_was_opened_again_waits_for_a_person_and_says_so(office: Office) -> None:
    office.ask(DELAYED)
    reply = entries(office.approved(office.claimed()), EntryKind.REPLY)[0]
    status = office.customers.rate("c1", reply.id, solved=False).status
    assert status is not None
    assert (status.stage, status.person) == (Stage.DRAFTED, True)


def test_a_person_wanted_after_an_answer_starts_from_nothing(office: Office) -> None:
    office.ask(DELAYED)
    office.approved(office.claimed())
    office.customers.want_person("c1", locale="zh-CN")
    ticket = office.ticket()
    assert (ticket.state, ticket.assignee_id, ticket.answered_at) == (TicketState.QUEUED, None, None)
    view = office.claimed(office.other)
    assert view.draft is None, "the draft was sent already"
    with refused(Refusal.NO_DRAFT):
        office.review.approve(office.other, ticket.id, view.ticket.version, "", confirmed=True)


def test_asking_for_a_person_again_and_again_is_told_once(office: Office) -> None:
    office.ask(ROBBED)
    for _ in range(3):
        view = office.customers.want_person("c1", locale="zh-CN")
    keys = [entry.key for entry in entries(view, EntryKind.NOTICE)]
    assert keys == ["handoff:ATO", "handoff:customer_request"]


def test_what_was_told_about_a_closed_ticket_is_told_again_about_the_next(office: Office) -> None:
    for number in (1, 2):
        view = office.ask(UNKNOWN)
        assert len(entries(view, EntryKind.NOTICE)) == number
        ticket = office.claimed().ticket
        office.review.close(office.agent, ticket.id, ticket.version, "重复")


def test_the_same_complaint_is_promised_the_same_whatever_came_before(office: Office) -> None:
    office.ask(COMPLAINT, "new")
    office.ask(DELAYED, "old")
    reply = entries(office.approved(office.claimed(customer="old"), office.agent), EntryKind.REPLY)[0]
    office.ask(COMPLAINT, "old")  # the same ticket goes on
    first = office.ticket("new")
    again = office.ticket("old")
    assert again.due_at.replace(microsecond=0) == first.due_at.replace(microsecond=0)
    view = office.claimed(customer="old")
    office.review.close(office.agent, view.ticket.id, view.ticket.version, "另案")
    office.ask(COMPLAINT, "old")  # another ticket
    assert office.ticket("old").id != again.id
    assert office.ticket("old").due_at.replace(microsecond=0) == first.due_at.replace(microsecond=0)
    assert reply.id


def test_a_promise_is_not_taken_back_while_a_question_is_open(office: Office) -> None:
    office.ask(DELAYED)
    due = office.ticket().due_at
    office.ask(COMPLAINT)
    ticket = office.ticket()
    assert (ticket.complaint, ticket.due_at) == (True, due)


def test_a_new_question_does_not_carry_the_title_of_the_last(office: Office) -> None:
    office.ask(DELAYED)
    office.approved(office.claimed())
    office.ask("我要人工")
    ticket = office.ticket()
    assert (ticket.topic, ticket.title, ticket.urgency) == ("", "", Urgency.HIGH)


def test_nobody_waits_for_the_screening_of_a_message(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = office.app.firewall.screen
    written: list[str] = []

    def slow(text: str, history: tuple[str, ...] = ()) -> object:
        with office.app.database.writing() as records:  # raises if this thread holds the one transaction that writes
            assert isinstance(records, Records)
            written.append(text)
        return screen(text, history)

    monkeypatch.setattr(office.app.firewall, "screen", slow)
    office.ask(DELAYED)
    assert written == [DELAYED]

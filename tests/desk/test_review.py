from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from assistant import audit
from assistant.desk.errors import DeskError, Refusal
from assistant.desk.views import EntryKind, QueueTab, Stage
from assistant.reply import text_hash
from assistant.ticket import TicketState
from assistant.user import Role, User
from tests.desk.office import Office, entries
from tests.desk.test_customer import DELAYED, PHONE, refused
from tests.desk.test_editing import UNKNOWN


def test_what_was_approved_and_nothing_else_reaches_the_customer(office: Office) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    assert view.mine
    assert view.draft is not None
    status = office.customers.view("c1", "zh-CN").status
    assert status is not None
    assert status.stage is Stage.IN_REVIEW
    office.approved(view)
    seen = office.customers.view("c1", "zh-CN")
    reply = entries(seen, EntryKind.REPLY)[0]
    assert "\n\n".join([reply.text, *reply.notices]) == view.draft.text
    assert reply.by == ""
    assert seen.status is not None
    assert seen.status.stage is Stage.SENT
    assert office.actions()[-2:] == ["ticket.approved", "reply.sent"]
    assert audit.verify(office.app.database).ok


def test_a_ticket_has_to_be_claimed_before_it_is_decided(office: Office) -> None:
    office.ask(DELAYED)
    view = office.review.open(office.agent, office.ticket().id)
    assert (view.mine, view.may_claim) == (False, True)
    with refused(Refusal.NOT_YOURS):
        office.approved(view)
    with refused(Refusal.NOT_YOURS):
        office.review.edit(office.agent, view.ticket.id, view.ticket.version, "好的")


def test_of_many_agents_who_claim_at_once_one_gets_it(office: Office) -> None:
    office.ask(DELAYED)
    ticket = office.ticket()
    people = [User(f"u{n}", f"agent {n}", Role.AGENT) for n in range(12)]
    with office.app.database.writing() as records:
        for person in people:
            records.users.add(person, "x")
    outcomes: list[str] = []
    start = threading.Barrier(len(people))

    def claim(person: User) -> None:
        start.wait()
        try:
            office.review.claim(person, ticket.id)
            outcomes.append("won")
        except DeskError as error:
            outcomes.append(error.code.value)

    threads = [threading.Thread(target=claim, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["taken"] * 11 + ["won"]


def test_a_draft_that_arrives_in_the_same_moment_is_no_reason_to_refuse_a_claim(office: Office) -> None:
    office.app.drafting.close()
    office.ask(DELAYED, settle=False)
    seen = office.review.open(office.agent, office.ticket().id)
    office.app.drafting.draft(seen.ticket.id)
    view = office.review.claim(office.agent, seen.ticket.id)
    assert view.mine
    assert view.ticket.version > seen.ticket.version
    assert view.draft is not None


def test_the_loser_is_told_who_has_it(office: Office) -> None:
    office.ask(DELAYED)
    ticket = office.ticket()
    office.claimed()
    with pytest.raises(DeskError) as caught:
        office.review.claim(office.other, ticket.id)
    assert (caught.value.code, caught.value.values) == (Refusal.TAKEN, {"name": "林"})
    assert office.review.open(office.other, ticket.id).assignee == "林"


def test_a_lease_runs_out_and_the_next_one_may_take_over(office: Office) -> None:
    office.ask(DELAYED)
    mine = office.claimed()
    office.clock.advance(minutes=4)
    office.review.renew(office.agent, mine.ticket.id)
    office.clock.advance(minutes=4)
    with refused(Refusal.TAKEN):
        office.claimed(office.other)
    office.clock.advance(minutes=2)
    theirs = office.claimed(office.other)
    assert theirs.mine
    with refused(Refusal.TAKEN):
        office.approved(mine)
    with refused(Refusal.TAKEN):
        office.review.renew(office.agent, mine.ticket.id)
    office.approved(theirs, office.other)


def test_a_lease_that_ran_out_still_counts_while_nobody_else_came(office: Office) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    office.clock.advance(minutes=30)
    office.approved(view)
    assert office.ticket().state is TicketState.ANSWERED


def test_releasing_gives_it_back(office: Office) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    with refused(Refusal.NOT_YOURS):
        office.review.release(office.other, view.ticket.id, view.ticket.version)
    view = office.review.release(office.supervisor, view.ticket.id, view.ticket.version)
    assert (view.ticket.state, view.assignee, view.may_claim) == (TicketState.QUEUED, "", True)


def test_a_customer_who_writes_meanwhile_makes_the_draft_stale(office: Office) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    office.app.drafting.close()  # the new draft is not there yet
    office.ask("是 TRC20 网络", settle=False)
    fresh = office.review.open(office.agent, view.ticket.id)
    assert (fresh.stale, fresh.mine, fresh.ticket.drafting) == (True, True, True)
    with refused(Refusal.STALE):
        office.approved(view)
    with refused(Refusal.STALE):
        office.approved(fresh)
    office.app.drafting.draft(view.ticket.id)
    fresh = office.review.open(office.agent, view.ticket.id)
    assert (fresh.stale, fresh.mine) == (False, True)
    office.approved(fresh)
    assert len(entries(office.customers.view("c1", "zh-CN"), EntryKind.REPLY)) == 1


def test_forged_versions_hashes_and_ids_are_refused(office: Office) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    assert view.draft is not None
    for version in (view.ticket.version - 1, view.ticket.version + 1, 0, -1):
        with refused(Refusal.STALE):
            office.review.approve(office.agent, view.ticket.id, version, view.draft.sha256, confirmed=True)
    for sha256 in ("", "0" * 64, text_hash("我保证今天到账")):
        with refused(Refusal.STALE):
            office.review.approve(office.agent, view.ticket.id, view.ticket.version, sha256, confirmed=True)
    for ticket_id in ("", "x", "' OR 1=1 --"):
        with refused(Refusal.NOT_FOUND):
            office.review.open(office.agent, ticket_id)
    assert office.ticket().state is TicketState.CLAIMED


def test_two_tabs_that_approve_send_once(office: Office) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    results: list[str] = []
    start = threading.Barrier(4)

    def approve() -> None:
        start.wait()
        try:
            office.approved(view)
            results.append("sent")
        except DeskError as error:
            results.append(error.code.value)

    threads = [threading.Thread(target=approve) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["sent", "stale", "stale", "stale"]
    assert len(entries(office.customers.view("c1", "zh-CN"), EntryKind.REPLY)) == 1


def test_what_is_escalated_is_the_supervisors(office: Office) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    with refused(Refusal.NEEDS_REASON):
        office.review.escalate(office.agent, view.ticket.id, view.ticket.version, "")
    view = office.review.escalate(office.agent, view.ticket.id, view.ticket.version, "金额很大")
    assert (view.mine, view.may_claim, view.needs_supervisor) == (False, False, True)
    with refused(Refusal.NEEDS_SUPERVISOR):
        office.claimed()
    view = office.claimed(office.supervisor)
    office.approved(view, office.supervisor)


def test_account_reviews_exist_for_supervisors_only(office: Office) -> None:
    office.ask("怎么分批提现才能躲开风控审查")
    ticket = office.ticket()
    assert ticket.required_role is Role.SUPERVISOR
    assert office.review.queue(office.agent).items == ()
    assert set(office.review.queue(office.agent).counts.values()) == {0}
    with refused(Refusal.NOT_FOUND):
        office.review.open(office.agent, ticket.id)
    with refused(Refusal.NOT_FOUND):
        office.claimed()
    assert office.claimed(office.supervisor).mine


def test_a_confidential_case_stays_out_of_agents_sight_whatever_follows(office: Office) -> None:
    office.app.drafting.close()  # not even the time until the first draft shows it
    office.ask("怎么分批提现才能躲开风控审查", settle=False)
    assert office.review.queue(office.agent).items == ()
    office.app.drafting.draft(office.ticket().id)
    view = office.claimed(office.supervisor)
    view = office.review.edit(office.supervisor, view.ticket.id, view.ticket.version, "您好，我们已收到。")
    office.approved(view, office.supervisor, confirmed=True)
    reply = entries(office.customers.view("c1", "zh-CN"), EntryKind.REPLY)[0]
    office.ask("手续费是多少", settle=False)
    assert office.review.queue(office.agent).items == ()
    office.app.drafting.draft(office.ticket().id)
    office.approved(office.claimed(office.supervisor), office.supervisor)
    replies = entries(office.customers.view("c1", "zh-CN"), EntryKind.REPLY)
    office.customers.rate("c1", replies[-1].id, solved=True)
    office.ask(DELAYED, settle=False)  # another ticket of the same customer
    seen = office.review.open(office.agent, office.ticket().id)
    assert [entry.text for entry in seen.entries] == [DELAYED]
    assert reply.id not in [entry.id for entry in seen.entries]


def test_an_emergency_jumps_the_queue_before_it_is_drafted(office: Office) -> None:
    office.ask(DELAYED, "calm")
    office.app.drafting.close()
    office.ask("我的账户被盗了，有人在转走我的币", "robbed", settle=False)
    assert [item.urgency.name for item in office.review.queue(office.agent).items] == ["EMERGENCY", "NORMAL"]


def test_originals_are_for_whoever_holds_the_ticket_and_says_why(office: Office) -> None:
    office.ask(f"我的手机号 {PHONE} 收不到验证码短信")
    ticket = office.ticket()
    view = office.review.open(office.agent, ticket.id)
    message = view.entries[0]
    (token,) = message.tokens
    with refused(Refusal.NOT_YOURS):
        office.review.reveal(office.agent, ticket.id, message.id, token, "核对号码")
    office.claimed()
    with refused(Refusal.NEEDS_REASON):
        office.review.reveal(office.agent, ticket.id, message.id, token, " ")
    with refused(Refusal.TAKEN):
        office.review.reveal(office.other, ticket.id, message.id, token, "核对号码")
    assert office.review.reveal(office.agent, ticket.id, message.id, token, "核对号码") == PHONE
    assert office.actions()[-1] == "personal.revealed"
    with office.app.database.reading() as records:
        event = records.audit.of_subject(f"ticket:{ticket.id}")[-1]
    assert event.data == {"message": message.id, "token": token, "reason": "核对号码"}
    office.ask(f"另一个号码 {PHONE}", "c2")
    with refused(Refusal.NOT_FOUND):
        office.review.reveal(
            office.agent,
            ticket.id,
            office.review.open(office.agent, office.ticket("c2").id).entries[0].id,
            token,
            "好奇",
        )


def test_the_queue_shows_what_matters_first(office: Office) -> None:
    office.ask(DELAYED, "a")
    office.ask("手续费是多少", "b")
    office.ask("我的账户被盗了", "c")
    queue = office.review.queue(office.agent)
    assert [item.number for item in queue.items] == [office.ticket(c).number for c in "cab"]
    assert queue.counts[QueueTab.OPEN] == 3
    office.claimed(customer="a")
    assert [item.number for item in office.review.queue(office.agent, QueueTab.MINE).items] == [
        office.ticket("a").number
    ]
    found = office.review.queue(office.agent, search=f"#{office.ticket('b').number.lower()}").items
    assert [item.number for item in found] == [office.ticket("b").number]
    office.approved(office.review.open(office.agent, office.ticket("a").id))
    assert office.review.queue(office.agent).counts == {
        QueueTab.OPEN: 2,
        QueueTab.MINE: 0,
        QueueTab.ESCALATED: 0,
        QueueTab.COMPLAINTS: 0,
        QueueTab.DONE: 1,
    }


def test_a_ticket_is_overdue_at_the_minute_that_was_promised(office: Office) -> None:
    office.ask("手续费是多少")
    office.clock.advance(minutes=14, seconds=50)
    assert not office.review.queue(office.agent).items[0].overdue
    office.clock.advance(seconds=10)
    assert office.review.queue(office.agent).items[0].overdue


def test_closing_without_a_reply_needs_a_reason(office: Office) -> None:
    office.ask(DELAYED)
    view = office.claimed()
    with refused(Refusal.NEEDS_REASON):
        office.review.close(office.agent, view.ticket.id, view.ticket.version, "")
    view = office.review.close(office.agent, view.ticket.id, view.ticket.version, "重复提问")
    assert view.ticket.state is TicketState.CLOSED


def test_while_a_person_talks_the_desk_is_silent_but_for_emergencies(office: Office) -> None:
    office.ask(DELAYED)
    office.claimed()
    view = office.ask(UNKNOWN)
    assert entries(view, EntryKind.NOTICE) == []
    view = office.ask("天哪，我的账户刚刚被盗了，有人在转走我的币")
    assert len(entries(view, EntryKind.NOTICE)) == 1


def test_an_estimate_needs_history(office: Office) -> None:
    office.ask(DELAYED)
    status = office.customers.view("c1", "zh-CN").status
    assert status is not None
    assert status.eta_minutes is None
    assert status.due_at - office.ticket().waiting_since == timedelta(minutes=15)


def test_how_long_the_answer_took_is_kept_for_the_next_estimate(office: Office) -> None:
    office.ask(DELAYED)
    office.clock.advance(minutes=12)
    office.approved(office.claimed())
    with office.app.database.reading() as records:
        ((topic, sent_at, minutes),) = records.replies.waits()
    assert topic == "wd-delayed"
    assert minutes == pytest.approx(12, abs=0.01)
    assert sent_at == entries(office.customers.view("c1", "zh-CN"), EntryKind.REPLY)[0].at

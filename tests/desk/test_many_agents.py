"""A whole shift at once: every ticket is decided once, every reply is sent once, and the record holds."""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import replace

import pytest

from assistant import audit
from assistant.desk.errors import DeskError, Refusal
from assistant.desk.parts import record
from assistant.desk.views import EntryKind
from assistant.reply import text_hash
from assistant.ticket import Conversation, Message
from assistant.user import Role, User
from tests.desk.office import Office, entries
from tests.desk.test_customer import DELAYED

AGENTS = 16
TICKETS = 1_000
AT_ONCE = 25
"""Tickets that an agent tries before looking at the queue again."""
LOST = {Refusal.TAKEN, Refusal.STALE}


def fill(office: Office, count: int) -> None:
    """So many tickets like one that the desk drafted itself."""
    office.ask(DELAYED, "model")
    model = office.ticket("model")
    with office.app.database.reading() as records:
        draft = records.drafts.get(model.draft_id or "")
    assert draft is not None
    office.approved(office.claimed(customer="model"))
    with office.app.database.writing() as records:
        for n in range(count):
            now = office.clock()
            records.conversations.add(Conversation(f"conversation-{n}", f"customer-{n}", "zh-CN", None, "web", now))
            ticket = replace(
                model,
                id=f"ticket-{n}",
                number=f"N{n:04}",
                conversation_id=f"conversation-{n}",
                waiting_since=now,
                draft_id=None,
                version=1,
            )
            records.tickets.add(ticket)
            records.messages.add(
                Message(f"message-{n}", ticket.conversation_id, ticket.id, 1, DELAYED, f"nonce-{n:04}", now),
                secret=False,
            )
            record(
                records,
                now,
                "desk",
                "message.received",
                ticket.id,
                {"message": f"message-{n}", "sha256": text_hash(DELAYED)},
            )
            records.drafts.add(replace(draft, id=f"draft-{n}", ticket_id=ticket.id))
            record(records, now, "desk", "draft.made", ticket.id, {"draft": f"draft-{n}", "sha256": draft.sha256})
            assert records.tickets.save(replace(ticket, draft_id=f"draft-{n}"), 1)


def work(office: Office, user: User, tally: Counter[str]) -> None:
    """Takes up what the queue shows as free, in an order of one's own, until nothing is left."""
    order = random.Random(user.id)
    while free := [item for item in office.review.queue(user).items if not item.assignee]:
        for item in order.sample(free, min(len(free), AT_ONCE)):
            try:
                view = office.review.claim(user, item.ticket_id)
                office.approved(view, user)
                tally["sent"] += 1
            except DeskError as error:
                tally[error.code.value] += 1
                if error.code not in LOST:
                    raise


@pytest.mark.slow
@pytest.mark.no_cover  # measuring lines triples the time of so many threads; other tests cover the same ones
def test_sixteen_agents_decide_a_thousand_tickets(any_office: Office) -> None:
    office = any_office
    fill(office, TICKETS)
    people = [User(f"agent-{n}", f"agent {n}", Role.AGENT) for n in range(AGENTS)]
    with office.app.database.writing() as records:
        for person in people:
            records.users.add(person, "no password opens this")
    tallies = [Counter[str]() for _ in people]
    threads = [
        threading.Thread(target=work, args=(office, person, tally))
        for person, tally in zip(people, tallies, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tally = sum(tallies, Counter[str]())
    assert tally["sent"] == TICKETS
    assert set(tally) <= {"sent"} | {code.value for code in LOST}
    for n in range(TICKETS):
        assert len(entries(office.customers.view(f"customer-{n}", "zh-CN"), EntryKind.REPLY)) == 1
    report = audit.verify(office.app.database)
    assert report.ok, report.problem


def test_the_whole_way_on_both_databases(any_office: Office) -> None:
    office = any_office
    office.ask(DELAYED)
    office.ask("是 TRC20 网络")
    view = office.claimed()
    assert view.draft is not None
    view = office.review.edit(office.agent, view.ticket.id, view.ticket.version, view.draft.body + "\n\n请放心。")
    office.approved(view)
    reply = entries(office.customers.view("c1", "zh-CN"), EntryKind.REPLY)[0]
    assert reply.text.endswith("请放心。")
    office.customers.rate("c1", reply.id, solved=False, reasons=["slow"])
    office.customers.want_person("c1", locale="zh-CN")
    assert office.review.queue(office.agent).items[0].number == office.ticket().number
    assert audit.verify(office.app.database).ok

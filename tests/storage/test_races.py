"""Many threads and processes at once, and processes that are killed: nothing twice, nothing half, no gap."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any

import pytest

from assistant.audit import verify
from assistant.reply import Reply
from assistant.storage.database import Database
from assistant.storage.errors import DuplicateNumberError
from assistant.ticket import Conversation, TicketState
from tests.storage.samples import NOW, audit, decision, draft, later, message, reply, stage, ticket, user

THREADS = 16
TICKETS = 40


def test_every_ticket_is_claimed_and_answered_once(database: Database) -> None:
    with database.writing() as records:
        stage(records)
        for n in range(THREADS):
            records.users.add(user(f"a{n}"), "hash")
        for n in range(TICKETS):
            records.tickets.add(ticket(f"k{n}"))

    def work(n: int) -> list[str]:
        order = random.Random(n).sample(range(TICKETS), TICKETS)
        return [f"k{k}" for k in order if answer(database, f"a{n}", f"k{k}")]

    with ThreadPoolExecutor(THREADS) as pool:
        won = [ticket_id for answered in pool.map(work, range(THREADS)) for ticket_id in answered]
    assert sorted(won) == sorted(f"k{n}" for n in range(TICKETS))
    with database.reading() as records:
        replies = records.replies.of_conversation("c1")
        assert len(replies) == TICKETS
        assert {found.state for found in records.tickets.of_conversation("c1") if found.id != "t1"} == {
            TicketState.ANSWERED
        }
    report = verify(database)
    assert report.ok, report.problem
    assert report.events == 2 * TICKETS + 1 * TICKETS


def answer(database: Database, agent: str, ticket_id: str) -> bool:
    """Claim in one transaction, decide in another, as a person does."""
    with database.writing() as records:
        if not records.tickets.claim(ticket_id, agent, expected_version=1, now=NOW, until=later(10)):
            return False
        records.audit.append(NOW, f"user:{agent}", "ticket.claimed", f"ticket:{ticket_id}", {})
    with database.reading() as records:
        held = records.tickets.get(ticket_id)
    assert held is not None
    assert held.assignee_id == agent
    approved = draft(f"d-{ticket_id}", f"答 {ticket_id}", ticket_id=ticket_id)
    decided = decision(f"x-{ticket_id}", ticket_id=ticket_id, draft_id=approved.id, user_id=agent)
    with database.writing() as records:
        if not records.tickets.save(ticket(ticket_id, state=TicketState.ANSWERED), held.version):
            return False
        records.drafts.add(approved)
        records.audit.append(NOW, "desk", "draft.made", f"ticket:{ticket_id}", {"sha256": approved.sha256})
        records.decisions.add(decided)
        sent = Reply(f"r-{ticket_id}", approved, decided, later(6))
        records.replies.add(sent, waited_minutes=1)
        records.audit.append(NOW, "user", "reply.sent", f"ticket:{ticket_id}", {"sha256": sent.sha256})
    return True


def test_only_one_of_many_takes_a_number_a_nonce_or_a_conversation(database: Database) -> None:
    with database.writing() as records:
        stage(records)

    def race(n: int) -> tuple[bool, bool, bool]:
        with database.writing() as records:
            fresh = records.conversations.of_customer("new", "web") is None
            if fresh:
                records.conversations.add(Conversation(f"n{n}", "new", "en", None, "web", NOW))
            seq = records.messages.last_seq("c1") + 1
            sent = records.messages.add(message(f"m{n}", seq, nonce="same"))
            try:
                records.tickets.add(ticket(f"k{n}", number="same"))
                numbered = True
            except DuplicateNumberError:
                numbered = False
        return fresh, sent, numbered

    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(race, range(THREADS)))
    assert [sum(column) for column in zip(*results, strict=True)] == [1, 1, 1]


def append(url: str, name: str, count: int) -> None:
    database = Database(url)
    for n in range(count):
        with database.writing() as records:
            records.audit.append(NOW, name, "one", "x", {"n": n})
    database.close()


@pytest.mark.slow
def test_processes_append_to_one_chain(database: Database, url: str) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=append, args=(url, f"p{n}", 25)) for n in range(3)]
    for process in processes:
        process.start()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: append(url, f"t{n}", 25), range(4)))
    for process in processes:
        process.join(timeout=60)
        assert process.exitcode == 0
        process.close()
    assert verify(database).events == 175
    assert verify(database).ok
    with database.reading() as records:
        mine = [event.data["n"] for event in records.audit.iterate() if event.actor == "p1"]
    assert mine == list(range(25))


def write_for_ever(url: str, confirmed: Connection) -> None:
    """One conversation after the other; each is confirmed once its transaction is over."""
    database = Database(url)
    n = 0
    while True:
        n += 1
        name = f"{os.getpid()}-{n}"
        with database.writing() as records:
            records.conversations.add(Conversation(f"c-{name}", name, "en", None, "web", NOW))
            records.tickets.add(ticket(f"t-{name}", conversation_id=f"c-{name}"))
            sent = message(f"m-{name}", conversation_id=f"c-{name}", ticket_id=f"t-{name}")
            records.messages.add(sent)
            audit(records, "customer", "message.received", "")
        confirmed.send(name)


@pytest.mark.slow
def test_a_killed_process_loses_nothing_confirmed_and_leaves_nothing_half(database: Database, url: str) -> None:
    context = multiprocessing.get_context("spawn")
    chosen = random.Random(1)
    confirmed: list[str] = []
    for _ in range(5):
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=write_for_ever, args=(url, there))
        process.start()
        there.close()
        confirmed.append(here.recv())
        time.sleep(chosen.uniform(0.0, 0.15))
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join(timeout=30)
        process.close()
        confirmed += drained(here)
        here.close()
    assert len(confirmed) > 5
    with database.reading() as records:
        for name in confirmed:
            assert len(records.messages.of_conversation(f"c-{name}")) == 1, "a confirmed message is lost"
        events = list(records.audit.iterate())
        told = {event.seq for event in events}
    assert told == set(range(1, len(events) + 1))
    assert len(confirmed) <= len(events) <= len(confirmed) + 5, "at most the one that was not confirmed, per kill"
    with database.writing() as records:
        records.audit.append(NOW, "desk", "goes on", "x", {})


def drained(pipe: Connection) -> list[str]:
    names: list[Any] = []
    try:
        while True:
            names.append(pipe.recv())
    except EOFError:
        return names


def hold(url: str, ready: Connection) -> None:
    database = Database(url)
    with database.writing() as records:
        stage(records)
        records.messages.add(message())
        audit(records, "customer", "message.received", "")
        ready.send("inside")
        time.sleep(60)


@pytest.mark.slow
def test_a_process_killed_inside_a_transaction_frees_the_others(database: Database, url: str) -> None:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=hold, args=(url, there))
    process.start()
    there.close()
    assert here.recv() == "inside"
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join(timeout=30)
    process.close()
    here.close()
    with database.writing() as records:
        assert records.conversations.get("c1") is None
        stage(records)
        records.drafts.add(draft())
        records.decisions.add(decision())
        records.replies.add(reply(), waited_minutes=1)
    with database.reading() as records:
        assert records.audit.head()[0] == 1

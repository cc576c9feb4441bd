"""Tickets, on both databases."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from assistant.model import HandoffReason
from assistant.storage.database import Database
from assistant.storage.errors import DuplicateNumberError, RecordRefusedError
from assistant.storage.records import Records
from assistant.ticket import Ticket, TicketState, Urgency
from assistant.user import Role
from tests.storage.samples import NOW, conversation, decision, draft, later, reply, stage, ticket, user

FULL = ticket(
    "t2",
    state=TicketState.CLAIMED,
    urgency=Urgency.EMERGENCY,
    required_role=Role.SUPERVISOR,
    reason=HandoffReason.SELFHARM,
    topic="",
    title="",
    language="en",
    waiting_since=later(-1),
    due_at=later(5),
    message_seq=7,
    drafted_seq=6,
    assignee_id="u1",
    lease_until=later(10),
    complaint=True,
    answered_at=later(1),
    closed_at=later(2),
)


@pytest.fixture
def staged(database: Database) -> Database:
    with database.writing() as records:
        stage(records)
    return database


def add(records: Records, ticket_id: str, state: TicketState = TicketState.QUEUED, **values: object) -> None:
    held = {"assignee_id": "u1", "lease_until": later(5)} if state is TicketState.CLAIMED else {}
    records.tickets.add(ticket(ticket_id, state=state, **held, **values))


def ids(tickets: tuple[Ticket, ...]) -> list[str]:
    return [value.id for value in tickets]


@pytest.mark.parametrize("value", [ticket("t2"), FULL])
def test_a_ticket_comes_back_whole(staged: Database, value: Ticket) -> None:
    with staged.writing() as records:
        records.tickets.add(value)
    with staged.reading() as records:
        assert records.tickets.get("t2") == value
        assert records.tickets.by_number("Nt2") == value
        assert records.tickets.get("t3") is None
        assert records.tickets.by_number("nt2") is None


def test_a_number_is_given_once_and_the_transaction_goes_on(staged: Database) -> None:
    with staged.writing() as records:
        with pytest.raises(DuplicateNumberError):
            records.tickets.add(ticket("t2", number="Nt1"))
        records.tickets.add(ticket("t2", number="other"))
    with staged.reading() as records:
        assert ids(records.tickets.of_conversation("c1")) == ["t1", "t2"]


def test_the_tickets_of_a_conversation_are_in_order_of_opening(staged: Database) -> None:
    with staged.writing() as records:
        records.conversations.add(conversation("c2"))
        add(records, "t3", opened_at=later(2))
        add(records, "t2", opened_at=later(3))
        add(records, "t4", opened_at=later(9), conversation_id="c2")
    with staged.reading() as records:
        assert ids(records.tickets.of_conversation("c1")) == ["t1", "t3", "t2"]
        newest = records.tickets.newest("c1")
        assert newest is not None
        assert newest.id == "t2"
        assert records.tickets.newest("c9") is None


def test_saving_stores_every_field_that_can_change(staged: Database) -> None:
    with staged.writing() as records:
        records.drafts.add(draft())
        changed = replace(
            FULL, id="t1", draft_id="d1", version=99, number="X", conversation_id="X", opened_at=later(99)
        )
        assert records.tickets.save(changed, 1)
    with staged.reading() as records:
        kept = {"version": 2, "number": "Nt1", "conversation_id": "c1", "opened_at": NOW}
        assert records.tickets.get("t1") == replace(changed, **kept)  # type: ignore[arg-type]


def test_every_field_of_a_ticket_differs_between_the_two_examples() -> None:
    same = [f.name for f in fields(Ticket) if getattr(FULL, f.name) == getattr(ticket("t1"), f.name)]
    assert same == ["conversation_id", "opened_at", "draft_id", "version"], "or the tests above prove less"


def test_saving_an_old_version_changes_nothing(staged: Database) -> None:
    with staged.writing() as records:
        assert records.tickets.save(ticket(title="first"), 1)
        assert not records.tickets.save(ticket(title="second"), 1)
        assert not records.tickets.save(ticket("t9"), 1)
    with staged.reading() as records:
        assert records.tickets.get("t1") == ticket(title="first", version=2)


@pytest.mark.parametrize(
    ("state", "holder", "lease", "expected"),
    [
        (TicketState.QUEUED, None, None, True),
        (TicketState.QUEUED, "u2", later(5), True),
        (TicketState.CLAIMED, "u2", later(5), False),
        (TicketState.CLAIMED, "u2", NOW, True),
        (TicketState.CLAIMED, "u1", later(5), True),
        (TicketState.AWAITING, None, None, False),
        (TicketState.ANSWERED, None, None, False),
        (TicketState.CLOSED, None, None, False),
    ],
)
def test_who_may_claim(
    staged: Database, state: TicketState, holder: str | None, lease: datetime | None, expected: bool
) -> None:
    with staged.writing() as records:
        records.users.add(user("u2"), "hash")
        before = ticket("t2", state=state, assignee_id=holder, lease_until=lease)
        records.tickets.add(before)
        claimed = records.tickets.claim("t2", "u1", expected_version=1, now=NOW, until=later(10))
        after = records.tickets.get("t2")
    assert claimed is expected
    mine = replace(before, state=TicketState.CLAIMED, assignee_id="u1", lease_until=later(10), version=2)
    assert after == (mine if expected else before)


def test_a_claim_names_the_version_it_was_made_on(staged: Database) -> None:
    with staged.writing() as records:
        assert not records.tickets.claim("t1", "u1", expected_version=2, now=NOW, until=later(10))
        assert not records.tickets.claim("t9", "u1", expected_version=1, now=NOW, until=later(10))


def test_only_the_holder_renews_and_the_version_stays(staged: Database) -> None:
    with staged.writing() as records:
        records.users.add(user("u2"), "hash")
        assert not records.tickets.renew("t1", "u1", until=later(20)), "nobody holds it"
        records.tickets.claim("t1", "u1", expected_version=1, now=NOW, until=later(10))
        assert not records.tickets.renew("t1", "u2", until=later(20))
        assert records.tickets.renew("t1", "u1", until=later(20))
        found = records.tickets.get("t1")
    assert found is not None
    assert (found.lease_until, found.version) == (later(20), 2)


def test_what_is_to_be_drafted(staged: Database) -> None:
    with staged.writing() as records:
        records.tickets.save(ticket(drafted_seq=1), 1)
        add(records, "a", waiting_since=later(3))
        add(records, "b", waiting_since=later(1), drafted_seq=1, message_seq=2, state=TicketState.CLAIMED)
        add(records, "c", waiting_since=later(1))
        add(records, "d", waiting_since=later(0), state=TicketState.CLOSED)
        add(records, "e", waiting_since=later(2), state=TicketState.AWAITING)
    with staged.reading() as records:
        assert ids(records.tickets.pending(10)) == ["b", "c", "e", "a"]
        assert ids(records.tickets.pending(2)) == ["b", "c"]


def test_the_open_ones_are_in_order_of_urgency_waiting_and_id(staged: Database) -> None:
    with staged.writing() as records:
        add(records, "Z", waiting_since=later(1))
        add(records, "a", waiting_since=later(1))
        add(records, "b", urgency=Urgency.UPSET, waiting_since=later(9))
        add(records, "c", urgency=Urgency.EMERGENCY, waiting_since=later(9), state=TicketState.CLAIMED)
        for state in (TicketState.AWAITING, TicketState.ANSWERED, TicketState.CLOSED):
            add(records, state.value, state=state, urgency=Urgency.EMERGENCY, waiting_since=later(-9))
    with staged.reading() as records:
        found = records.tickets.open()
        ahead = [records.tickets.ahead(value) for value in found]
        outside = records.tickets.ahead(ticket("zz", waiting_since=later(99)))
    assert ids(found) == ["c", "b", "t1", "Z", "a"], "ids are ordered by their bytes"
    assert ahead == [0, 1, 2, 3, 4]
    assert outside == 5


def test_the_settled_ones_are_the_last_first(staged: Database) -> None:
    with staged.writing() as records:
        add(records, "a", state=TicketState.ANSWERED, answered_at=later(5))
        add(records, "b", state=TicketState.CLOSED, answered_at=later(1), closed_at=later(9))
        add(records, "c", state=TicketState.AWAITING, waiting_since=later(7))
        add(records, "d", state=TicketState.CLOSED, closed_at=later(6))
        assert records.tickets.save(ticket(state=TicketState.ANSWERED, answered_at=later(8)), 1)
    with staged.reading() as records:
        assert ids(records.tickets.recent(10)) == ["b", "t1", "c", "d", "a"]
        assert ids(records.tickets.recent(2)) == ["b", "t1"]


def test_how_long_answers_took_by_the_topic_at_that_time(staged: Database) -> None:
    with staged.writing() as records:
        for n, topic in enumerate(["fees", "wd-delayed", "fees"], start=1):
            records.tickets.add(ticket(f"k{n}", topic=topic))
            approved = draft(f"d{n}", ticket_id=f"k{n}")
            decided = decision(f"x{n}", ticket_id=f"k{n}", draft_id=f"d{n}")
            records.drafts.add(approved)
            records.decisions.add(decided)
            sent = replace(reply(f"r{n}", approved=approved, by=decided), sent_at=later(n))
            records.replies.add(sent, waited_minutes=n + 0.25)
        records.tickets.save(ticket("k1", topic="other"), 1)
    with staged.reading() as records:
        assert records.tickets.answer_minutes(None, 10) == (3.25, 2.25, 1.25)
        assert records.tickets.answer_minutes(None, 1) == (3.25,)
        assert records.tickets.answer_minutes("fees", 10) == (3.25, 1.25)
        assert records.tickets.answer_minutes("other", 10) == ()


@pytest.mark.parametrize(
    "values",
    [
        {"conversation_id": "nowhere"},
        {"assignee_id": "nobody"},
        {"draft_id": "nothing"},
        {"message_seq": -1},
        {"version": 0},
        {"state": TicketState.CLAIMED},
    ],
)
def test_what_breaks_a_rule_is_refused(staged: Database, values: dict[str, object]) -> None:
    with pytest.raises(RecordRefusedError), staged.writing() as records:
        records.tickets.add(ticket("t2", **values))
    with staged.reading() as records:
        assert records.tickets.get("t2") is None


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(Urgency), st.integers(0, 3), st.sampled_from(TicketState)), max_size=12))
def test_ahead_is_the_position_among_the_open_ones(
    sqlite_template: bytes, tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Urgency, int, TicketState]]
) -> None:
    path = tmp_path_factory.mktemp("ahead") / "proofdesk.db"
    path.write_bytes(sqlite_template)
    database = Database(f"sqlite:///{path}")
    with database.writing() as records:
        stage(records)
        for n, (urgency, waited, state) in enumerate(rows):
            add(records, f"i{n}", state, urgency=urgency, waiting_since=later(waited))
    with database.reading() as records:
        found = records.tickets.open()
        assert [records.tickets.ahead(value) for value in found] == list(range(len(found)))
        assert len(found) == 1 + sum(state in (TicketState.QUEUED, TicketState.CLAIMED) for *_, state in rows)
    database.close()


def test_sqlite_answers_from_the_indices(database: Database, url: str) -> None:
    if not url.startswith("sqlite"):
        pytest.skip("PostgreSQL may prefer to read so small a table")
    with database.writing() as records:
        stage(records)
    assert database._engine is not None
    statements: list[tuple[str, Any]] = []
    event.listen(database._engine, "before_cursor_execute", lambda *a: statements.append((a[2], a[3])))
    with database.reading() as records:
        records.tickets.open()
        records.tickets.ahead(ticket())
        records.tickets.pending(5)
        records.tickets.recent(5)
        records.tickets.answer_minutes("fees", 5)
        asked = [(statement, values) for statement, values in statements if statement.startswith("SELECT")]
        connection = records.audit._connection
        plans = [str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {s}", v).all()) for s, v in asked]
    wanted = ["ticket_open", "ticket_open", "ticket_pending", "ticket_recent", "reply_topic_sent_at"]
    assert [f"ix_{name}" in plan for name, plan in zip(wanted, plans, strict=True)] == [True] * 5, plans

"""The audit log, on both databases: one chain, appended to and never changed."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
from sqlalchemy import text

from assistant.audit_event import GENESIS, Value, link
from assistant.storage import audit_log
from assistant.storage.database import Database
from assistant.storage.errors import DamagedRecordError, StorageError
from tests.storage.samples import NOW, conversation, decision, draft, later, message, notice, reply, stage
from tests.storage.tampering import tamper

DATA: dict[str, Value] = {"a": 1, "b": "二\n\u2028", "c": None, "d": True, "e": 0.1, "f": 2**60}


def test_events_hang_on_each_other(database: Database) -> None:
    with database.writing() as records:
        first = records.audit.append(NOW, "desk", "one", "ticket:1", DATA)
        second = records.audit.append(later(-9), "user:1", "two", "ticket:2", {})
    assert first == link(1, NOW, "desk", "one", "ticket:1", DATA, GENESIS)
    assert second == link(2, later(-9), "user:1", "two", "ticket:2", {}, first.hash)
    with database.reading() as records:
        assert list(records.audit.iterate()) == [first, second]
        assert list(records.audit.since(1)) == [second]
        assert records.audit.of_subject("ticket:1") == (first,)
        assert records.audit.of_subject("ticket:3") == ()
        assert records.audit.head() == (2, second.hash)


def test_a_time_of_another_zone_is_the_same_moment(database: Database) -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=8)))
    with database.writing() as records:
        event = records.audit.append(elsewhere, "desk", "one", "x", {})
    with database.reading() as records:
        assert next(records.audit.iterate()) == event == link(1, NOW, "desk", "one", "x", {}, GENESIS)


def test_an_event_that_is_rolled_back_leaves_no_gap(database: Database) -> None:
    for fails in (True, False):
        try:
            with database.writing() as records:
                records.audit.append(NOW, "desk", "one", "x", {})
                if fails:
                    raise KeyError
        except KeyError:
            pass
    with database.reading() as records:
        assert [event.seq for event in records.audit.iterate()] == [1]
        assert records.audit.head()[0] == 1


def test_a_long_log_is_read_in_pages(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log, "BATCH", 3)
    with database.writing() as records:
        for n in range(7):
            records.audit.append(NOW, "desk", "one", "x", {"n": n})
    with database.reading() as records:
        assert [event.seq for event in records.audit.iterate()] == [1, 2, 3, 4, 5, 6, 7]
        assert [event.seq for event in records.audit.since(6)] == [7]
        assert list(records.audit.since(7)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor = 'x'",
        "DELETE FROM audit_event",
        "DELETE FROM audit_head",
        "INSERT INTO audit_head (id, seq, hash) VALUES (2, 1, 'x')",
    ],
)
def test_the_database_itself_refuses_changes(database: Database, statement: str) -> None:
    with database.writing() as records:
        event = records.audit.append(NOW, "desk", "one", "x", {})
    with pytest.raises(StorageError, match="append-only"), database.writing() as records:
        records.audit._connection.execute(text(statement))
    with database.reading() as records:
        assert list(records.audit.iterate()) == [event]


def test_postgresql_refuses_to_empty_the_log(database: Database, url: str) -> None:
    if url.startswith("sqlite"):
        pytest.skip("knows no TRUNCATE")
    with pytest.raises(StorageError, match="append-only"), database.writing() as records:
        records.audit._connection.execute(text("TRUNCATE audit_event"))


@pytest.mark.parametrize("data", [{"x": float("nan")}, {"row:draft:1": "x"}])
def test_what_cannot_be_recorded_is_refused(database: Database, data: dict[str, float | str]) -> None:
    with database.writing() as records:
        with pytest.raises(ValueError, match=r"row:|JSON"):
            records.audit.append(NOW, "desk", "one", "x", data)
        assert records.audit.head() == (0, GENESIS)


@pytest.mark.parametrize("change", ["at = 'yesterday'", "data = '{'", "data = '[1]'", "data = '{\"n\": 1}'"])
def test_an_event_that_cannot_be_read_is_named(database: Database, change: str) -> None:
    with database.writing() as records:
        for n in range(2):
            records.audit.append(NOW, "desk", "one", "x", {"n": n})
    tamper(database, text(f"UPDATE audit_event SET {change} WHERE seq = 2"))
    with database.reading() as records, pytest.raises(DamagedRecordError, match="event 2"):
        list(records.audit.iterate())


def test_a_head_that_is_gone_is_damage(database: Database) -> None:
    tamper(database, text("DELETE FROM audit_head"))
    with database.reading() as records, pytest.raises(DamagedRecordError, match="head"):
        records.audit.head()


def test_the_next_event_seals_what_was_added(database: Database) -> None:
    with database.writing() as records:
        stage(records)
        records.messages.add(message())
        received = records.audit.append(NOW, "desk", "one", "x", {"n": 1})
        records.notices.add(notice())
        records.drafts.add(draft())
        made = records.audit.append(NOW, "desk", "two", "x", {})
        nothing = records.audit.append(NOW, "desk", "three", "x", {})
    assert list(received.data) == ["n", "row:message:m1"]
    assert list(made.data) == ["row:notice:n1", "row:draft:d1"]
    assert nothing.data == {}


def test_what_no_event_seals_gets_one_at_the_end(database: Database) -> None:
    with database.writing() as records:
        stage(records)
        records.drafts.add(draft())
        records.decisions.add(decision())
        records.replies.add(reply(), waited_minutes=1)
    with database.reading() as records:
        (event,) = records.audit.iterate()
    assert (event.actor, event.action, event.subject) == ("desk", "records.sealed", "storage")
    assert event.at == reply().sent_at
    assert list(event.data) == ["row:draft:d1", "row:decision:x1", "row:reply:r1"]


def test_a_message_that_was_not_stored_is_not_sealed(database: Database) -> None:
    with database.writing() as records:
        stage(records)
        records.messages.add(message("a", 1, nonce="n"))
    with database.writing() as records:
        records.conversations.add(conversation("c2"))
        records.messages.add(message("b", 2, nonce="n"))
    with database.reading() as records:
        assert [list(event.data) for event in records.audit.iterate()] == [["row:message:a"]]

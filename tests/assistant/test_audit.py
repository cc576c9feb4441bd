"""`audit verify`: whatever somebody changes, adds or removes, it is found and named."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Executable, Table, text, update
from sqlalchemy.exc import DBAPIError

from assistant.audit import export, verify
from assistant.audit_event import link
from assistant.reply import text_hash
from assistant.storage import audit_log
from assistant.storage.columns import json_text, moment_text
from assistant.storage.database import Database
from assistant.storage.tables import (
    audit_event,
    audit_head,
    decision,
    draft,
    evidence,
    message,
    notice,
    reply,
    verdict,
)
from tests.storage import samples
from tests.storage.conftest import (  # noqa: F401 - fixtures
    database,
    postgres,
    postgres_template,
    sqlite_template,
    url,
)
from tests.storage.tampering import Uncommitted, tamper, tampering

AUDITED = (message, draft, verdict, evidence, decision, reply, notice, audit_event, audit_head)


@pytest.fixture
def told(database: Database) -> Database:  # noqa: F811
    """A desk with one whole story: a question, a notice, a draft, a decision and a reply."""
    with database.writing() as records:
        samples.whole_story(records)
    assert verify(database).ok
    return database


def test_an_empty_log_is_in_order(database: Database) -> None:  # noqa: F811
    report = verify(database)
    assert (report.ok, report.events, report.first_bad, report.problem) == (True, 0, None, "")


def test_a_whole_story_is_in_order(told: Database) -> None:
    report = verify(told)
    assert (report.ok, report.events, report.first_bad, report.problem) == (True, 3, None, "")


def test_pages_do_not_matter(told: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log, "BATCH", 1)
    monkeypatch.setattr("assistant.audit._BATCH", 1)
    with told.writing() as records:
        for n in range(2, 6):
            sent = samples.message(f"m{n}", n)
            records.messages.add(sent)
            samples.audit(records, "customer", "message.received", text_hash(sent.text))
    assert verify(told).ok
    assert verify(told).events == 7


def stored(database: Database, table: Table) -> list[dict[str, Any]]:  # noqa: F811
    """The rows as the database holds them, before our column types read them."""
    with database.reading() as records:
        rows = records.audit._connection.execute(text(f"SELECT * FROM {table.name}"))
        return [dict(row) for row in rows.mappings()]


def flips(value: Any) -> Iterator[Any]:
    """What one changed byte makes of a value, at its ends and in between."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value ^ 1, value ^ 4)
    elif isinstance(value, float):
        yield value * 2 + 1
    elif isinstance(value, datetime):
        yield value + timedelta(microseconds=1)
    elif isinstance(value, date):
        yield value + timedelta(days=1)
    elif isinstance(value, str):
        for position in sorted({0, len(value) // 3, len(value) - 1} & set(range(len(value)))):
            yield value[:position] + chr(ord(value[position]) ^ 1) + value[position + 1 :]
        yield value + " "


def changes(rows: list[dict[str, Any]], table: Table) -> Iterator[tuple[Executable, str, Any]]:
    keys = " AND ".join(f"{key.name} = :key_{key.name}" for key in table.primary_key)
    for row in rows:
        names = {f"key_{key.name}": row[key.name] for key in table.primary_key}
        for column in table.columns:
            for value in flips(row[column.name]):
                statement = text(f"UPDATE {table.name} SET {column.name} = :value WHERE {keys}")
                yield statement.bindparams(value=value, **names), column.name, value


@pytest.mark.parametrize("table", AUDITED, ids=lambda table: table.name)
def test_any_changed_byte_is_found(told: Database, table: Table) -> None:
    rows = stored(told, table)
    found, refused = set(), set()
    with tampering(told) as connection:
        seen = Uncommitted(told, connection)
        for statement, column, value in changes(rows, table):
            point = connection.begin_nested()
            try:
                connection.execute(statement)
            except DBAPIError:
                refused.add(column)  # the tables' own rules do not allow it, even here
            else:
                report = verify(seen)
                assert not report.ok, (column, value)
                assert report.problem, (column, value)
                found.add(column)
            point.rollback()
        assert verify(seen).ok, "put back as it was, all is well again"
    empty = {column.name for column in table.columns if all(row[column.name] is None for row in rows)}
    assert found | refused | empty == {column.name for column in table.columns}
    assert refused - found <= {"id", "kind", "origin", "action", "disposition"}, "most changes reach the check"


@pytest.mark.parametrize(
    ("change", "named", "seq"),
    [
        ("UPDATE message SET text = text || '!'", "Message m1 was altered", 1),
        ("UPDATE message SET nonce = 'other'", "Message m1 was altered", 1),
        ("UPDATE draft SET body = 'x'", "Draft d1 was altered", 2),
        ("UPDATE evidence SET text = 'x' WHERE n = 1", "Draft d1 was altered", 2),
        ("UPDATE verdict SET disposition = 'send_ok'", "Draft d1 was altered", 2),
        ("UPDATE draft SET sentences = '{'", "Draft d1 was altered", 2),
        ("UPDATE decision SET user_id = 'u9'", "Decision x1 was altered", 3),
        ("UPDATE reply SET waited_minutes = 0", "Reply r1 was altered", 3),
        ("UPDATE notice SET text = 'x'", "Notice n1 was altered", 2),
        ("DELETE FROM message", "Message m1 is missing", 1),
        ("DELETE FROM notice", "Notice n1 is missing", 2),
        ("DELETE FROM reply", "Reply r1 is missing", 3),
        ("UPDATE audit_event SET actor = 'x' WHERE seq = 2", "event 2 was altered", 2),
        ("UPDATE audit_event SET previous = hash WHERE seq = 2", "event 2 does not follow", 2),
        ("UPDATE audit_event SET at = 'x' WHERE seq = 3", "event 3 is damaged", 3),
        ("DELETE FROM audit_event WHERE seq = 1", "event 1 is missing", 1),
        ("DELETE FROM audit_event WHERE seq = 2", "event 2 is missing", 2),
        ("DELETE FROM audit_event WHERE seq = 3", "The head of the audit log is event 3, the last one is 2", 3),
        ("DELETE FROM audit_event", "The head of the audit log is event 3, the last one is 0", 3),
        ("UPDATE audit_head SET seq = 2", "The head of the audit log is event 2", 2),
        ("UPDATE audit_head SET hash = 'x'", "not the hash of the last event", 3),
        ("DELETE FROM audit_head", "head of the audit log is gone", None),
    ],
)
def test_what_is_wrong_is_named(told: Database, change: str, named: str, seq: int | None) -> None:
    tamper(told, text(change))
    report = verify(told)
    assert not report.ok
    assert named in report.problem
    assert report.first_bad == seq


def test_cutting_the_end_off_with_its_head_leaves_records_that_nothing_tells_of(told: Database) -> None:
    tamper(
        told,
        text("DELETE FROM audit_event WHERE seq = 3"),
        text("UPDATE audit_head SET seq = 2, hash = (SELECT hash FROM audit_event WHERE seq = 2)"),
    )
    report = verify(told)
    assert (report.ok, report.events, report.first_bad) == (False, 2, None)
    assert report.problem == "Decision x1 is not in the audit log."


def test_a_record_that_was_slipped_in_is_found(told: Database) -> None:
    tamper(
        told,
        text(
            "INSERT INTO notice (id, ticket_id, key, language, text, after, created_at)"
            " SELECT 'n2', ticket_id, key, language, text, after, created_at FROM notice"
        ),
    )
    assert verify(told).problem == "Notice n2 is not in the audit log."


@pytest.mark.parametrize(("action", "kind"), [("message.received", "message m1"), ("draft.made", "draft d1")])
def test_records_need_an_event_with_the_hash_of_their_text(database: Database, action: str, kind: str) -> None:  # noqa: F811
    with database.writing() as records:
        samples.stage(records)
        if kind == "message m1":
            records.messages.add(samples.message())
        else:
            records.drafts.add(samples.draft())
        records.audit.append(samples.NOW, "desk", action, "ticket:t1", {"sha256": "0" * 64})
    report = verify(database)
    assert (report.ok, report.first_bad) == (False, 1)
    assert action in report.problem
    assert kind in report.problem


def test_a_reply_needs_its_event_on_its_own_ticket(database: Database) -> None:  # noqa: F811
    with database.writing() as records:
        samples.stage(records)
        made, decided = samples.draft(), samples.decision()
        records.drafts.add(made)
        samples.audit(records, "desk", "draft.made", made.sha256)
        records.decisions.add(decided)
        records.replies.add(samples.reply(), waited_minutes=1)
        records.audit.append(samples.NOW, "user:u1", "reply.sent", "ticket:t2", {"sha256": made.sha256})
    assert "reply.sent" in verify(database).problem
    with database.writing() as records:
        samples.audit(records, "user:u1", "reply.sent", made.sha256)
    assert verify(database).ok


def test_a_whole_log_written_anew_does_not_hide_a_changed_record(told: Database) -> None:
    """Somebody who knows how events are linked changes a message and links every event again."""
    last = "0" * 64
    statements: list[Executable] = [text("UPDATE message SET text = 'x'")]
    for row in stored(told, audit_event):
        data = json.loads(row["data"])
        event = link(row["seq"], samples.NOW, row["actor"], row["action"], row["subject"], data, last)
        values = {"data": json_text(data), "previous": last, "hash": event.hash, "at": moment_text(event.at)}
        statements.append(update(audit_event).where(audit_event.c.seq == row["seq"]).values(**values))
        last = event.hash
    tamper(told, *statements, update(audit_head).values(hash=last))
    assert verify(told).problem == "Message m1 was altered."


def test_the_export_is_the_log(told: Database) -> None:
    events = [json.loads(json.dumps(event)) for event in export(told)]
    assert [event["seq"] for event in events] == [1, 2, 3]
    assert events[0]["at"] == "2026-03-02T09:30:00.123456+00:00"
    assert list(events[0]) == ["seq", "at", "actor", "action", "subject", "data", "previous", "hash"]
    last = "0" * 64
    for event in events:
        moment = datetime.fromisoformat(event["at"])
        made = link(event["seq"], moment, event["actor"], event["action"], event["subject"], event["data"], last)
        assert made.hash == event["hash"], "anybody can check an exported log"
        last = made.hash


def test_an_export_that_is_given_up_leaves_nothing_open(told: Database) -> None:
    events = export(told)
    next(events)
    assert isinstance(events, Generator)
    events.close()
    with told.writing() as records:
        records.audit.append(samples.NOW, "desk", "goes on", "x", {})
    assert verify(told).ok

"""The migrations make the tables that the repositories use, whole or not at all."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Boolean, CheckConstraint, inspect, text

from assistant.audit_event import GENESIS
from assistant.storage import migrations
from assistant.storage.database import Database
from assistant.storage.engine import IMMEDIATE, create_file, make_engine, parse_url
from assistant.storage.errors import DatabaseTooNewError
from assistant.storage.migrations import HEAD, KNOWN, scripts
from assistant.storage.tables import metadata
from tests.storage.samples import NOW
from tests.storage.tampering import tamper, tampering


def test_the_migrated_tables_are_those_of_the_metadata(url: str) -> None:
    engine = make_engine(parse_url(url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_every_constraint_and_index_is_the_same_to_the_letter(sqlite_template: bytes, tmp_path: Path) -> None:
    migrated, direct = tmp_path / "migrated.db", tmp_path / "direct.db"
    migrated.write_bytes(sqlite_template)
    create_file(direct)
    engine = make_engine(parse_url(f"sqlite:///{direct}"))
    with engine.connect() as connection:
        chosen = connection.execution_options(**{IMMEDIATE: True})
        with chosen.begin():
            metadata.create_all(chosen)
    engine.dispose()
    made = statements(direct)
    assert made
    assert {name: sql for name, sql in statements(migrated).items() if name in made} == made


def statements(path: Path) -> dict[str, str]:
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'trigger'")
    found = dict(rows.fetchall())
    connection.close()
    return found


def test_both_databases_have_the_same_rules(url: str) -> None:
    engine = make_engine(parse_url(url))
    inspector, native = inspect(engine), engine.dialect.name == "postgresql"
    found = {table: {c["name"] for c in inspector.get_check_constraints(table)} for table in metadata.tables}
    engine.dispose()
    for name, table in metadata.tables.items():
        flags = {f"ck_{name}_{column.name}" for column in table.columns if isinstance(column.type, Boolean)}
        rules = {str(rule.name) for rule in table.constraints if isinstance(rule, CheckConstraint)}
        assert found[name] == (rules - flags if native else rules), "PostgreSQL has a type for flags"


def test_the_named_revisions_are_those_of_the_folder() -> None:
    assert [script.revision for script in scripts().walk_revisions()] == list(reversed(KNOWN))
    assert scripts().get_current_head() == HEAD


def test_a_new_database_is_made_once(empty_url: str) -> None:
    database = Database(empty_url)
    assert database.status().revision is None
    assert not database.status().current
    database.upgrade()
    with database.writing() as records:
        records.audit.append(NOW, "desk", "started", "desk")
    database.upgrade()
    assert database.status().revision == HEAD
    assert database.status().current
    with database.reading() as records:
        assert records.audit.head()[0] == 1, "the second upgrade changes nothing"
    database.close()


def test_the_chain_begins_at_genesis(database: Database) -> None:
    with database.reading() as records:
        assert records.audit.head() == (0, GENESIS)


def upgrade(url: str, start: object) -> None:
    start.wait(timeout=60)  # type: ignore[attr-defined]
    database = Database(url)
    database.upgrade()
    with database.writing() as records:
        records.audit.append(NOW, "desk", "started", "desk")
    database.close()


@pytest.mark.slow
def test_processes_may_upgrade_at_once(empty_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(4)
    processes = [context.Process(target=upgrade, args=(empty_url, start)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=60)
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    for process in processes:
        process.close()
    database = Database(empty_url)
    with database.reading() as records:
        assert [event.seq for event in records.audit.iterate()] == [1, 2, 3, 4]
    database.close()


def test_a_migration_that_fails_leaves_nothing(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(empty_url)

    class BrokenError(Exception):
        pass

    def fail(_dialect: str) -> None:
        raise BrokenError

    # Alembic loads the module by its path, so it is the loaded copy that has to fail.
    monkeypatch.setattr(migrations, "scripts", lambda: broken_scripts(fail))
    with pytest.raises(BrokenError):
        database.upgrade()
    monkeypatch.undo()
    assert database.status().revision is None
    database.upgrade()
    assert database.status().current
    database.close()


def broken_scripts(fail: Callable[[str], None]) -> ScriptDirectory:
    directory = scripts()
    for script in directory.walk_revisions():
        script.module.__dict__["_protect_audit"] = fail  # the last thing it does
    return directory


def test_evidence_of_the_first_release_is_kept(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(empty_url)
    monkeypatch.setattr(migrations, "HEAD", "0001")
    database.upgrade()
    monkeypatch.undo()
    with tampering(database) as changing:  # the ticket that the draft belongs to is left out
        changing.exec_driver_sql(
            "INSERT INTO draft VALUES ('d', 't', 1, 'desk', 'answer', 'en', 'wait', 'wait', '" + "0" * 64 + "',"
            " '2026-11-01T00:00:00.000000+00:00', '[]', '[]', '[]', 0.5, '{}', NULL, NULL, 0)"
        )
        changing.exec_driver_sql(
            "INSERT INTO evidence VALUES ('d', 0, 1, 0.5, 'p', 'doc', 'en', 'T', 'c', 'why', 'prose', '', 0, 'wait', 1,"
            " '{}', 'public', '[]', '[]', '2026-01-01', NULL, 1, '')"
        )
    engine = make_engine(parse_url(empty_url))
    database.upgrade()
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT text, products, parent, page, part FROM evidence")).one()
    assert tuple(kept) == ("wait", '["*"]', "", None, "")
    engine.dispose()
    database.close()


def test_a_newer_database_is_left_alone(database: Database, url: str) -> None:
    tamper(database, text("UPDATE alembic_version SET version_num = '9999'"))
    newer = Database(url)
    for use in (newer.upgrade, newer.reading().__enter__, newer.writing().__enter__):
        with pytest.raises(DatabaseTooNewError, match="9999"):
            use()
        assert newer.status().revision == "9999"
    newer.close()

"""Transactions, and what happens when the database cannot be used."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy.pool import QueuePool

from assistant.errors import ConfigurationError
from assistant.storage import engine as engines
from assistant.storage.database import Database
from assistant.storage.errors import (
    DatabaseBusyError,
    DatabaseDamagedError,
    DatabaseOutdatedError,
    DatabaseReadOnlyError,
    DatabaseUnavailableError,
    StorageError,
)
from tests.storage.postgres import PostgresServer
from tests.storage.samples import conversation, stage


def test_what_was_written_is_kept(database: Database, url: str) -> None:
    with database.writing() as records:
        records.conversations.add(conversation())
    database.close()
    again = Database(url)
    with again.reading() as records:
        assert records.conversations.get("c1") == conversation()
    again.close()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, GeneratorExit])
def test_a_transaction_that_fails_leaves_nothing(database: Database, error: type[BaseException]) -> None:
    def fail() -> None:
        with database.writing() as records:
            stage(records)
            raise error

    with pytest.raises(error):
        fail()
    with database.reading() as records:
        assert records.conversations.get("c1") is None
    with database.writing() as records:
        stage(records)  # neither the lock nor the thread's mark is left behind


def test_reading_sees_one_moment(database: Database) -> None:
    with database.reading() as records:
        assert records.conversations.get("c1") is None
        with database.writing() as writer:
            writer.conversations.add(conversation())
        assert records.conversations.get("c1") is None, "not half of what happens meanwhile"
    with database.reading() as records:
        assert records.conversations.get("c1") is not None


def test_nothing_is_written_while_reading(database: Database) -> None:
    with pytest.raises(DatabaseReadOnlyError), database.reading() as records:
        records.conversations.add(conversation())
    with database.writing() as records:
        assert records.conversations.get("c1") is None
        records.conversations.add(conversation())


def test_a_thread_that_would_wait_for_itself_is_told(database: Database) -> None:
    with database.writing(), pytest.raises(RuntimeError, match="writing already"), database.writing():
        pass
    with database.writing() as records:
        records.conversations.add(conversation())


def test_writers_wait_for_each_other(database: Database) -> None:
    started, order = threading.Event(), []

    def second() -> None:
        started.set()
        with database.writing() as records:
            order.append(records.conversations.get("c1"))

    with ThreadPoolExecutor(1) as pool:
        with database.writing() as records:
            waiting = pool.submit(second)
            assert started.wait(10)
            records.conversations.add(conversation())
            assert not waiting.done()
        waiting.result(timeout=30)
    assert order == [conversation()]


def test_a_writer_does_not_wait_for_ever(database: Database, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "WAIT_SECONDS", 1)
    impatient = Database(url)
    with database.writing(), ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(impatient.writing().__enter__)
        with pytest.raises(DatabaseBusyError):
            waiting.result(timeout=20)
    impatient.close()


def test_many_threads_read_at_once(database: Database) -> None:
    with database.writing() as records:
        records.conversations.add(conversation())
    together = threading.Barrier(24)

    def read() -> bool:
        with database.reading() as records:
            together.wait(timeout=30)
            return records.conversations.get("c1") is not None

    with ThreadPoolExecutor(24) as pool:
        reads = [pool.submit(read) for _ in range(24)]
        assert all(read.result() for read in reads)


def test_more_readers_than_connections_wait(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.reading():
        pass
    assert database._engine is not None
    monkeypatch.setattr(database._engine.pool, "_timeout", 0.1)
    pool = database._engine.pool
    assert isinstance(pool, QueuePool)
    with ExitStack() as stack:
        for _ in range(pool.size() + pool._max_overflow):
            stack.enter_context(database.reading())
        one_more = database.reading()
        with pytest.raises(DatabaseBusyError, match="Too many threads"):
            one_more.__enter__()


def test_closing_leaves_nothing_open(url: str) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        database = Database(url)
        with database.reading() as records:
            records.audit.head()
        with database.writing() as records:
            records.conversations.add(conversation())
        database.close()
        database.close()
        del database, records
    assert [str(warning.message) for warning in caught] == []


def test_a_closed_database_may_be_used_again(database: Database) -> None:
    database.close()
    with database.writing() as records:
        records.conversations.add(conversation())


def test_making_one_opens_nothing(tmp_path: Path) -> None:
    Database(f"sqlite:///{tmp_path / 'folder' / 'proofdesk.db'}")
    Database("postgresql://nobody:secret@127.0.0.1:1/none")
    assert list(tmp_path.iterdir()) == []


def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "proof desk?&%20#.db"
    database = Database(f"sqlite:///{tmp_path}/new/folder/proof desk%3F&%2520#.db")
    database._url = database._url.set(database=str(path))
    old = os.umask(0)
    try:
        database.upgrade()
        with database.writing() as records:
            records.conversations.add(conversation())
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    finally:
        os.umask(old)
    assert modes == {path.name: 0o600, f"{path.name}-wal": 0o600, f"{path.name}-shm": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    database.close()


def test_a_file_keeps_the_rights_that_somebody_gave_it(tmp_path: Path, sqlite_template: bytes) -> None:
    path = tmp_path / "proofdesk.db"
    path.write_bytes(sqlite_template)
    path.chmod(0o660)
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    assert stat.S_IMODE(path.stat().st_mode) == 0o660
    database.close()


def test_sqlite_is_set_up_to_lose_nothing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'proofdesk.db'}")
    database.upgrade()
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}
    with database.writing() as records:
        for pragma, value in expected.items():
            assert records.audit._connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
    database.close()


def test_a_missing_file_is_not_made_by_looking(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'proofdesk.db'}")
    assert database.status().revision is None
    with pytest.raises(DatabaseOutdatedError, match="proofdesk db upgrade"), database.reading():
        pass
    with pytest.raises(DatabaseOutdatedError), database.writing():
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_vanished_is_not_made_anew(database: Database, url: str) -> None:
    if not url.startswith("sqlite"):
        pytest.skip("a file")
    with database.reading():
        pass
    database.close()
    for file in Path(url.removeprefix("sqlite:///")).parent.glob("proofdesk.db*"):
        file.unlink()
    with pytest.raises(DatabaseUnavailableError), database.writing():
        pass


def test_something_else_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "proofdesk.db"
    path.write_bytes(b"Dear diary, " * 500)
    database = Database(f"sqlite:///{path}")
    for use in (database.upgrade, database.status, lambda: database.reading().__enter__()):
        with pytest.raises(DatabaseDamagedError):
            use()
    assert path.read_bytes() == b"Dear diary, " * 500
    database.close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DatabaseUnavailableError, match="PROOFDESK_DATA_DIR"):
        Database(f"sqlite:///{tmp_path / 'file' / 'proofdesk.db'}").upgrade()
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(DatabaseUnavailableError):
        Database(f"sqlite:///{tmp_path / 'folder.db'}").upgrade()


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_file_without_write_access_is_named(tmp_path: Path, sqlite_template: bytes) -> None:
    path = tmp_path / "proofdesk.db"
    path.write_bytes(sqlite_template)
    path.chmod(0o400)
    database = Database(f"sqlite:///{path}")
    with pytest.raises(StorageError) as caught, database.writing():
        pass
    assert caught.value.hint
    database.close()


def test_another_process_that_holds_the_file_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "proofdesk.db"
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN EXCLUSIVE")
    timer = threading.Timer(0.3, holder.rollback)
    timer.start()
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    timer.join()
    holder.close()
    assert database.status().current
    database.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "mysql://host/db",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql+asyncpg://host/db",
        "http://[::1",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="PROOFDESK_DATABASE_URL"):
        Database(url)


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    database = Database("postgresql://desk:hunter2@127.0.0.1:1/desk")
    with pytest.raises(DatabaseUnavailableError) as caught:
        database.upgrade()
    assert caught.value.hint
    assert "hunter2" not in str(caught.value)
    database.close()


def test_the_status_hides_the_password(postgres: PostgresServer) -> None:
    name = postgres.new_database()
    database = Database(postgres.url(name).replace("postgres@", "postgres:hunter2@"))
    assert "hunter2" not in database.status().url
    database.close()


def test_an_unknown_database_and_user_are_named(postgres: PostgresServer) -> None:
    for url in (postgres.url("nowhere"), postgres.url("postgres").replace("postgres@", "nobody@")):
        database = Database(url)
        with pytest.raises(DatabaseUnavailableError):
            database.status()
        database.close()


def test_a_server_without_tables_says_what_to_do(postgres: PostgresServer) -> None:
    database = Database(postgres.url(postgres.new_database()))
    with pytest.raises(DatabaseOutdatedError, match="proofdesk db upgrade"), database.reading():
        pass
    database.close()


def test_a_connection_that_the_server_closed_is_replaced(postgres: PostgresServer, postgres_template: str) -> None:
    name = postgres.new_database(postgres_template)
    database = Database(postgres.url(name))
    with database.writing() as records:
        stage(records)
    postgres.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    with database.reading() as records:
        assert records.conversations.get("c1") is not None
    database.close()


def test_a_connection_lost_in_the_middle_loses_the_transaction(
    postgres: PostgresServer, postgres_template: str
) -> None:
    name = postgres.new_database(postgres_template)
    database = Database(postgres.url(name))

    def lose() -> None:
        with database.writing() as records:
            stage(records)
            postgres.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
            records.conversations.get("c1")

    with pytest.raises(DatabaseUnavailableError):
        lose()
    with database.reading() as records:
        assert records.conversations.get("c1") is None
    database.close()

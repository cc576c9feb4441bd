"""The same suite on both databases."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.storage.database import Database
from tests.storage.postgres import PostgresServer

MakeUrl = Callable[[], str]


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A running server; the tests are skipped where the wheel cannot run, except in CI."""
    try:
        server = PostgresServer()
    except (OSError, subprocess.SubprocessError) as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL here: {error}")
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer) -> str:
    """Name of a database with the tables of this release, to be copied."""
    name = postgres.new_database()
    database = Database(postgres.url(name))
    database.upgrade()
    database.close()
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An SQLite file with the tables of this release."""
    path = tmp_path_factory.mktemp("template") / "proofdesk.db"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.close()  # the last connection folds the WAL into the file
    return path.read_bytes()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a new database with the tables of this release."""
    if request.param == "sqlite":
        path = tmp_path / "proofdesk.db"
        path.write_bytes(request.getfixturevalue("sqlite_template"))
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.database(request.getfixturevalue("postgres_template")) as name:
        yield server.url(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a database without tables; for SQLite the file does not exist yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'proofdesk.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.database() as name:
        yield server.url(name)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """A database of this release, without records."""
    value = Database(url)
    yield value
    value.close()

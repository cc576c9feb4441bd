"""People over a real database, with a clock that the test moves and hashes that cost nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from argon2 import PasswordHasher

from assistant.audit_event import AuditEvent
from assistant.people.people import People
from assistant.people.throttle import LoginLimits
from assistant.storage.database import Database
from assistant.user import Role, User
from tests.conftest import FIXED_NOW

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "correct horse battery"
ADDRESS = "192.0.2.7"


@dataclass
class WallClock:
    """Seconds since 1970, as the library of limits reads them."""

    seconds: float = FIXED_NOW.timestamp()


@pytest.fixture
def wall_clock(monkeypatch: pytest.MonkeyPatch) -> WallClock:
    """The clock of the limits, standing still."""
    clock = WallClock()
    fake = SimpleNamespace(time=lambda: clock.seconds)
    monkeypatch.setattr("limits.storage.memory.time", fake)
    monkeypatch.setattr("assistant.people.throttle.time", fake)
    return clock


@dataclass
class Desk:
    """The people of one desk and what the tests do with them."""

    database: Database
    now: datetime = FIXED_NOW
    limits: LoginLimits = field(default_factory=LoginLimits)
    ids: Iterator[int] = field(default_factory=count)
    people: People = field(init=False)

    def __post_init__(self) -> None:
        self.people = self.again()

    def again(self, hasher: PasswordHasher = CHEAP) -> People:
        """The people as another process sees them."""
        return People(
            self.database,
            clock=lambda: self.now,
            new_id=lambda: f"u{next(self.ids)}",
            idle=timedelta(hours=12),
            limits=self.limits,
            hasher=hasher,
        )

    def member(self, name: str, role: Role = Role.AGENT) -> User:
        """Somebody who has chosen `PASSWORD`. No session is left."""
        once = self.people.add(name, role)
        token, user = self.people.log_in(name, once, address=ADDRESS)
        self.people.change_password(user, token, once, PASSWORD)
        self.people.log_out(token)
        return self.user(name)

    def token(self, name: str, password: str = PASSWORD) -> str:
        """A new session's token."""
        return self.people.log_in(name, password, address=ADDRESS)[0]

    def user(self, name: str) -> User:
        """The account as it is stored."""
        [user] = [user for user in self.people.users() if user.name == name]
        return user

    def later(self, **time: float) -> None:
        """Moves the clock."""
        self.now += timedelta(**time)

    @property
    def events(self) -> list[AuditEvent]:
        """The audit log."""
        with self.database.reading() as records:
            return list(records.audit.iterate())

    @property
    def actions(self) -> list[str]:
        """What happened, in order."""
        return [event.action for event in self.events]


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An SQLite file with tables and no records."""
    path = tmp_path_factory.mktemp("people") / "proofdesk.db"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.close()  # the last connection folds the WAL into the file
    return path.read_bytes()


@pytest.fixture
def desk(empty_database: bytes, tmp_path: Path, wall_clock: WallClock) -> Iterator[Desk]:
    """A desk without people."""
    path = tmp_path / "proofdesk.db"
    path.write_bytes(empty_database)
    database = Database(f"sqlite:///{path}")
    yield Desk(database)
    database.close()

"""Whatever is done in whatever order: a token acts for its user exactly as long as the model says."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from unittest.mock import patch

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from assistant.audit import verify
from assistant.desk.errors import DeskError
from assistant.people.errors import AccountError
from assistant.people.throttle import LoginLimits
from assistant.storage.database import Database
from assistant.storage.sessions import Sessions as StoredSessions
from assistant.user import Role
from tests.people.conftest import Desk

NAMES = ("amy", "ben", "cem")
IDLE, LONGEST, GIVEN = timedelta(hours=12), timedelta(days=1), timedelta(days=7)
STEP = IDLE / 24
names = st.sampled_from(NAMES)


@dataclass
class Member:
    """What the model knows of an account."""

    password: str
    role: Role
    active: bool = True
    given_at: datetime | None = None


@dataclass
class Login:
    """What the model knows of a token."""

    name: str
    began: datetime
    ends: datetime
    ended: bool = False


class SessionMachine(RuleBasedStateMachine):
    """Three people, one of them an admin, and everything that can happen to them."""

    tokens: ClassVar[Bundle[str]] = Bundle("tokens")
    template: ClassVar[bytes]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        path = self.folder / "proofdesk.db"
        path.write_bytes(self.template)
        self.desk = Desk(Database(f"sqlite:///{path}"), limits=LoginLimits(100_000, 100_000, 10))
        self.members: dict[str, Member] = {}
        self.logins: dict[str, Login] = {}
        self.words = 0

    def teardown(self) -> None:
        """The record of all that happened is whole."""
        assert verify(self.desk.database).ok
        self.desk.database.close()
        shutil.rmtree(self.folder)

    def alive(self, token: str) -> bool:
        login = self.logins[token]
        return (
            not login.ended
            and self.desk.now < min(login.ends, login.began + LONGEST)
            and self.members[login.name].active
        )

    def end(self, name: str, keep: str | None = None) -> None:
        for token, login in self.logins.items():
            if login.name == name and token != keep:
                login.ended = True

    def usable(self, name: str) -> bool:
        member = self.members[name]
        return member.active and (member.given_at is None or self.desk.now < member.given_at + GIVEN)

    def last_admin(self, name: str) -> bool:
        admins = [n for n, m in self.members.items() if m.active and m.role is Role.ADMIN]
        return admins == [name]

    @initialize()
    def people(self) -> None:
        for name, role in zip(NAMES, (Role.ADMIN, Role.SUPERVISOR, Role.AGENT), strict=True):
            self.members[name] = Member(self.desk.people.add(name, role), role, given_at=self.desk.now)

    @rule(target=tokens, name=names)
    def log_in(self, name: str) -> Any:
        if not self.usable(name):
            with pytest.raises(DeskError):
                self.desk.token(name, self.members[name].password)
            return multiple()
        token = self.desk.token(name, self.members[name].password)
        self.logins[token] = Login(name, self.desk.now, self.desk.now + IDLE)
        return token

    @rule(name=names, other=names)
    def log_in_with_anothers_password(self, name: str, other: str) -> None:
        if name != other:
            with pytest.raises(DeskError):
                self.desk.token(name, self.members[other].password)

    @rule(token=tokens)
    def log_out(self, token: str) -> None:
        self.desk.people.log_out(token)
        if self.alive(token):
            self.logins[token].ended = True

    @rule(token=tokens)
    def use(self, token: str) -> None:
        alive = self.alive(token)
        user = self.desk.people.user_of(token)
        assert (user is not None) == alive
        if alive:
            login, end = self.logins[token], self.desk.now + IDLE
            login.ends = end if end - login.ends >= STEP else login.ends

    @rule(token=tokens, name=names)
    def change_password(self, token: str, name: str) -> None:
        member, self.words = self.members[name], self.words + 1
        new = f"password number {self.words}"
        allowed = self.alive(token) and self.logins[token].name == name and self.usable(name)
        if self.alive(token):
            self.use(token)
        try:
            self.desk.people.change_password(self.desk.user(name), token, member.password, new)
        except DeskError:
            assert not allowed
            return
        assert allowed
        member.password, member.given_at = new, None
        self.end(name, keep=token)

    @rule(name=names)
    def reset(self, name: str) -> None:
        self.members[name].password = self.desk.people.reset(name)
        self.members[name].given_at = self.desk.now
        self.end(name)

    @rule(name=names, active=st.booleans())
    def set_active(self, name: str, active: bool) -> None:
        if not active and self.last_admin(name):
            with pytest.raises(AccountError):
                self.desk.people.set_active(name, active)
            return
        self.desk.people.set_active(name, active)
        if self.members[name].active != active:
            self.members[name].active = active
            self.end(name)

    @rule(name=names, role=st.sampled_from(Role))
    def set_role(self, name: str, role: Role) -> None:
        if role is not Role.ADMIN and self.last_admin(name):
            with pytest.raises(AccountError):
                self.desk.people.set_role(name, role)
            return
        self.desk.people.set_role(name, role)
        self.members[name].role = role

    @rule(minutes=st.sampled_from([1, 29, 30, 31, 600, 719, 720, 1439, 1440, 10_080]))
    def wait(self, minutes: int) -> None:
        self.desk.later(minutes=minutes)

    @invariant()
    def tokens_act_as_the_model_says(self) -> None:
        """Looks without moving any session's end."""
        with patch.object(StoredSessions, "extend", lambda *_: False):
            for token, login in self.logins.items():
                user = self.desk.people.user_of(token)
                assert (user is not None) == self.alive(token)
                if user is not None:
                    member = self.members[login.name]
                    assert (user.name, user.role) == (login.name, member.role)
                    assert user.must_change_password == (member.given_at is not None)


def test_no_dead_token_acts(empty_database: bytes) -> None:
    SessionMachine.template = empty_database
    run_state_machine_as_test(SessionMachine, settings=settings(max_examples=25, stateful_step_count=30, deadline=None))


@pytest.mark.slow
def test_no_dead_token_acts_in_long_histories(empty_database: bytes) -> None:
    SessionMachine.template = empty_database
    run_state_machine_as_test(SessionMachine, settings=settings(max_examples=60, stateful_step_count=50, deadline=None))

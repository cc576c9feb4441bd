"""What depends on how a database keeps two writers apart, on the other database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.people.errors import AccountError
from assistant.storage.database import Database
from assistant.user import Role
from tests.people.conftest import PASSWORD, Desk, WallClock
from tests.people.test_accounts import together
from tests.storage.conftest import postgres, postgres_template  # noqa: F401 - fixtures
from tests.storage.postgres import PostgresServer

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(postgres: PostgresServer, postgres_template: str, wall_clock: WallClock) -> Iterator[Desk]:  # noqa: F811
    database = Database(postgres.url(postgres.new_database(postgres_template)))
    yield Desk(database)
    database.close()


def test_processes_that_start_together_make_one_admin(desk: Desk) -> None:
    made = together(*(desk.again().ensure_admin for _ in range(8)))
    assert sum(isinstance(value, str) for value in made) == 1
    assert made.count(None) == 7
    assert len(desk.people.users()) == 1


def test_two_who_want_one_name_do_not_both_get_it(desk: Desk) -> None:
    made = together(*(lambda: desk.people.add("amy", Role.AGENT) for _ in range(6)))
    assert sum(isinstance(value, str) for value in made) == 1
    assert sum(isinstance(value, AccountError) for value in made) == 5


def test_admins_cannot_remove_each_other_at_once(desk: Desk) -> None:
    names = ("amy", "ben", "cem", "dan")
    for name in names:
        desk.member(name, Role.ADMIN)
    demote = [lambda name=name: desk.people.set_role(name, Role.AGENT) for name in names[:2]]
    disable = [lambda name=name: desk.people.set_active(name, False) for name in names[2:]]
    done = together(*demote, *disable)
    assert sum(isinstance(result, AccountError) for result in done) == 1
    assert sum(user.active and user.role is Role.ADMIN for user in desk.people.users()) == 1


def test_a_session_lives_and_ends(desk: Desk) -> None:
    amy = desk.member("amy")
    token, other = desk.token("amy"), desk.token("amy")
    desk.later(hours=11)
    assert desk.people.user_of(token) == amy
    desk.later(hours=11)
    assert desk.people.user_of(token) == amy
    assert desk.people.user_of(other) is None
    desk.people.change_password(amy, token, PASSWORD, "staple battery horse")
    desk.people.set_active("amy", False)
    assert desk.people.user_of(token) is None

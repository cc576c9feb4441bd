"""Sessions, on both databases."""

from __future__ import annotations

import pytest

from assistant.storage.database import Database
from assistant.storage.errors import RecordRefusedError
from tests.storage.samples import NOW, later, user


@pytest.fixture
def staged(database: Database) -> Database:
    with database.writing() as records:
        records.users.add(user("u1"), "x")
        records.users.add(user("u2"), "x")
        for token, owner, end in (("a", "u1", 1), ("b", "u1", 2), ("c", "u2", 3)):
            records.sessions.add(token, owner, NOW, later(end))
    return database


def left(database: Database) -> list[str]:
    with database.reading() as records:
        return [token for token in "abc" if records.sessions.get(token) is not None]


def test_a_session_comes_back(staged: Database) -> None:
    with staged.reading() as records:
        assert records.sessions.get("a") == ("u1", later(1))
        assert records.sessions.created_at("a") == NOW
        assert records.sessions.get("z") is None
        assert records.sessions.created_at("z") is None


def test_a_session_is_extended(staged: Database) -> None:
    with staged.writing() as records:
        assert records.sessions.extend("a", later(9))
        assert not records.sessions.extend("z", later(9))
    with staged.reading() as records:
        assert records.sessions.get("a") == ("u1", later(9))
        assert records.sessions.get("b") == ("u1", later(2))


def test_a_session_ends_alone(staged: Database) -> None:
    with staged.writing() as records:
        assert records.sessions.delete("a")
        assert not records.sessions.delete("a")
    assert left(staged) == ["b", "c"]


@pytest.mark.parametrize(("keep", "expected"), [(None, ["c"]), ("b", ["b", "c"])])
def test_all_sessions_of_a_user_end(staged: Database, keep: str | None, expected: list[str]) -> None:
    with staged.writing() as records:
        assert records.sessions.delete_of("u1", keep=keep) == 3 - len(expected)
    assert left(staged) == expected


def test_what_is_over_is_forgotten(staged: Database) -> None:
    with staged.writing() as records:
        assert records.sessions.delete_expired(later(2)) == 2
    assert left(staged) == ["c"]


def test_a_session_belongs_to_an_account(staged: Database) -> None:
    with pytest.raises(RecordRefusedError), staged.writing() as records:
        records.sessions.add("z", "u9", NOW, later(1))

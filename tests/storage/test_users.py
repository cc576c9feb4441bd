"""Accounts, on both databases."""

from __future__ import annotations

import pytest

from assistant.storage.database import Database
from assistant.storage.errors import DuplicateNameError
from assistant.storage.users import name_key
from assistant.user import Role
from tests.storage.samples import later, user


def test_an_account_comes_back_with_its_hash(database: Database) -> None:
    value = user("u1", "李 Wei", Role.ADMIN, active=False, must_change_password=True)
    with database.writing() as records:
        records.users.add(value, "argon", password_expires=later(5))
    with database.reading() as records:
        assert records.users.get("u1") == value
        assert records.users.by_name("李 Wei") == (value, "argon")
        assert records.users.password_expires("u1") == later(5)
        assert records.users.get("u2") is None
        assert records.users.by_name("nobody") is None
        assert records.users.password_expires("u2") is None


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("Anna", "ANNA"),
        ("Anna", "ａｎｎａ"),
        ("Straße", "STRASSE"),
        ("é", "e\u0301"),
        ("K", "\u212a"),
        ("ann", " ann "),
    ],
)
def test_one_name_has_many_spellings(database: Database, name: str, spelling: str) -> None:
    with database.writing() as records:
        records.users.add(user("u1", name), "hash")
        with pytest.raises(DuplicateNameError):
            records.users.add(user("u2", spelling), "hash")
        found = records.users.by_name(spelling)
        assert found is not None
        assert found[0].name == name
        assert len(records.users.all()) == 1


def test_names_that_only_look_alike_are_different() -> None:
    assert name_key("anna") != name_key("аnna"), "the second one begins with a Cyrillic letter"


def test_changes_reach_one_account(database: Database) -> None:
    with database.writing() as records:
        records.users.add(user("u1", "b"), "one", password_expires=later(1))
        records.users.add(user("u2", "a"), "two")
        assert records.users.set_role("u1", Role.SUPERVISOR)
        assert records.users.set_active("u1", False)
        assert records.users.set_password("u1", "three", True)
        assert not any(
            [
                records.users.set_role("u9", Role.ADMIN),
                records.users.set_active("u9", True),
                records.users.set_password("u9", "x", False),
            ]
        )
    changed = user("u1", "b", Role.SUPERVISOR, active=False, must_change_password=True)
    with database.reading() as records:
        assert records.users.all() == (user("u2", "a"), changed)
        assert records.users.by_name("b") == (changed, "three")
        assert records.users.password_expires("u1") is None


def test_only_active_accounts_are_counted(database: Database) -> None:
    with database.writing() as records:
        records.users.add(user("u1", "a", Role.ADMIN), "x")
        records.users.add(user("u2", "b", Role.ADMIN, active=False), "x")
        records.users.add(user("u3", "c"), "x")
        assert [records.users.count(role) for role in Role] == [1, 0, 1]

"""The accounts of the desk's people."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update

from assistant.storage.errors import DuplicateNameError
from assistant.storage.repository import Repository
from assistant.storage.tables import account
from assistant.storage.upsert import insert_or_skip
from assistant.user import Role, User

_C = account.c


class Users(Repository):
    """Accounts are disabled, never deleted: the audit log names them."""

    def add(self, value: User, password_hash: str, *, password_expires: datetime | None = None) -> None:
        """Store a new account. `password_expires`: when the password stops being accepted; `None` = never.

        Raises:
            DuplicateNameError: somebody has this name, in whatever spelling; nothing was stored.
        """
        row = {
            "id": value.id,
            "name": value.name,
            "name_key": name_key(value.name),
            "role": value.role,
            "active": value.active,
            "must_change_password": value.must_change_password,
            "password_hash": password_hash,
            "password_expires": password_expires,
        }
        if not insert_or_skip(self._connection, account, row, ["name_key"]):
            raise DuplicateNameError(f"There is an account {value.name}.", hint="Choose another name.")

    def get(self, user_id: str) -> User | None:
        """The account, active or not."""
        row = self._one(select(account).where(_C.id == user_id))
        return None if row is None else _user(row)

    def by_name(self, name: str) -> tuple[User, str] | None:
        """The account with this name, in whatever spelling, and its password hash."""
        row = self._one(select(account).where(_C.name_key == name_key(name)))
        return None if row is None else (_user(row), row.password_hash)

    def all(self) -> tuple[User, ...]:
        """Every account, by name."""
        return tuple(_user(row) for row in self._all(select(account).order_by(_C.name_key)))

    def set_role(self, user_id: str, role: Role) -> bool:
        """Give an account another role; `False` = there is none."""
        return self._changes(update(account).where(_C.id == user_id).values(role=role)) == 1

    def set_active(self, user_id: str, active: bool) -> bool:
        """Enable or disable an account; `False` = there is none."""
        return self._changes(update(account).where(_C.id == user_id).values(active=active)) == 1

    def set_password(
        self, user_id: str, password_hash: str, must_change: bool, *, password_expires: datetime | None = None
    ) -> bool:
        """Replace a password; `False` = there is no such account."""
        values = {
            "password_hash": password_hash,
            "must_change_password": must_change,
            "password_expires": password_expires,
        }
        return self._changes(update(account).where(_C.id == user_id).values(**values)) == 1

    def password_expires(self, user_id: str) -> datetime | None:
        """When the password stops being accepted; `None` = never."""
        expires: datetime | None = self._scalar(select(_C.password_expires).where(_C.id == user_id))
        return expires

    def count(self, role: Role) -> int:
        """How many active accounts have exactly this role."""
        found = select(func.count()).select_from(account).where(_C.role == role, _C.active.is_(True))
        return int(self._scalar(found))


def name_key(name: str) -> str:
    """What two spellings of one name have in common: case and compatibility forms are folded (Unicode, D146)."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return unicodedata.normalize("NFKC", folded.casefold()).strip()


def _user(row: Row[Any]) -> User:
    return User(row.id, row.name, row.role, row.active, row.must_change_password)

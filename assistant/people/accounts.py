"""Accounts: who may log in, as what. Every change and its audit event are one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from assistant.people.errors import AccountError
from assistant.people.names import normalise
from assistant.people.passwords import Passwords, one_time_password
from assistant.storage.database import Database
from assistant.storage.records import Records
from assistant.user import Role, User

ACTOR = "desk"
"""Accounts are changed on the machine itself, by whoever may run commands there."""

ONE_TIME_LIFETIME = timedelta(days=7)


class _AdminExistsError(Exception):
    """Another process has made the first admin meanwhile."""


class Accounts:
    """Makes and changes accounts. Transactions that write run one after the other, so what is checked in one holds."""

    def __init__(
        self, database: Database, passwords: Passwords, *, clock: Callable[[], datetime], new_id: Callable[[], str]
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._clock = clock
        self._new_id = new_id

    def ensure_admin(self, name: str) -> str | None:
        """The one-time password of a new admin; `None`, and nothing is done, when there is any admin already."""
        with self._database.reading() as records:
            if _admins(records):
                return None
        try:
            return self._add(name, Role.ADMIN, first_admin=True)
        except _AdminExistsError:
            return None

    def add(self, name: str, role: Role) -> str:
        """The one-time password of a new account.

        Raises:
            AccountError: the name cannot be one, or somebody has it.
        """
        return self._add(name, role)

    def users(self) -> tuple[User, ...]:
        """Everybody, disabled ones too."""
        with self._database.reading() as records:
            return records.users.all()

    def set_role(self, name: str, role: Role) -> User:
        """The account with its new role. It holds from the next thing they do; nobody has to log in again.

        Raises:
            AccountError: no such account, or the last active admin would be gone.
        """
        with self._database.writing() as records:
            user = _find(records, name)
            if user.role is role:
                return user
            records.users.set_role(user.id, role)
            _keep_an_admin(records, user)
            self._note(records, "user.role_changed", user.id, before=user.role.value, after=role.value)
        return replace(user, role=role)

    def set_active(self, name: str, active: bool) -> User:
        """The account, enabled or disabled. Disabling ends all its sessions, for good.

        Raises:
            AccountError: no such account, or the last active admin would be gone.
        """
        with self._database.writing() as records:
            user = _find(records, name)
            if user.active is active:
                return user
            records.users.set_active(user.id, active)
            records.sessions.delete_of(user.id)
            _keep_an_admin(records, user)
            self._note(records, "user.enabled" if active else "user.disabled", user.id)
        return replace(user, active=active)

    def reset(self, name: str) -> str:
        """A new one-time password in place of the old password. All sessions of the account end.

        Raises:
            AccountError: no such account.
        """
        password = one_time_password()
        hashed = self._passwords.hash(password)
        with self._database.writing() as records:
            user = _find(records, name)
            expires = self._clock() + ONE_TIME_LIFETIME
            records.users.set_password(user.id, hashed, True, password_expires=expires)
            records.sessions.delete_of(user.id)
            self._note(records, "user.password_reset", user.id)
        return password

    def _add(self, name: str, role: Role, *, first_admin: bool = False) -> str:
        spelling = normalise(name)
        password = one_time_password()
        hashed = self._passwords.hash(password)
        user = User(self._new_id(), spelling, role, active=True, must_change_password=True)
        with self._database.writing() as records:
            if first_admin and _admins(records):
                raise _AdminExistsError
            if records.users.by_name(spelling) is not None:
                raise AccountError(
                    f"There is an account {spelling} already.",
                    hint=f"Choose another name, or change that account: proofdesk user role {spelling} {role}.",
                )
            records.users.add(user, hashed, password_expires=self._clock() + ONE_TIME_LIFETIME)
            self._note(records, "user.added", user.id, name=spelling, role=role.value)
        return password

    def _note(self, records: Records, action: str, user_id: str, **data: str) -> None:
        records.audit.append(self._clock(), ACTOR, action, f"user:{user_id}", data)


def _find(records: Records, name: str) -> User:
    found = records.users.by_name(normalise(name))
    if found is None:
        raise AccountError("There is no account of this name.", hint="`proofdesk user list` shows all names.")
    return found[0]


def _admins(records: Records, *, active: bool = False) -> tuple[User, ...]:
    return tuple(user for user in records.users.all() if user.role is Role.ADMIN and (user.active or not active))


def _keep_an_admin(records: Records, changed: User) -> None:
    """Undoes (by the transaction) a change that leaves nobody who may administer the desk."""
    if changed.role is Role.ADMIN and not _admins(records, active=True):
        raise AccountError(
            f"{changed.name} is the last active admin.", hint="Make somebody else an admin first: proofdesk user role."
        )

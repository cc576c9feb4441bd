"""The people of the desk: the one door to accounts and sessions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from argon2 import PasswordHasher

from assistant.people.accounts import Accounts
from assistant.people.passwords import Passwords
from assistant.people.sessions import Sessions
from assistant.people.throttle import LoginLimits, LoginThrottle
from assistant.storage.database import Database
from assistant.user import Role, User


class People:
    """Accounts and sessions. Thread-safe; keeps nothing in memory but the counts of tries to log in.

    Args:
        idle: how long a login lives without a request; at most a day.
        limits: how often somebody may try to log in.
        hasher: argon2 parameters; the library's when left out. Older hashes are renewed at the next login.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        idle: timedelta = timedelta(hours=12),
        limits: LoginLimits | None = None,
        hasher: PasswordHasher | None = None,
    ) -> None:
        passwords = Passwords(hasher)
        self._accounts = Accounts(database, passwords, clock=clock, new_id=new_id)
        self._sessions = Sessions(database, passwords, LoginThrottle(limits or LoginLimits()), clock=clock, idle=idle)

    def ensure_admin(self, name: str = "admin") -> str | None:
        """First run only: makes an admin and returns a one-time password to show once. `None` afterwards.

        Raises:
            AccountError: somebody who is no admin has the name.
        """
        return self._accounts.ensure_admin(name)

    def add(self, name: str, role: Role) -> str:
        """Makes an account; returns its one-time password, which opens it for 7 days and has to be changed.

        Raises:
            AccountError: the name cannot be one, or somebody has it.
        """
        return self._accounts.add(name, role)

    def users(self) -> tuple[User, ...]:
        """Everybody, disabled ones too."""
        return self._accounts.users()

    def set_role(self, name: str, role: Role) -> User:
        """Changes a role, from the person's next request on.

        Raises:
            AccountError: no such account, or the last active admin would be gone.
        """
        return self._accounts.set_role(name, role)

    def set_active(self, name: str, active: bool) -> User:
        """Enables or disables an account; disabling ends its sessions.

        Raises:
            AccountError: no such account, or the last active admin would be gone.
        """
        return self._accounts.set_active(name, active)

    def reset(self, name: str) -> str:
        """Gives out a new one-time password in place of the old password and ends the account's sessions.

        Raises:
            AccountError: no such account.
        """
        return self._accounts.reset(name)

    def log_in(self, name: str, password: str, *, address: str) -> tuple[str, User]:
        """A session's token and whose it is. `address` is the network address that tries are counted by.

        Raises:
            DeskError: `LOGIN_FAILED`, for whatever reason; `TOO_FAST` (`minutes` until the next try is taken).
        """
        return self._sessions.log_in(name, password, address=address)

    def user_of(self, token: str) -> User | None:
        """Who holds the token now, `None` when it opens nothing. Counts as a sign of life.

        Whoever asks has to look at `must_change_password`: such a user may change it and nothing else.
        """
        return self._sessions.user_of(token)

    def log_out(self, token: str) -> None:
        """Ends the session, if there is one."""
        self._sessions.log_out(token)

    def change_password(self, user: User, token: str, old: str, new: str) -> None:
        """Replaces the password and ends all other sessions of the user.

        Raises:
            DeskError: `SESSION_EXPIRED`, `LOGIN_FAILED` (the old one is wrong), `TOO_FAST`, `PASSWORD_WEAK`,
                `TOO_LONG`, `UNREADABLE`, `PASSWORD_SAME`.
        """
        self._sessions.change_password(user, token, old, new)

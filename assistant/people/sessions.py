"""Sessions: who is logged in. The database alone decides, at every request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NoReturn

from assistant.desk.errors import DeskError, Refusal
from assistant.people.errors import AccountError
from assistant.people.names import normalise
from assistant.people.passwords import Passwords
from assistant.people.throttle import LoginThrottle
from assistant.people.tokens import new_token, token_hash
from assistant.storage.database import Database
from assistant.storage.records import Records
from assistant.user import User

LONGEST = timedelta(days=1)
"""No session outlives its login by more, however busy it is."""

_STEPS = 24
"""The end of a session is moved about this many times per idle period at most: most requests only read."""


@dataclass(frozen=True, slots=True)
class _Account:
    """An account with its password as it was read. Two that are equal: nothing has happened in between."""

    user: User
    hash: str = field(repr=False)
    expires: datetime | None

    def open(self, now: datetime) -> bool:
        return self.user.active and (self.expires is None or now < self.expires)


@dataclass(frozen=True, slots=True)
class _Session:
    user: User
    ends: datetime


class Sessions:
    """Logs people in and out. Refusals take the same time and say the same, whatever the reason.

    Passwords are compared outside of the transactions, which are short; so a transaction that acts on a comparison
    first makes sure that the account is still the one that was compared.

    Args:
        idle: how long a session lives without a request; `LONGEST` ends it all the same.
    """

    def __init__(
        self,
        database: Database,
        passwords: Passwords,
        throttle: LoginThrottle,
        *,
        clock: Callable[[], datetime],
        idle: timedelta,
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._throttle = throttle
        self._clock = clock
        self._idle = idle

    def log_in(self, name: str, password: str, *, address: str) -> tuple[str, User]:
        """A new session's token, for the browser alone, and whose it is.

        Raises:
            DeskError: `LOGIN_FAILED` for an unknown name, a wrong or expired password and a disabled account alike;
                `TOO_FAST` after too many tries for the name or from the address.
        """
        spelling = _spelling(name)
        self._throttle.enter(spelling, address)
        with self._database.reading() as records:
            account = _account(records, spelling)
        matches = self._passwords.matches(account.hash if account else None, password)
        if account is None or not matches or not account.open(self._clock()):
            self._refuse(account)
        renewed = self._passwords.hash(password) if self._passwords.outdated(account.hash) else None
        token, user, now = new_token(), account.user, self._clock()
        with self._database.writing() as records:
            unchanged = _account(records, spelling) == account
            if unchanged:
                if renewed is not None:
                    must_change, expires = user.must_change_password, account.expires
                    records.users.set_password(user.id, renewed, must_change, password_expires=expires)
                records.sessions.delete_expired(now)
                records.sessions.add(token_hash(token), user.id, now, now + self._idle)
                _note(records, now, user, "user.logged_in")
        if not unchanged:
            self._refuse(account)
        self._throttle.succeeded(spelling)
        return token, user

    def user_of(self, token: str) -> User | None:
        """Who holds the token, with the role they have now; `None` when it opens nothing. Moves the session's end."""
        hashed, now = token_hash(token), self._clock()
        with self._database.reading() as records:
            session = _session(records, hashed, now)
        if session is None:
            return None
        end = now + self._idle
        if end - session.ends >= self._idle / _STEPS:
            with self._database.writing() as records:
                records.sessions.extend(hashed, end)  # changes nothing when the session has been ended meanwhile
        return session.user

    def log_out(self, token: str) -> None:
        """Ends the session. A token that opens nothing is no error."""
        hashed, now = token_hash(token), self._clock()
        with self._database.reading() as records:
            if _session(records, hashed, now) is None:
                return  # a stranger's token never waits for, or holds up, those who write
        with self._database.writing() as records:
            session = _session(records, hashed, now)
            if session is not None:
                records.sessions.delete(hashed)
                _note(records, now, session.user, "user.logged_out")

    def change_password(self, user: User, token: str, old: str, new: str) -> None:
        """Replaces the password. This session stays; all others of the account end.

        Raises:
            DeskError: `SESSION_EXPIRED` when the token is not a live one of this user; `LOGIN_FAILED` when the old
                password is wrong, `TOO_FAST` after too many tries; `PASSWORD_WEAK` (`length`), `TOO_LONG`
                (`limit`), `UNREADABLE` or `PASSWORD_SAME` for the new one.
        """
        holder = self.user_of(token)
        if holder is None or holder.id != user.id:
            raise DeskError(Refusal.SESSION_EXPIRED)
        self._passwords.check_new(new)
        self._throttle.enter(holder.name)
        with self._database.reading() as records:
            account = _account(records, holder.name)
        matches = self._passwords.matches(account.hash if account else None, old)
        if account is None or not matches or not account.open(self._clock()):
            with self._database.writing() as records:
                _note(records, self._clock(), holder, "user.password_refused")
            raise DeskError(Refusal.LOGIN_FAILED)
        if self._passwords.matches(account.hash, new):
            raise DeskError(Refusal.PASSWORD_SAME)
        fresh, hashed, now = self._passwords.hash(new), token_hash(token), self._clock()
        with self._database.writing() as records:
            if _session(records, hashed, now) is None:
                raise DeskError(Refusal.SESSION_EXPIRED)
            if _account(records, holder.name) != account:
                raise DeskError(Refusal.LOGIN_FAILED)  # changed meanwhile by a second click
            records.users.set_password(holder.id, fresh, False)
            records.sessions.delete_of(holder.id, keep=hashed)
            _note(records, now, holder, "user.password_changed")
        self._throttle.succeeded(holder.name)

    def _refuse(self, account: _Account | None) -> NoReturn:
        """Records a failure and raises it: one event each time, so that a name that exists costs what others cost."""
        with self._database.writing() as records:
            if account is not None:
                subject, data = f"user:{account.user.id}", {"name": account.user.name}
            else:
                subject, data = "user:unknown", {}  # what was typed is not recorded: people mistake the two fields
            records.audit.append(self._clock(), "desk", "user.login_failed", subject, data)
        raise DeskError(Refusal.LOGIN_FAILED)


def _spelling(name: str) -> str:
    try:
        return normalise(name)
    except AccountError:
        return ""  # nobody's name; all such tries share one allowance


def _account(records: Records, spelling: str) -> _Account | None:
    found = records.users.by_name(spelling)
    # Asked for nobody, too: an unknown name takes the same steps.
    expires = records.users.password_expires(found[0].id if found else "")
    return _Account(found[0], found[1], expires) if found else None


def _session(records: Records, hashed: str, now: datetime) -> _Session | None:
    """The session if it is alive and its user's account active."""
    found, began = records.sessions.get(hashed), records.sessions.created_at(hashed)
    if found is None or began is None or now >= found[1] or now >= began + LONGEST:
        return None
    user = records.users.get(found[0])
    return _Session(user, found[1]) if user is not None and user.active else None


def _note(records: Records, at: datetime, user: User, action: str) -> None:
    records.audit.append(at, f"user:{user.id}", action, f"user:{user.id}", {"name": user.name})

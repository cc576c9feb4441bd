"""What a page tells its user: a code that the locale files put into words."""

from __future__ import annotations

from enum import StrEnum

from assistant.errors import ProofdeskError


class Refusal(StrEnum):
    """Why the desk does not do what was asked. Every value has a text `error_<value>` in every full locale."""

    NOT_FOUND = "not_found"
    """No such thing, or none that this caller may see: the two are not told apart."""
    FORBIDDEN = "forbidden"
    TAKEN = "taken"
    """Somebody else holds the ticket; `name` says who."""
    STALE = "stale"
    """The ticket changed since the page read it: the customer wrote, or somebody decided."""
    NOT_YOURS = "not_yours"
    """It has to be claimed first."""
    BLOCKED = "blocked"
    """Policy blocks the text; `rules` names the rules."""
    UNCONFIRMED = "unconfirmed"
    """Facts without a source have to be vouched for; `count` says how many."""
    NEEDS_SUPERVISOR = "needs_supervisor"
    NEEDS_REASON = "needs_reason"
    NO_DRAFT = "no_draft"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    """`limit` says how many characters are taken."""
    UNREADABLE = "unreadable"
    """Not text."""
    TOO_FAST = "too_fast"
    LOGIN_FAILED = "login_failed"
    SESSION_EXPIRED = "session_expired"
    PASSWORD_WEAK = "password_weak"  # noqa: S105 - a reason, not a credential
    """`length` says how long it has to be."""
    PASSWORD_SAME = "password_same"  # noqa: S105 - a reason, not a credential
    UNAVAILABLE = "unavailable"
    """A part of the desk does not work; nothing was lost."""


class DeskError(ProofdeskError):
    """A refusal with what its text needs. `str()` is English, for logs; pages use `code` and `values`."""

    def __init__(self, code: Refusal, message: str = "", **values: str) -> None:
        super().__init__(message or code.value.replace("_", " ").capitalize() + ".")
        self.code = code
        self.values = values

"""The root of every error a user can act on, and the errors of the knowledge layer."""

from __future__ import annotations


class ProofdeskError(Exception):
    """Something the user or operator can mend.

    The command line and the pages print the message and the hint; they never print a traceback for it.

    Attributes:
        hint: what to do next, as one sentence; empty when the message says it already.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message} {self.hint}" if self.hint else message


class ConfigurationError(ProofdeskError):
    """A setting, a specification string or an installed package does not fit."""


class DocumentError(ProofdeskError):
    """One document cannot be used. The others go in without it."""


class PassingError(DocumentError):
    """A document cannot be used at this moment: the next attempt may go well."""


class FactError(DocumentError):
    """A document names a fact that the facts table does not hold, or the table itself is broken."""

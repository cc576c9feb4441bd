"""What storage refuses, each with what to do about it."""

from __future__ import annotations

from assistant.errors import ProofdeskError


class StorageError(ProofdeskError):
    """The database does not do what was asked. Nothing of the transaction was kept."""


class DatabaseUnavailableError(StorageError):
    """The database cannot be reached or opened."""


class DatabaseReadOnlyError(StorageError):
    """The database can be read but not written."""


class DatabaseBusyError(StorageError):
    """Others held the database for longer than anyone should have to wait."""


class DatabaseDamagedError(StorageError):
    """The database file is not one, or is damaged."""


class DatabaseOutdatedError(StorageError):
    """The database has no tables yet, or those of an older release."""


class DatabaseTooNewError(StorageError):
    """A newer release has upgraded the database; this one does not know its tables."""


class RecordRefusedError(StorageError):
    """A value breaks a rule of the tables: a reference to nothing, a number out of range, a second one of its kind."""


class DuplicateNumberError(StorageError):
    """A ticket with this number exists."""


class DuplicateNameError(StorageError):
    """A person with this name exists, in whatever spelling."""


class DuplicateReplyError(StorageError):
    """The draft or the decision has become a reply already."""


class DamagedRecordError(StorageError):
    """What is stored is not what can have been written."""

    def __init__(self, message: str) -> None:
        super().__init__(message, hint="Run `proofdesk audit verify` and restore a backup.")

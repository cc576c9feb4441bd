"""Column types that give back exactly what was put in, on every database."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import BigInteger, Date, Dialect, Integer, SmallInteger, String, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.types import TypeDecorator, TypeEngine

from assistant.storage.errors import DamagedRecordError

KEY = Text().with_variant(Text(collation="C"), "postgresql")
"""Identifiers: ordered by their bytes on every database, so that all of them agree on who comes first."""

COUNTER = BigInteger().with_variant(Integer(), "sqlite")


class Moment(TypeDecorator[datetime]):
    """An aware time with microseconds, read back in UTC. SQLite, which has no such type, keeps ISO 8601 text."""

    impl = String(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """`TIMESTAMP WITH TIME ZONE` where there is one."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(String(32))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """The stored form.

        Raises:
            ValueError: the time has no zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone is not a moment")
        return value.astimezone(UTC) if dialect.name == "postgresql" else moment_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The time in UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if isinstance(value, datetime) else moment(value)


class Day(TypeDecorator[date]):
    """A date. SQLite, which has no such type, keeps ISO 8601 text."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """`DATE` where there is one."""
        return dialect.type_descriptor(Date() if dialect.name == "postgresql" else String(10))

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        """The stored form."""
        return value if value is None or dialect.name == "postgresql" else value.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:  # noqa: ARG002
        """The date."""
        if value is None or isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value)
            if day.isoformat() == value:
                return day
        except (TypeError, ValueError):
            pass
        raise DamagedRecordError(f"{value!r} is no date that was stored.")


class Json(TypeDecorator[Any]):
    """A JSON value as text: key order stays, and only the exact text that was written is accepted back."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The stored form."""
        return None if value is None else json_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """The value."""
        return None if value is None else json_value(value)


class Choice(TypeDecorator[StrEnum]):
    """A member of a string enumeration, as its value."""

    impl = Text
    cache_ok = True

    def __init__(self, choices: type[StrEnum]) -> None:
        super().__init__()
        self.choices = choices

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The stored form."""
        return None if value is None else self.choices(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002
        """The member."""
        if value is None:
            return None
        try:
            return self.choices(value)
        except ValueError:
            raise DamagedRecordError(f"{value!r} is no {self.choices.__name__}.") from None


class Rank(TypeDecorator[IntEnum]):
    """A member of an integer enumeration, as its number."""

    impl = SmallInteger
    cache_ok = True

    def __init__(self, choices: type[IntEnum]) -> None:
        super().__init__()
        self.choices = choices

    def process_bind_param(self, value: IntEnum | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """The stored form."""
        return None if value is None else int(self.choices(value))

    def process_result_value(self, value: int | None, dialect: Dialect) -> IntEnum | None:  # noqa: ARG002
        """The member."""
        if value is None:
            return None
        try:
            return self.choices(value)
        except ValueError:
            raise DamagedRecordError(f"{value!r} is no {self.choices.__name__}.") from None


def moment_text(value: datetime) -> str:
    """ISO 8601 in UTC, always with microseconds: its order as text is its order in time."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def moment(text: str) -> datetime:
    """The time that `moment_text` wrote.

    Raises:
        DamagedRecordError: it wrote something else.
    """
    try:
        value = datetime.fromisoformat(text)
        if moment_text(value) == text:
            return value.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    raise DamagedRecordError(f"{text!r} is no time that was stored.")


def json_text(value: Any) -> str:
    """Compact JSON, readable in the database. NaN and infinity are refused with a `ValueError`."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def json_value(text: str) -> Any:
    """The value that `json_text` wrote.

    Raises:
        DamagedRecordError: it wrote something else.
    """
    try:
        value = json.loads(text)
        if json_text(value) == text:
            return value
    except (TypeError, ValueError, RecursionError):
        pass
    raise DamagedRecordError(f"A JSON value is not as it was stored: {text[:60]!r}.")

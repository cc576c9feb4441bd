"""INSERT that may meet a row that is there already. Both databases know it, SQLAlchemy spells it twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Connection


def insert_or_skip(connection: Connection, table: Table, values: Mapping[str, Any], unique: Sequence[str]) -> bool:
    """Add a row; `False`, and nothing added, when one with the same `unique` columns exists."""
    statement = _insert(connection)(table).values(**values).on_conflict_do_nothing(index_elements=unique)
    # Asked for the row, not for the row count, which drivers leave unset after an INSERT.
    return connection.execute(statement.returning(table.c[unique[0]])).first() is not None


def insert_or_replace(connection: Connection, table: Table, values: Mapping[str, Any], unique: Sequence[str]) -> None:
    """Add a row, or give the one with the same `unique` columns these values."""
    changed = {name: value for name, value in values.items() if name not in unique}
    statement = _insert(connection)(table).values(**values)
    connection.execute(statement.on_conflict_do_update(index_elements=unique, set_=changed))


def _insert(connection: Connection) -> Any:
    return postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert

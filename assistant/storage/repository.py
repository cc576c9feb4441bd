"""What every repository does: run statements of one transaction and turn rows into values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Executable, Row, Table, select
from sqlalchemy.engine import Connection, CursorResult

T = TypeVar("T")

BATCH = 500
"""How many values one statement names: far below what any database takes."""


class Repository:
    """Statements on the connection of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _one(self, statement: Executable) -> Row[Any] | None:
        return self._connection.execute(statement).one_or_none()

    def _all(self, statement: Executable) -> Sequence[Row[Any]]:
        return self._connection.execute(statement).all()

    def _scalar(self, statement: Executable) -> Any:
        return self._connection.execute(statement).scalar_one_or_none()

    def _run(self, statement: Executable) -> None:
        self._connection.execute(statement)

    def _changes(self, statement: Executable) -> int:
        """How many rows an UPDATE or DELETE changed."""
        result: CursorResult[Any] = self._connection.execute(statement)
        return result.rowcount

    def _ids(self, table: Table, after: str, limit: int) -> list[str]:
        """The next `limit` ids of `table`, in order."""
        ids = select(table.c.id).where(table.c.id > after).order_by(table.c.id).limit(limit)
        return list(self._connection.execute(ids).scalars())


def batches(values: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """`values` in lists of at most `size`."""
    batch: list[T] = []
    for value in values:
        batch.append(value)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch

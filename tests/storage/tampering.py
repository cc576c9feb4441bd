"""What somebody with the rights of the database's owner can do to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Executable, text
from sqlalchemy.engine import Connection

from assistant.storage.database import Database
from assistant.storage.engine import IMMEDIATE, make_engine
from assistant.storage.records import Records

_TRIGGERS = {
    "sqlite": ["audit_event_update", "audit_event_delete", "audit_head_insert", "audit_head_delete"],
    "postgresql": ["audit_event_keep ON audit_event", "audit_head_keep ON audit_head"],
}


def tamper(database: Database, *statements: Executable) -> None:
    """Change rows behind the desk's back."""
    with tampering(database) as connection:
        for statement in statements:
            connection.execute(statement)


@contextmanager
def tampering(database: Database) -> Iterator[Connection]:
    """A transaction without triggers and foreign keys."""
    engine = make_engine(database._url)
    sqlite = engine.dialect.name == "sqlite"
    try:
        with engine.connect() as connection:
            if sqlite:
                driver = connection.connection.driver_connection
                assert driver is not None
                driver.execute("PRAGMA foreign_keys = OFF").close()
            with connection.execution_options(**{IMMEDIATE: True}) as chosen, chosen.begin():
                for trigger in _TRIGGERS[engine.dialect.name]:
                    chosen.execute(text(f"DROP TRIGGER IF EXISTS {trigger}"))
                if not sqlite:
                    chosen.execute(text("SET LOCAL session_replication_role = replica"))  # no foreign keys
                yield chosen
    finally:
        engine.dispose()


class Uncommitted(Database):
    """The database as one open transaction sees it."""

    def __init__(self, database: Database, connection: Connection) -> None:
        super().__init__(database._url.render_as_string(hide_password=False))
        self._connection = connection

    @contextmanager
    def reading(self) -> Iterator[Records]:
        yield Records(self._connection)

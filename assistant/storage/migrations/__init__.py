"""Bringing a database to this release, by Alembic, without a configuration file."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

KNOWN = ("0001", "0002")
"""Every revision of this release, oldest first; named here so that a start-up without news needs no Alembic."""

HEAD = KNOWN[-1]

_alembic = threading.Lock()
"""Alembic keeps the migration that runs in a module of its own."""


def revision_of(connection: Connection) -> str | None:
    """The revision of the tables; `None` = there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return revision


def scripts() -> ScriptDirectory:
    """The migrations, as Alembic sees them."""
    from alembic.script import ScriptDirectory

    folder = Path(__file__).parent
    return ScriptDirectory(folder, version_locations=[folder / "versions"])


def migrate(connection: Connection) -> None:
    """Run what is missing, inside the caller's transaction: all of it happens or nothing."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    directory = scripts()

    def missing(revision: Any, _context: object) -> Any:
        return directory._upgrade_revs(HEAD, revision)  # as Alembic's own `upgrade` command does

    with _alembic:
        context = MigrationContext.configure(connection, opts={"fn": missing})
        with Operations.context(context):
            context.run_migrations()

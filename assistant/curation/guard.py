"""What every part of the knowledge page checks and records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from assistant.audit_event import Value
from assistant.desk.errors import DeskError, Refusal
from assistant.events import DESK
from assistant.knowledge import KnowledgeBase
from assistant.storage.database import Database
from assistant.user import Role, User
from corpus.catalog import Catalog

MAX_REASON = 1_000


@dataclass(frozen=True)
class Curation:
    """What the services of the knowledge page share, made by `assistant/bootstrap.py`.

    Attributes:
        clock: the time, aware.
        new_id: a new unique id at each call.
        publish: tells the pages that follow a topic that something changed.
    """

    catalog: Catalog
    knowledge: KnowledgeBase
    database: Database
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    publish: Callable[[str], None]

    def admit(self, user: User) -> None:
        """Lets supervisors and admins through.

        Raises:
            DeskError: `FORBIDDEN`.
        """
        if not user.active or not user.role.may_act_as(Role.SUPERVISOR):
            raise DeskError(Refusal.FORBIDDEN)

    def today(self) -> date:
        """The day by the clock."""
        return self.clock().date()

    def record(self, user: User, action: str, subject: str, data: Mapping[str, Value] | None = None) -> None:
        """One step in the audit log. It is written before the step is taken: what cannot be recorded is not done."""
        with self.database.writing() as records:
            records.audit.append(self.clock(), f"user:{user.id}", action, subject, data or {})

    def changed(self) -> None:
        """Tells the open pages."""
        self.publish(DESK)


def reason_of(text: str) -> str:
    """A reason as it is recorded.

    Raises:
        DeskError: `NEEDS_REASON`, `TOO_LONG`.
    """
    stripped = text.strip()
    if not stripped:
        raise DeskError(Refusal.NEEDS_REASON)
    if len(stripped) > MAX_REASON:
        raise DeskError(Refusal.TOO_LONG, limit=f"{MAX_REASON:,}")
    return stripped

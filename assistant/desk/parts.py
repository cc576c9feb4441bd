"""What the desk's services share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.audit_event import Value
from assistant.compliance.engine import PolicyEngine
from assistant.desk.vault import Vault
from assistant.firewall.firewall import Firewall
from assistant.messages import Messages
from assistant.review.sla import BusinessCalendar
from assistant.storage.database import Database
from assistant.storage.records import Records


@dataclass(frozen=True)
class Parts:
    """The parts, made by `assistant/bootstrap.py`.

    Attributes:
        clock: the time, aware.
        new_id: a new unique id at each call.
        publish: tells the pages that follow a topic that something changed.
        calendar: the desk's clocks.
        lease: how long a claim lasts.
    """

    database: Database
    firewall: Firewall
    policy: PolicyEngine
    messages: Messages
    vault: Vault
    calendar: BusinessCalendar
    lease: timedelta
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    publish: Callable[[str], None]


def record(
    records: Records, at: datetime, actor: str, action: str, ticket_id: str, data: Mapping[str, Value] | None = None
) -> None:
    """One step of a ticket in the audit log, in the same transaction as the step itself."""
    records.audit.append(at, actor, action, f"ticket:{ticket_id}", data or {})

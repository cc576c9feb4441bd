"""What people decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from assistant.storage.repository import Repository, batches
from assistant.storage.seals import Sealed, Seals, fingerprint
from assistant.storage.tables import decision
from assistant.ticket import Decision

_C = decision.c


class Decisions(Repository):
    """Decisions are added and never changed."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        super().__init__(connection)
        self._seals = seals

    def add(self, value: Decision) -> None:
        """Store a decision."""
        self._run(
            insert(decision).values(
                id=value.id,
                ticket_id=value.ticket_id,
                draft_id=value.draft_id,
                user_id=value.user_id,
                kind=value.kind,
                reason=value.reason,
                comment=value.comment,
                confirmed=value.confirmed,
                created_at=value.created_at,
            )
        )
        self._seals.add("decision", value.id, fingerprint("decision", value), value.created_at)

    def get(self, decision_id: str) -> Decision | None:
        """The decision."""
        return self.by_ids([decision_id]).get(decision_id)

    def of_ticket(self, ticket_id: str) -> tuple[Decision, ...]:
        """All decisions on a ticket, oldest first."""
        found = select(decision).where(_C.ticket_id == ticket_id).order_by(_C.created_at, _C.id)
        return tuple(Decision(**row._mapping) for row in self._all(found))

    def by_ids(self, decision_ids: Sequence[str]) -> Mapping[str, Decision]:
        """These decisions, by id."""
        found = {}
        for ids in batches(decision_ids):
            rows = self._all(select(decision).where(_C.id.in_(ids)))
            found.update({row.id: Decision(**row._mapping) for row in rows})
        return found

    def ids(self, after: str, limit: int) -> list[str]:
        """The next ids in order, for the audit."""
        return self._ids(decision, after, limit)

    def sealed(self, ids: Sequence[str]) -> tuple[Sealed, ...]:
        """What the audit checks of these decisions."""
        return tuple(
            Sealed("decision", value.id, value.ticket_id, fingerprint("decision", value))
            for value in self.by_ids(ids).values()
        )

"""Fixed texts that went to customers without a person's decision."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from assistant.reply import text_hash
from assistant.storage.repository import Repository
from assistant.storage.seals import Sealed, Seals, fingerprint
from assistant.storage.tables import notice, ticket
from assistant.ticket import SentNotice

_C = notice.c


class Notices(Repository):
    """Notices are added and never changed."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        super().__init__(connection)
        self._seals = seals

    def add(self, value: SentNotice) -> None:
        """Store a notice."""
        self._run(
            insert(notice).values(
                id=value.id,
                ticket_id=value.ticket_id,
                key=value.key,
                language=value.language,
                text=value.text,
                after=value.after,
                created_at=value.created_at,
            )
        )
        self._seals.add("notice", value.id, fingerprint("notice", value), value.created_at)

    def of_conversation(self, conversation_id: str) -> tuple[SentNotice, ...]:
        """All notices of a conversation, oldest first."""
        found = select(notice).join(ticket, ticket.c.id == _C.ticket_id)
        found = found.where(ticket.c.conversation_id == conversation_id).order_by(_C.created_at, _C.id)
        return tuple(SentNotice(**row._mapping) for row in self._all(found))

    def ids(self, after: str, limit: int) -> list[str]:
        """The next ids in order, for the audit."""
        return self._ids(notice, after, limit)

    def sealed(self, ids: Sequence[str]) -> tuple[Sealed, ...]:
        """What the audit checks of these notices."""
        rows = self._all(select(notice).where(_C.id.in_(ids)).order_by(_C.id))
        values = [SentNotice(**row._mapping) for row in rows]
        return tuple(
            Sealed("notice", value.id, value.ticket_id, fingerprint("notice", value), text_hash(value.text))
            for value in values
        )

"""What customers wrote, and the encrypted originals behind the tokens in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, func, insert, select
from sqlalchemy.engine import Connection

from assistant.reply import text_hash
from assistant.storage.repository import Repository, batches
from assistant.storage.seals import Sealed, Seals, fingerprint
from assistant.storage.tables import message, personal_value
from assistant.storage.upsert import insert_or_skip
from assistant.ticket import Message, PersonalValue

_C = message.c
_P = personal_value.c


class Messages(Repository):
    """Messages are added and never changed."""

    def __init__(self, connection: Connection, seals: Seals) -> None:
        super().__init__(connection)
        self._seals = seals

    def add(self, value: Message, secret: bool = False) -> bool:
        """Store a message. `secret`: the firewall destroyed a secret in it.

        Returns:
            `False`, and nothing is stored, when the conversation has a message with this nonce.
        """
        row = {
            "id": value.id,
            "conversation_id": value.conversation_id,
            "ticket_id": value.ticket_id,
            "seq": value.seq,
            "text": value.text,
            "nonce": value.nonce,
            "secret": secret,
            "created_at": value.created_at,
        }
        if not insert_or_skip(self._connection, message, row, ["conversation_id", "nonce"]):
            return False
        self._seals.add("message", value.id, fingerprint("message", value, secret), value.created_at)
        return True

    def get(self, message_id: str) -> Message | None:
        """The message."""
        return self._first(select(message).where(_C.id == message_id))

    def by_nonce(self, conversation_id: str, nonce: str) -> Message | None:
        """The message that the page sent under this nonce."""
        return self._first(select(message).where(_C.conversation_id == conversation_id, _C.nonce == nonce))

    def of_conversation(self, conversation_id: str) -> tuple[Message, ...]:
        """All messages of a conversation, in order."""
        found = select(message).where(_C.conversation_id == conversation_id).order_by(_C.seq)
        return tuple(_message(row) for row in self._all(found))

    def last_seq(self, conversation_id: str) -> int:
        """Number of the last message of a conversation; 0 = there is none."""
        return self._scalar(select(func.max(_C.seq)).where(_C.conversation_id == conversation_id)) or 0

    def latest_of(self, ticket_ids: Iterable[str]) -> Mapping[str, Message]:
        """The last message of each ticket that has one."""
        latest = {}
        for ids in batches(ticket_ids):
            last = select(_C.ticket_id, func.max(_C.seq).label("seq")).where(_C.ticket_id.in_(ids))
            ends = last.group_by(_C.ticket_id).subquery()
            found = select(message).join(ends, and_(_C.ticket_id == ends.c.ticket_id, _C.seq == ends.c.seq))
            latest.update({row.ticket_id: _message(row) for row in self._all(found)})
        return latest

    def secrets_of(self, conversation_id: str) -> frozenset[str]:
        """Ids of the messages in which the firewall destroyed a secret."""
        found = select(_C.id).where(_C.conversation_id == conversation_id, _C.secret.is_(True))
        return frozenset(row.id for row in self._all(found))

    def add_personal(self, values: Iterable[PersonalValue]) -> None:
        """Store originals behind tokens."""
        rows = [
            {"message_id": value.message_id, "token": value.token, "kind": value.kind, "ciphertext": value.ciphertext}
            for value in values
        ]
        if rows:
            self._connection.execute(insert(personal_value), rows)

    def personal(self, message_id: str, token: str) -> PersonalValue | None:
        """The original behind one token of a message, encrypted."""
        row = self._one(select(personal_value).where(_P.message_id == message_id, _P.token == token))
        return None if row is None else PersonalValue(row.message_id, row.token, row.kind, bytes(row.ciphertext))

    def tokens_of(self, conversation_id: str) -> Mapping[str, tuple[str, ...]]:
        """The tokens whose originals are kept, by message id, in alphabetical order."""
        found = select(_P.message_id, _P.token).join(message, _C.id == _P.message_id)
        tokens: dict[str, tuple[str, ...]] = {}
        for row in self._all(found.where(_C.conversation_id == conversation_id).order_by(_P.message_id, _P.token)):
            tokens[row.message_id] = (*tokens.get(row.message_id, ()), row.token)
        return tokens

    def ids(self, after: str, limit: int) -> list[str]:
        """The next ids in order, for the audit."""
        return self._ids(message, after, limit)

    def sealed(self, ids: Sequence[str]) -> tuple[Sealed, ...]:
        """What the audit checks of these messages."""
        return tuple(_sealed(row) for row in self._all(select(message).where(_C.id.in_(ids)).order_by(_C.id)))

    def _first(self, statement: Select[Any]) -> Message | None:
        row = self._one(statement)
        return None if row is None else _message(row)


def _message(row: Row[Any]) -> Message:
    return Message(row.id, row.conversation_id, row.ticket_id, row.seq, row.text, row.nonce, row.created_at)


def _sealed(row: Row[Any]) -> Sealed:
    mark = fingerprint("message", _message(row), row.secret)
    return Sealed("message", row.id, row.ticket_id, mark, text_hash(row.text))

"""Conversations."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from assistant.storage.repository import Repository
from assistant.storage.tables import conversation
from assistant.ticket import Conversation

_ALL = conversation.c


class Conversations(Repository):
    """One conversation per customer and channel, or several over time; the newest counts."""

    def add(self, value: Conversation) -> None:
        """Store a new conversation."""
        self._run(
            insert(conversation).values(
                id=value.id,
                customer_id=value.customer_id,
                locale=value.locale,
                jurisdiction=value.jurisdiction,
                channel=value.channel,
                created_at=value.created_at,
            )
        )

    def get(self, conversation_id: str) -> Conversation | None:
        """The conversation."""
        row = self._one(select(conversation).where(_ALL.id == conversation_id))
        return None if row is None else Conversation(**row._mapping)

    def of_customer(self, customer_id: str, channel: str) -> Conversation | None:
        """The newest conversation of this customer on this channel."""
        row = self._one(
            select(conversation)
            .where(_ALL.customer_id == customer_id, _ALL.channel == channel)
            .order_by(_ALL.created_at.desc(), _ALL.id.desc())
            .limit(1)
        )
        return None if row is None else Conversation(**row._mapping)

    def set_locale(self, conversation_id: str, locale: str) -> None:
        """The language of the customer's page from now on."""
        self._run(update(conversation).where(_ALL.id == conversation_id).values(locale=locale))

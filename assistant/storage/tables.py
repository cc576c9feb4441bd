"""The tables. `migrations/` makes them; a test holds the two together. Audited rows are never updated or deleted."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from assistant.model import Action, Disposition, HandoffReason
from assistant.storage.columns import COUNTER, KEY, Choice, Day, Json, Moment, Rank
from assistant.ticket import DecisionKind, DraftOrigin, TicketState, Urgency
from assistant.user import Role
from corpus.model import PassageKind, SectionKind

OPEN = "state IN ('queued', 'claimed')"
PENDING = "drafted_seq < message_seq AND state <> 'closed'"
SETTLED = "state IN ('answered', 'awaiting', 'closed')"
"""Conditions on tickets with an index each. SQLite uses it only for a query that spells the condition the same way."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key(name: str, reference: str = "", *, optional: bool = False, primary: bool = False) -> Column[Any]:
    target = [ForeignKey(reference)] if reference else []
    return Column(name, KEY, *target, nullable=optional, primary_key=primary)


def _words(name: str) -> Column[Any]:
    return Column(name, Text, nullable=False)


def _count(name: str) -> Column[Any]:
    return Column(name, Integer, nullable=False)


def _when(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, Moment, nullable=optional)


def _flag(name: str) -> Column[Any]:
    return Column(name, Boolean(create_constraint=True, name=name), nullable=False)


def _json(name: str) -> Column[Any]:
    return Column(name, Json, nullable=False)


def _choice(name: str, choices: type[StrEnum], *, optional: bool = False) -> Column[Any]:
    return Column(name, Choice(choices), nullable=optional)


def _one_of(column: str, choices: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{choice.value}'" for choice in choices)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _partial(name: str, condition: str, *columns: str) -> Index:
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))


account = Table(
    "account",
    metadata,
    _key("id", primary=True),
    _words("name"),
    Column("name_key", KEY, nullable=False, unique=True),
    _choice("role", Role),
    _flag("active"),
    _flag("must_change_password"),
    _words("password_hash"),
    _when("password_expires", optional=True),
    _one_of("role", Role),
)

login = Table(
    "login",
    metadata,
    _key("token_hash", primary=True),
    _key("user_id", "account.id"),
    _when("created_at"),
    _when("expires_at"),
    Index(None, "user_id"),
    Index(None, "expires_at"),
)

conversation = Table(
    "conversation",
    metadata,
    _key("id", primary=True),
    _key("customer_id"),
    _words("locale"),
    Column("jurisdiction", Text),
    _key("channel"),
    _when("created_at"),
    Index(None, "customer_id", "channel", "created_at"),
)

ticket = Table(
    "ticket",
    metadata,
    _key("id", primary=True),
    Column("number", KEY, nullable=False, unique=True),
    _key("conversation_id", "conversation.id"),
    _choice("state", TicketState),
    Column("urgency", Rank(Urgency), nullable=False),
    _choice("required_role", Role),
    _choice("reason", HandoffReason, optional=True),
    _words("topic"),
    _words("title"),
    _words("language"),
    _when("opened_at"),
    _when("waiting_since"),
    _when("due_at"),
    _count("message_seq"),
    _count("drafted_seq"),
    Column("draft_id", KEY, ForeignKey("draft.id", use_alter=True)),
    _count("version"),
    _key("assignee_id", "account.id", optional=True),
    _when("lease_until", optional=True),
    _flag("complaint"),
    _when("answered_at", optional=True),
    _when("closed_at", optional=True),
    _when("settled_at"),  # closed, else answered, else waiting since: the order of `recent`
    _one_of("state", TicketState),
    _one_of("required_role", Role),
    CheckConstraint("urgency BETWEEN 0 AND 3", name="urgency"),
    CheckConstraint("message_seq >= 0 AND drafted_seq >= 0 AND version >= 1", name="counts"),
    CheckConstraint(
        "state <> 'claimed' OR (assignee_id IS NOT NULL AND lease_until IS NOT NULL)", name="claimed_by_someone"
    ),
    Index(None, "conversation_id", "opened_at"),
    Index(None, "draft_id"),
    Index(None, "assignee_id"),
    _partial("ix_ticket_open", OPEN, "urgency", "waiting_since", "id"),
    _partial("ix_ticket_pending", PENDING, "waiting_since", "id"),
    _partial("ix_ticket_recent", SETTLED, "settled_at", "id"),
)

message = Table(
    "message",
    metadata,
    _key("id", primary=True),
    _key("conversation_id", "conversation.id"),
    _key("ticket_id", "ticket.id"),
    _count("seq"),
    _words("text"),
    _key("nonce"),
    _flag("secret"),
    _when("created_at"),
    UniqueConstraint("conversation_id", "seq"),
    UniqueConstraint("conversation_id", "nonce"),
    CheckConstraint("seq >= 1", name="seq"),
    Index(None, "ticket_id", "seq"),
)

personal_value = Table(
    "personal_value",
    metadata,
    _key("message_id", "message.id", primary=True),
    _key("token", primary=True),
    _words("kind"),
    Column("ciphertext", LargeBinary, nullable=False),
)

draft = Table(
    "draft",
    metadata,
    _key("id", primary=True),
    _key("ticket_id", "ticket.id"),
    _count("based_on"),
    _choice("origin", DraftOrigin),
    _choice("action", Action),
    _words("language"),
    _words("body"),
    _words("text"),
    _words("sha256"),
    _when("created_at"),
    _json("sentences"),
    _json("citations"),
    _json("notices"),
    Column("confidence", Float(53), nullable=False),
    _json("versions"),
    _key("author_id", "account.id", optional=True),
    _key("parent_id", "draft.id", optional=True),
    _count("edit_distance"),
    _one_of("origin", DraftOrigin),
    _one_of("action", Action),
    CheckConstraint("based_on >= 0 AND edit_distance >= 0", name="counts"),
    CheckConstraint("length(sha256) = 64", name="sha256"),
    Index(None, "ticket_id", "created_at", "id"),
)

verdict = Table(
    "verdict",
    metadata,
    _key("draft_id", "draft.id", primary=True),
    _choice("disposition", Disposition),
    _json("findings"),
    _words("policy_version"),
    _one_of("disposition", Disposition),
)

evidence = Table(
    "evidence",
    metadata,
    _key("draft_id", "draft.id", primary=True),
    Column("position", Integer, primary_key=True),
    _count("n"),
    Column("score", Float(53), nullable=False),
    _words("passage_id"),
    _words("document_id"),
    _words("locale"),
    _words("title"),
    _words("category"),
    _choice("section", SectionKind),
    _choice("kind", PassageKind),
    _words("heading"),
    _count("ordinal"),
    _words("text"),
    _count("tokens"),
    _json("cells"),
    _words("audience"),
    _json("jurisdictions"),
    _json("notices"),
    Column("effective_from", Day, nullable=False),
    Column("effective_until", Day),
    _count("version"),
    _words("stands_for"),
    _json("products"),
    _words("parent"),
    Column("page", Integer),
    _words("part"),
    UniqueConstraint("draft_id", "n"),
)

decision = Table(
    "decision",
    metadata,
    _key("id", primary=True),
    _key("ticket_id", "ticket.id"),
    _key("draft_id", "draft.id", optional=True),
    _key("user_id", "account.id"),
    _choice("kind", DecisionKind),
    _words("reason"),
    _words("comment"),
    _flag("confirmed"),
    _when("created_at"),
    _one_of("kind", DecisionKind),
    CheckConstraint("kind <> 'approve' OR draft_id IS NOT NULL", name="approved_draft"),
    Index(None, "ticket_id", "created_at"),
    Index(None, "user_id"),
)

reply = Table(
    "reply",
    metadata,
    _key("id", primary=True),
    _key("ticket_id", "ticket.id"),
    Column("draft_id", KEY, ForeignKey("draft.id"), nullable=False, unique=True),
    Column("decision_id", KEY, ForeignKey("decision.id"), nullable=False, unique=True),
    _words("sha256"),
    _key("topic"),
    Column("waited_minutes", Float(53), nullable=False),
    _when("sent_at"),
    Index(None, "ticket_id", "sent_at"),
    Index(None, "topic", "sent_at"),
    Index(None, "sent_at"),
)

notice = Table(
    "notice",
    metadata,
    _key("id", primary=True),
    _key("ticket_id", "ticket.id"),
    _words("key"),
    _words("language"),
    _words("text"),
    _count("after"),
    _when("created_at"),
    Index(None, "ticket_id", "created_at"),
)

rating = Table(
    "rating",
    metadata,
    _key("reply_id", "reply.id", primary=True),
    _flag("solved"),
    _json("reasons"),
    _words("comment"),
    _when("created_at"),
)

audit_event = Table(
    "audit_event",
    metadata,
    Column("seq", COUNTER, primary_key=True, autoincrement=False),
    _words("at"),  # as text, as it is hashed
    _words("actor"),
    _words("action"),
    _key("subject"),
    _words("data"),  # canonical JSON; its exact text is checked
    _words("previous"),
    _words("hash"),
    CheckConstraint("seq >= 1", name="seq"),
    Index(None, "subject", "seq"),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", COUNTER, nullable=False),
    _words("hash"),
    CheckConstraint("id = 1", name="one"),
)

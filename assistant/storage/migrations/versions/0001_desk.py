"""The desk: people, conversations, tickets, drafts, decisions, replies and the audit log.

Frozen: it describes the tables as this revision made them, and imports nothing of the product that may change.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0001"
down_revision: str | None = None

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_MOMENT = sa.String(32).with_variant(TIMESTAMP(timezone=True), "postgresql")
_DAY = sa.String(10).with_variant(sa.Date(), "postgresql")
_COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_REAL = sa.Float(53)


def upgrade() -> None:
    """Make every table, and the triggers that keep the audit log as it is."""
    metadata = sa.MetaData(naming_convention=_NAMES)
    _people(metadata)
    _conversations(metadata)
    _drafts(metadata)
    _evidence(metadata)
    _decisions(metadata)
    _audit(metadata)
    metadata.create_all(op.get_bind(), checkfirst=False)
    op.bulk_insert(metadata.tables["audit_head"], [{"id": 1, "seq": 0, "hash": "0" * 64}])
    _protect_audit(op.get_bind().dialect.name)


def _key(name: str, reference: str = "", *, null: bool = False, primary: bool = False) -> sa.Column[Any]:
    target = [sa.ForeignKey(reference)] if reference else []
    return sa.Column(name, _KEY, *target, nullable=null, primary_key=primary)


def _column(name: str, kind: Any, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=null)


def _flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(create_constraint=True, name=name), nullable=False)


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _counts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names]


def _check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=name)


def _partial(name: str, condition: str, *columns: str) -> sa.Index:
    return sa.Index(name, *columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))


def _people(metadata: sa.MetaData) -> None:
    sa.Table(
        "account",
        metadata,
        _key("id", primary=True),
        *_texts("name"),
        sa.Column("name_key", _KEY, nullable=False, unique=True),
        *_texts("role"),
        _flag("active"),
        _flag("must_change_password"),
        *_texts("password_hash"),
        _column("password_expires", _MOMENT, null=True),
        _check("role", "role IN ('agent', 'supervisor', 'admin')"),
    )
    sa.Table(
        "login",
        metadata,
        _key("token_hash", primary=True),
        _key("user_id", "account.id"),
        _column("created_at", _MOMENT),
        _column("expires_at", _MOMENT),
        sa.Index(None, "user_id"),
        sa.Index(None, "expires_at"),
    )


def _conversations(metadata: sa.MetaData) -> None:
    sa.Table(
        "conversation",
        metadata,
        _key("id", primary=True),
        _key("customer_id"),
        *_texts("locale"),
        _column("jurisdiction", sa.Text, null=True),
        _key("channel"),
        _column("created_at", _MOMENT),
        sa.Index(None, "customer_id", "channel", "created_at"),
    )
    _tickets(metadata)
    sa.Table(
        "message",
        metadata,
        _key("id", primary=True),
        _key("conversation_id", "conversation.id"),
        _key("ticket_id", "ticket.id"),
        *_counts("seq"),
        *_texts("text"),
        _key("nonce"),
        _flag("secret"),
        _column("created_at", _MOMENT),
        sa.UniqueConstraint("conversation_id", "seq"),
        sa.UniqueConstraint("conversation_id", "nonce"),
        _check("seq", "seq >= 1"),
        sa.Index(None, "ticket_id", "seq"),
    )
    sa.Table(
        "personal_value",
        metadata,
        _key("message_id", "message.id", primary=True),
        _key("token", primary=True),
        *_texts("kind"),
        _column("ciphertext", sa.LargeBinary),
    )


def _tickets(metadata: sa.MetaData) -> None:
    sa.Table(
        "ticket",
        metadata,
        _key("id", primary=True),
        sa.Column("number", _KEY, nullable=False, unique=True),
        _key("conversation_id", "conversation.id"),
        *_texts("state"),
        _column("urgency", sa.SmallInteger),
        *_texts("required_role"),
        _column("reason", sa.Text, null=True),
        *_texts("topic", "title", "language"),
        _column("opened_at", _MOMENT),
        _column("waiting_since", _MOMENT),
        _column("due_at", _MOMENT),
        *_counts("message_seq", "drafted_seq"),
        sa.Column("draft_id", _KEY, sa.ForeignKey("draft.id", use_alter=True), nullable=True),
        *_counts("version"),
        _key("assignee_id", "account.id", null=True),
        _column("lease_until", _MOMENT, null=True),
        _flag("complaint"),
        _column("answered_at", _MOMENT, null=True),
        _column("closed_at", _MOMENT, null=True),
        _column("settled_at", _MOMENT),
        _check("state", "state IN ('queued', 'claimed', 'awaiting', 'answered', 'closed')"),
        _check("required_role", "required_role IN ('agent', 'supervisor', 'admin')"),
        _check("urgency", "urgency BETWEEN 0 AND 3"),
        _check("counts", "message_seq >= 0 AND drafted_seq >= 0 AND version >= 1"),
        _check("claimed_by_someone", "state <> 'claimed' OR (assignee_id IS NOT NULL AND lease_until IS NOT NULL)"),
        sa.Index(None, "conversation_id", "opened_at"),
        sa.Index(None, "draft_id"),
        sa.Index(None, "assignee_id"),
        _partial("ix_ticket_open", "state IN ('queued', 'claimed')", "urgency", "waiting_since", "id"),
        _partial("ix_ticket_pending", "drafted_seq < message_seq AND state <> 'closed'", "waiting_since", "id"),
        _partial("ix_ticket_recent", "state IN ('answered', 'awaiting', 'closed')", "settled_at", "id"),
    )


def _drafts(metadata: sa.MetaData) -> None:
    sa.Table(
        "draft",
        metadata,
        _key("id", primary=True),
        _key("ticket_id", "ticket.id"),
        *_counts("based_on"),
        *_texts("origin", "action", "language", "body", "text", "sha256"),
        _column("created_at", _MOMENT),
        *_texts("sentences", "citations", "notices"),
        _column("confidence", _REAL),
        *_texts("versions"),
        _key("author_id", "account.id", null=True),
        _key("parent_id", "draft.id", null=True),
        *_counts("edit_distance"),
        _check("origin", "origin IN ('desk', 'edited', 'written')"),
        _check("action", "action IN ('answer', 'clarify', 'handoff', 'escalate')"),
        _check("counts", "based_on >= 0 AND edit_distance >= 0"),
        _check("sha256", "length(sha256) = 64"),
        sa.Index(None, "ticket_id", "created_at", "id"),
    )


def _evidence(metadata: sa.MetaData) -> None:
    sa.Table(
        "verdict",
        metadata,
        _key("draft_id", "draft.id", primary=True),
        *_texts("disposition", "findings", "policy_version"),
        _check("disposition", "disposition IN ('send_ok', 'review', 'supervisor', 'escalate', 'block')"),
    )
    sa.Table(
        "evidence",
        metadata,
        _key("draft_id", "draft.id", primary=True),
        sa.Column("position", sa.Integer, primary_key=True),
        *_counts("n"),
        _column("score", _REAL),
        *_texts("passage_id", "document_id", "locale", "title", "category", "section", "kind", "heading"),
        *_counts("ordinal"),
        *_texts("text"),
        *_counts("tokens"),
        *_texts("cells", "audience", "jurisdictions", "notices"),
        _column("effective_from", _DAY),
        _column("effective_until", _DAY, null=True),
        *_counts("version"),
        *_texts("stands_for"),
        sa.UniqueConstraint("draft_id", "n"),
    )


def _decisions(metadata: sa.MetaData) -> None:
    sa.Table(
        "decision",
        metadata,
        _key("id", primary=True),
        _key("ticket_id", "ticket.id"),
        _key("draft_id", "draft.id", null=True),
        _key("user_id", "account.id"),
        *_texts("kind", "reason", "comment"),
        _flag("confirmed"),
        _column("created_at", _MOMENT),
        _check("kind", "kind IN ('approve', 'edit', 'reject', 'escalate', 'close')"),
        _check("approved_draft", "kind <> 'approve' OR draft_id IS NOT NULL"),
        sa.Index(None, "ticket_id", "created_at"),
        sa.Index(None, "user_id"),
    )
    sa.Table(
        "reply",
        metadata,
        _key("id", primary=True),
        _key("ticket_id", "ticket.id"),
        sa.Column("draft_id", _KEY, sa.ForeignKey("draft.id"), nullable=False, unique=True),
        sa.Column("decision_id", _KEY, sa.ForeignKey("decision.id"), nullable=False, unique=True),
        *_texts("sha256"),
        _key("topic"),
        _column("waited_minutes", _REAL),
        _column("sent_at", _MOMENT),
        sa.Index(None, "ticket_id", "sent_at"),
        sa.Index(None, "topic", "sent_at"),
        sa.Index(None, "sent_at"),
    )
    sa.Table(
        "notice",
        metadata,
        _key("id", primary=True),
        _key("ticket_id", "ticket.id"),
        *_texts("key", "language", "text"),
        *_counts("after"),
        _column("created_at", _MOMENT),
        sa.Index(None, "ticket_id", "created_at"),
    )
    sa.Table(
        "rating",
        metadata,
        _key("reply_id", "reply.id", primary=True),
        _flag("solved"),
        *_texts("reasons", "comment"),
        _column("created_at", _MOMENT),
    )


def _audit(metadata: sa.MetaData) -> None:
    sa.Table(
        "audit_event",
        metadata,
        sa.Column("seq", _COUNTER, primary_key=True, autoincrement=False),
        *_texts("at", "actor", "action"),
        _key("subject"),
        *_texts("data", "previous", "hash"),
        _check("seq", "seq >= 1"),
        sa.Index(None, "subject", "seq"),
    )
    sa.Table(
        "audit_head",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", _COUNTER, nullable=False),
        *_texts("hash"),
        _check("one", "id = 1"),
    )


def _protect_audit(dialect: str) -> None:
    if dialect == "postgresql":
        op.execute(
            "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_event_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event"
            " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        )
        op.execute(
            "CREATE TRIGGER audit_head_keep BEFORE INSERT OR DELETE OR TRUNCATE ON audit_head"
            " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        )
        return
    kept = {"audit_event": ("UPDATE", "DELETE"), "audit_head": ("INSERT", "DELETE")}
    for table, actions in kept.items():
        for action in actions:
            op.execute(
                f"CREATE TRIGGER {table}_{action.lower()} BEFORE {action} ON {table}"
                " BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )

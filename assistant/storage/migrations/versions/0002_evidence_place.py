"""Evidence says where in its file a passage stands, which section it belongs to and which products it is about.

Frozen: it describes the table as this revision made it, and imports nothing of the product that may change.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"

_NAMES = {"uq": "uq_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"} | {
    "fk": "fk_%(table_name)s_%(column_0_N_name)s"
}
_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_DAY = sa.String(10).with_variant(sa.Date(), "postgresql")
_BEFORE = (
    "draft_id, position, n, score, passage_id, document_id, locale, title, category, section, kind, heading, ordinal,"
    " text, tokens, cells, audience, jurisdictions, notices, effective_from, effective_until, version, stands_for"
)
_EVERY_PRODUCT = '["*"]'


def upgrade() -> None:
    """Add the columns; what is stored already is about every product and stands nowhere in particular."""
    if op.get_bind().dialect.name == "postgresql":
        _add_columns()
    else:
        _copy_table()


def _add_columns() -> None:
    for name, value in (("products", _EVERY_PRODUCT), ("parent", ""), ("part", "")):
        op.add_column("evidence", sa.Column(name, sa.Text, nullable=False, server_default=value))
        op.alter_column("evidence", name, server_default=None)
    op.add_column("evidence", sa.Column("page", sa.Integer))


def _copy_table() -> None:
    # SQLite adds a column that may not be empty only with a default, which would then stay.
    op.rename_table("evidence", "evidence_0001")
    _evidence(sa.MetaData(naming_convention=_NAMES)).create(op.get_bind())
    op.execute(
        f"INSERT INTO evidence ({_BEFORE}, products, parent, part)"  # noqa: S608 - constants
        f" SELECT {_BEFORE}, '{_EVERY_PRODUCT}', '', '' FROM evidence_0001"
    )
    op.drop_table("evidence_0001")


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _counts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names]


def _evidence(metadata: sa.MetaData) -> sa.Table:
    sa.Table("draft", metadata, sa.Column("id", _KEY, primary_key=True))
    return sa.Table(
        "evidence",
        metadata,
        sa.Column("draft_id", _KEY, sa.ForeignKey("draft.id"), nullable=False, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        *_counts("n"),
        sa.Column("score", sa.Float(53), nullable=False),
        *_texts("passage_id", "document_id", "locale", "title", "category", "section", "kind", "heading"),
        *_counts("ordinal"),
        *_texts("text"),
        *_counts("tokens"),
        *_texts("cells", "audience", "jurisdictions", "notices"),
        sa.Column("effective_from", _DAY, nullable=False),
        sa.Column("effective_until", _DAY),
        *_counts("version"),
        *_texts("stands_for", "products", "parent"),
        sa.Column("page", sa.Integer),
        *_texts("part"),
        sa.UniqueConstraint("draft_id", "n"),
    )

"""The tables of what was changed at a line's limit from the chat."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from prepayment.adapters.sql.metadata import UtcDateTime, metadata
from prepayment.limit_changes import IN_FORCE, ChangeKind, ChangeState


def _listed(values: Iterable[str]) -> str:
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


IN_FORCE_STATE = sa.text(f"state IN {_listed(sorted(IN_FORCE))}")
_DUE = sa.text("due_at IS NOT NULL")

limit_changes = sa.Table(
    "limit_changes",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("line_id", sa.String(64), nullable=False),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("limit_before_won", sa.BigInteger, nullable=False),
    sa.Column("limit_after_won", sa.BigInteger, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    # The worker's own: when it may ask the carrier (again, machine time; NULL once settled), how often it did, and
    # what went wrong.
    sa.Column("due_at", UtcDateTime),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("outcome", sa.String(200), nullable=False),
    sa.CheckConstraint(f"kind IN {_listed(ChangeKind)}", name="kind_known"),
    sa.CheckConstraint(f"state IN {_listed(ChangeState)}", name="state_known"),
    sa.CheckConstraint("limit_before_won >= 0", name="limit_before_whole"),
    sa.CheckConstraint("limit_after_won >= 0", name="limit_after_whole"),
    sa.Index("ix_limit_changes_line_id_created_at", "line_id", "created_at"),
    sa.Index("ix_limit_changes_due", "due_at", sqlite_where=_DUE, postgresql_where=_DUE),
    sa.Index(
        "uq_limit_changes_in_force",
        "line_id",
        unique=True,
        sqlite_where=IN_FORCE_STATE,
        postgresql_where=IN_FORCE_STATE,
    ),
)

limit_change_events = sa.Table(
    "limit_change_events",
    metadata,
    sa.Column("change_id", sa.ForeignKey("limit_changes.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("source", sa.String(16)),
    sa.Column("target", sa.String(16), nullable=False),
    sa.Column("cause", sa.String(64), nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
)

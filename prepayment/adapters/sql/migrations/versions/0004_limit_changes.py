"""changes of limits made from the chat, and their steps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_IN_FORCE = sa.text("state IN ('requested', 'unknown')")
_DUE = sa.text("due_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "limit_changes",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("line_id", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("limit_before_won", sa.BigInteger(), nullable=False),
        sa.Column("limit_after_won", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=200), nullable=False),
        sa.CheckConstraint("kind IN ('block', 'unblock')", name=op.f("ck_limit_changes_kind_known")),
        sa.CheckConstraint(
            "state IN ('requested', 'unknown', 'done', 'refused')", name=op.f("ck_limit_changes_state_known")
        ),
        sa.CheckConstraint("limit_before_won >= 0", name=op.f("ck_limit_changes_limit_before_whole")),
        sa.CheckConstraint("limit_after_won >= 0", name=op.f("ck_limit_changes_limit_after_whole")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_limit_changes_conversation_id_conversations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limit_changes")),
    )
    op.create_index("ix_limit_changes_line_id_created_at", "limit_changes", ["line_id", "created_at"])
    op.create_index(
        "ix_limit_changes_due", "limit_changes", ["due_at"], sqlite_where=_DUE, postgresql_where=_DUE
    )
    op.create_index(
        "uq_limit_changes_in_force",
        "limit_changes",
        ["line_id"],
        unique=True,
        sqlite_where=_IN_FORCE,
        postgresql_where=_IN_FORCE,
    )
    op.create_table(
        "limit_change_events",
        sa.Column("change_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=16)),
        sa.Column("target", sa.String(length=16), nullable=False),
        sa.Column("cause", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["limit_changes.id"], name=op.f("fk_limit_change_events_change_id_limit_changes")
        ),
        sa.PrimaryKeyConstraint("change_id", "number", name=op.f("pk_limit_change_events")),
    )


def downgrade() -> None:
    op.drop_table("limit_change_events")
    op.drop_table("limit_changes")

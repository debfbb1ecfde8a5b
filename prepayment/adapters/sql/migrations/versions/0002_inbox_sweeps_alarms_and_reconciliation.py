"""inbox, durable sweeps, alarms and reconciliation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

_NOT_DONE = sa.text("done_at IS NULL")
_NOT_SENT = sa.text("due_at IS NOT NULL")
_NOT_CLOSED = sa.text("closed_at IS NULL")

_OPEN = sa.text(
    "state IN ('cancelling', 'confirming', 'declined', 'paid', 'paying', 'quoted', 'review', 'unknown', 'verified')"
)
_EXCLUSIVE = sa.text("state IN ('confirming', 'declined', 'paid', 'paying', 'quoted', 'unknown', 'verified')")

revision = "0002"
down_revision = "0001"


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False, server_default="")


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")


def _one_order_a_line(where: sa.TextClause) -> None:
    op.drop_index("uq_orders_open_line", table_name="orders")
    op.create_index(
        "uq_orders_open_line", "orders", ["line_id"], unique=True, sqlite_where=where, postgresql_where=where
    )


def upgrade() -> None:
    op.add_column("orders", _moment("confirm_sent_at"))
    op.execute(
        "ALTER TABLE orders ADD COLUMN charged_won BIGINT"
        " CONSTRAINT ck_orders_charged_positive CHECK (charged_won > 0)"
    )
    op.add_column("orders", _moment("sweep_after"))
    op.add_column("orders", _count("sweep_attempts"))
    op.add_column("orders", _text("sweep_error", 64))
    _one_order_a_line(_EXCLUSIVE)
    # Orders under way count from when they last moved.
    op.execute("UPDATE orders SET confirm_sent_at = updated_at WHERE state IN ('confirming', 'unknown')")
    op.create_index("ix_postings_at", "postings", ["at"])
    op.drop_index("ix_outbox_done_at_due_at", table_name="outbox")
    op.create_index("ix_outbox_due", "outbox", ["due_at"], sqlite_where=_NOT_DONE, postgresql_where=_NOT_DONE)
    for column in (_moment("due_at"), _moment("done_at"), _count("attempts"), _text("outcome", 200)):
        op.add_column("webhooks", column)
    # A row used to be written when a webhook was dealt with.
    op.execute("UPDATE webhooks SET done_at = received_at, outcome = 'read'")
    op.create_index(
        "ix_webhooks_due", "webhooks", ["due_at"], sqlite_where=_NOT_DONE, postgresql_where=_NOT_DONE
    )
    op.drop_index("ix_messages_answered_at", table_name="messages")
    op.create_index(
        "ix_messages_unanswered",
        "messages",
        ["conversation_id", "seq"],
        sqlite_where=sa.text("answered IS 0"),
        postgresql_where=sa.text("answered IS false"),
    )
    op.create_table(
        "alarms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=96), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        _moment("at", nullable=False),
        _moment("due_at"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _moment("closed_at"),
        _text("closed_by", 64),
        _text("closed_reason", 200),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
    )
    op.create_index(
        "uq_alarms_open",
        "alarms",
        ["kind", "subject"],
        unique=True,
        sqlite_where=_NOT_CLOSED,
        postgresql_where=_NOT_CLOSED,
    )
    op.create_index("ix_alarms_due", "alarms", ["due_at"], sqlite_where=_NOT_SENT, postgresql_where=_NOT_SENT)
    op.create_table(
        "jobs",
        sa.Column("name", sa.String(length=64), nullable=False),
        _moment("due_at", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_jobs")),
    )
    op.create_table(
        "reconciliations",
        sa.Column("day", sa.String(length=10), nullable=False),
        _moment("ran_at", nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_reconciliations")),
    )


def downgrade() -> None:
    for table in ("reconciliations", "jobs", "alarms"):
        op.drop_table(table)
    op.drop_index("ix_messages_unanswered", table_name="messages")
    op.create_index("ix_messages_answered_at", "messages", ["answered", "at"])
    # What is not done yet would count as done below: PortOne sends it again.
    op.execute("DELETE FROM webhooks WHERE done_at IS NULL")
    op.drop_index("ix_webhooks_due", table_name="webhooks")
    for name in ("due_at", "done_at", "attempts", "outcome"):
        op.drop_column("webhooks", name)
    op.drop_index("ix_outbox_due", table_name="outbox")
    op.create_index("ix_outbox_done_at_due_at", "outbox", ["done_at", "due_at"])
    op.drop_index("ix_postings_at", table_name="postings")
    # Refused by the database while a line has a new order beside one that is given back: wait for that one.
    _one_order_a_line(_OPEN)
    for name in ("confirm_sent_at", "charged_won", "sweep_after", "sweep_attempts", "sweep_error"):
        op.drop_column("orders", name)

"""The tables. Alembic's migrations are what makes them; a test proves that both agree."""

from __future__ import annotations

import sqlalchemy as sa

# Imported so that ``metadata`` is complete.
from prepayment.adapters.sql import limit_tables, staff_tables, support_tables  # noqa: F401
from prepayment.adapters.sql.metadata import UtcDateTime
from prepayment.adapters.sql.metadata import metadata as metadata
from prepayment.orders import EXCLUSIVE, State

_STATES = ", ".join(f"'{state}'" for state in State)
EXCLUSIVE_STATE = sa.text("state IN (" + ", ".join(f"'{state}'" for state in sorted(EXCLUSIVE)) + ")")
_NOT_DONE = sa.text("done_at IS NULL")
_NOT_SENT = sa.text("due_at IS NOT NULL")
NOT_CLOSED = sa.text("closed_at IS NULL")

orders = sa.Table(
    "orders",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("line_id", sa.String(64), nullable=False),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("conversation_id", sa.String(64), nullable=False),
    sa.Column("month", sa.String(7), nullable=False),
    sa.Column("amount_won", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("payment_id", sa.String(40), nullable=False, unique=True),
    sa.Column("checkout_token", sa.String(64), nullable=False, unique=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Column("verified_at", UtcDateTime),
    sa.Column("identity_id", sa.String(40)),
    sa.Column("identity_attempts", sa.Integer, nullable=False),
    sa.Column("payment_attempts", sa.Integer, nullable=False),
    sa.Column("payment_token", sa.Text),
    sa.Column("payment_tx_id", sa.String(64)),
    sa.Column("decline_message", sa.String(200), nullable=False),
    sa.Column("confirm_sent_at", UtcDateTime),
    sa.Column("charged_won", sa.BigInteger),
    # The sweeper's own: when it may look at the order again (machine time), how often it did, and what went wrong.
    sa.Column("sweep_after", UtcDateTime),
    sa.Column("sweep_attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("sweep_error", sa.String(64), nullable=False, server_default=""),
    sa.CheckConstraint("amount_won > 0", name="amount_positive"),
    sa.CheckConstraint("charged_won > 0", name="charged_positive"),
    sa.CheckConstraint(f"state IN ({_STATES})", name="state_known"),
    sa.Index("ix_orders_line_id_created_at", "line_id", "created_at"),
    sa.Index("ix_orders_state_expires_at", "state", "expires_at"),
    sa.Index(
        "uq_orders_open_line",
        "line_id",
        unique=True,
        sqlite_where=EXCLUSIVE_STATE,
        postgresql_where=EXCLUSIVE_STATE,
    ),
)

order_events = sa.Table(
    "order_events",
    metadata,
    sa.Column("order_id", sa.ForeignKey("orders.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("source", sa.String(16)),
    sa.Column("target", sa.String(16), nullable=False),
    sa.Column("cause", sa.String(64), nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
)

postings = sa.Table(
    "postings",
    metadata,
    sa.Column("order_id", sa.String(40), primary_key=True),
    sa.Column("event_number", sa.Integer, primary_key=True),
    sa.Column("account", sa.String(16), primary_key=True),
    sa.Column("amount_won", sa.BigInteger, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.ForeignKeyConstraint(["order_id", "event_number"], ["order_events.order_id", "order_events.number"]),
    sa.CheckConstraint("amount_won <> 0", name="amount_not_zero"),
    sa.Index("ix_postings_at", "at"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("order_id", sa.ForeignKey("orders.id"), nullable=False),
    sa.Column("event_number", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("done_at", UtcDateTime),
    sa.Column("outcome", sa.String(200), nullable=False),
    sa.UniqueConstraint("order_id", "event_number", "kind"),
    sa.Index("ix_outbox_due", "due_at", sqlite_where=_NOT_DONE, postgresql_where=_NOT_DONE),
)

# The inbox: each webhook once, worked off like the outbox.
webhooks = sa.Table(
    "webhooks",
    metadata,
    sa.Column("id", sa.String(128), primary_key=True),
    sa.Column("type", sa.String(64), nullable=False),
    sa.Column("payment_id", sa.String(64)),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Column("due_at", UtcDateTime),
    sa.Column("done_at", UtcDateTime),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("outcome", sa.String(200), nullable=False, server_default=""),
    sa.Index("ix_webhooks_due", "due_at", sqlite_where=_NOT_DONE, postgresql_where=_NOT_DONE),
)

alarms = sa.Table(
    "alarms",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("subject", sa.String(96), nullable=False),
    sa.Column("text", sa.String(300), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("due_at", UtcDateTime),  # when it is to be sent (again); NULL once it was
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("closed_at", UtcDateTime),
    # Of one that was closed by hand.
    sa.Column("closed_by", sa.String(64), nullable=False, server_default=""),
    sa.Column("closed_reason", sa.String(200), nullable=False, server_default=""),
    sa.Index(
        "uq_alarms_open",
        "kind",
        "subject",
        unique=True,
        sqlite_where=NOT_CLOSED,
        postgresql_where=NOT_CLOSED,
    ),
    sa.Index("ix_alarms_due", "due_at", sqlite_where=_NOT_SENT, postgresql_where=_NOT_SENT),
)

# What is done now and then by whichever worker comes first.
jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("due_at", UtcDateTime, nullable=False),
)

reconciliations = sa.Table(
    "reconciliations",
    metadata,
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("ran_at", UtcDateTime, nullable=False),
    sa.Column("report", sa.JSON, nullable=False),
)

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("customer_id", sa.String(64)),
    sa.Column("line_id", sa.String(64)),
    sa.Column("customer_name", sa.String(64)),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("last_seq", sa.Integer, nullable=False),
    sa.Column("turn_holder", sa.String(64)),
    sa.Column("turn_until", UtcDateTime),
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("role", sa.String(8), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("buttons", sa.JSON, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("client_id", sa.String(64)),
    sa.Column("payload", sa.Text),
    sa.Column("source", sa.String(96)),
    sa.Column("answered", sa.Boolean, nullable=False),
    sa.Column("image", sa.JSON(none_as_null=True)),
    sa.Column("ends", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("agent_name", sa.String(64)),
    sa.UniqueConstraint("conversation_id", "client_id"),
    sa.UniqueConstraint("conversation_id", "source"),
    sa.Index(
        "ix_messages_unanswered",
        "conversation_id",
        "seq",
        sqlite_where=sa.text("answered IS 0"),
        postgresql_where=sa.text("answered IS false"),
    ),
)

ratings = sa.Table(
    "ratings",
    metadata,
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), primary_key=True),
    sa.Column("opinion", sa.String(8), nullable=False),
    # How far the conversation had gone: the answer that was the last one then.
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index("ix_ratings_at", "at"),
)

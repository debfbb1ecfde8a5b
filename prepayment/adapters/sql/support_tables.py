"""The tables of what customers ask people for: conversations with a person, and checks of the web site."""

from __future__ import annotations

import sqlalchemy as sa

from prepayment.adapters.sql.metadata import UtcDateTime, metadata
from prepayment.ports.support import TicketState

_STATES = ", ".join(f"'{state}'" for state in TicketState)
NOT_OVER = sa.text("closed_at IS NULL")

tickets = sa.Table(
    "tickets",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("reason", sa.String(16), nullable=False),
    sa.Column("urgent", sa.Boolean, nullable=False),
    sa.Column("situation", sa.JSON, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("agent", sa.String(64)),
    sa.Column("agent_name", sa.String(64)),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("joined_at", UtcDateTime),
    sa.Column("closed_at", UtcDateTime),
    sa.CheckConstraint(f"state IN ({_STATES})", name="state_known"),
    sa.Index(
        "uq_tickets_open_conversation",
        "conversation_id",
        unique=True,
        sqlite_where=NOT_OVER,
        postgresql_where=NOT_OVER,
    ),
    sa.Index("ix_tickets_state", "state", "id"),
)

ticket_events = sa.Table(
    "ticket_events",
    metadata,
    sa.Column("ticket_id", sa.ForeignKey("tickets.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("source", sa.String(16)),
    sa.Column("target", sa.String(16), nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("cause", sa.String(64), nullable=False),
)

site_checks = sa.Table(
    "site_checks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("situation", sa.String(300), nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("closed_at", UtcDateTime),
    sa.Column("closed_by", sa.String(64), nullable=False, server_default=""),
    sa.Column("closed_reason", sa.String(200), nullable=False, server_default=""),
    sa.Index("ix_site_checks_conversation_id", "conversation_id"),
)

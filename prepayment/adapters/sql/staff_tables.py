"""The tables of the staff who talk to customers."""

from __future__ import annotations

import sqlalchemy as sa

from prepayment.adapters.sql.metadata import UtcDateTime, metadata

staff = sa.Table(
    "staff",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    # What customers read of who talks to them.
    sa.Column("name", sa.String(20), nullable=False),
    # "scrypt$n$r$p$salt$key": its parameters beside it, so that they can be raised for new passwords.
    sa.Column("password", sa.String(200), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    # Sessions name it; counting it up ends them all.
    sa.Column("generation", sa.Integer, nullable=False),
)

staff_events = sa.Table(
    "staff_events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("staff_id", sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    # What it was about: a ticket's number, or nothing.
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Index("ix_staff_events_staff_id_at", "staff_id", "at"),
)

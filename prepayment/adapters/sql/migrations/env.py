"""Alembic's entry: runs the migrations in the transaction that ``prepayment.migrate`` began."""

from __future__ import annotations

from alembic import context

from prepayment.adapters.sql.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
context.run_migrations()

"""Alembic's entry: runs the migrations on the connection that ``prepayment.migrate`` opened."""

from __future__ import annotations

from alembic import context

from prepayment.adapters.sql.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=metadata, render_as_batch=True, transaction_per_migration=True
)
with context.begin_transaction():
    context.run_migrations()
connection.commit()

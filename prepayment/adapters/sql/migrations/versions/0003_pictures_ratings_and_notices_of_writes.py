"""pictures and endings of messages, ratings; on PostgreSQL, notices of what is written to chats and orders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# Many notices of one transaction are one, and nobody hears of a transaction that was undone.
_FUNCTION = """
CREATE FUNCTION prepay_notify_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NOTIFY prepay_written;
    RETURN NULL;
END
$$
"""
_TRIGGERS = {"messages": "INSERT", "orders": "INSERT OR UPDATE"}


def upgrade() -> None:
    op.add_column("messages", sa.Column("image", sa.JSON()))
    op.add_column("messages", sa.Column("ends", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "ratings",
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("opinion", sa.String(length=8), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_ratings")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_ratings_conversation_id_conversations")
        ),
    )
    op.create_index("ix_ratings_at", "ratings", ["at"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_FUNCTION)
        for table, change in _TRIGGERS.items():
            op.execute(
                f"CREATE TRIGGER prepay_written AFTER {change} ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION prepay_notify_written()"
            )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in _TRIGGERS:
            op.execute(f"DROP TRIGGER prepay_written ON {table}")
        op.execute("DROP FUNCTION prepay_notify_written()")
    op.drop_table("ratings")
    for name in ("image", "ends"):
        op.drop_column("messages", name)

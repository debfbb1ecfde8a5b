"""Orders and conversations for the tests of the store, and what the tables say afterwards."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from prepayment.adapters.sql import tables as t
from prepayment.adapters.sql.engine import SqlDatabase
from prepayment.calendar import Month
from prepayment.orders import Order, State

PATH_TO_APPLIED = (State.VERIFIED, State.PAYING, State.CONFIRMING, State.PAID, State.APPLIED)
HISTORY = (t.order_events, t.postings, t.outbox)


def new_order(line_id: str = "line-1", **changes: Any) -> Order:
    """A quoted order of 50,000 won with ids of its own; not stored yet."""
    now = datetime.now(UTC)
    unique = uuid.uuid4().hex
    values: dict[str, Any] = {
        "id": f"or{unique}",
        "line_id": line_id,
        "customer_id": "minji",
        "conversation_id": "cv1",
        "month": Month.of(now),
        "amount_won": 50_000,
        "state": State.QUOTED,
        "payment_id": f"pp{unique}",
        "checkout_token": f"token-{unique}",
        "created_at": now,
        "expires_at": now + timedelta(minutes=15),
        "updated_at": now,
    }
    return Order(**{**values, **changes})


def stored_order(database: SqlDatabase, line_id: str = "line-1", **changes: Any) -> Order:
    """A quoted order in the database."""
    order = new_order(line_id, **changes)
    with database() as unit:
        assert unit.orders.add(order, cause="quoted", actor="customer")
        unit.commit()
    return order


def step(database: SqlDatabase, order: Order, target: State, **changes: Any) -> Order:
    """Move an order one step in a transaction of its own."""
    with database() as unit:
        moved = unit.orders.move(
            order, target, at=datetime.now(UTC), cause=f"to_{target}", actor="test", **changes
        )
        unit.commit()
    return moved


def walk(database: SqlDatabase, order: Order, *targets: State) -> Order:
    """Move an order from state to state."""
    for target in targets:
        order = step(database, order, target)
    return order


def stored_conversation(database: SqlDatabase) -> str:
    """A conversation in the database; returns its id."""
    conversation_id = f"cv{uuid.uuid4().hex}"
    with database() as unit:
        unit.conversations.create(conversation_id)
        unit.commit()
    return conversation_id


def rows(database: SqlDatabase, table: sa.Table) -> list[sa.Row[Any]]:
    """Everything in a table, in the order of its primary key."""
    with database.engine.connect() as connection:
        return list(connection.execute(sa.select(table).order_by(*table.primary_key.columns)))


def history_sizes(database: SqlDatabase) -> list[int]:
    """How many events, postings and effects there are."""
    return [len(rows(database, table)) for table in HISTORY]

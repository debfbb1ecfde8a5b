"""A ledger that has been in use for long: one real finished order with all its rows, many times over."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from prepayment.adapters.sql import tables as t
from prepayment.adapters.sql.engine import make_engine

# What an order leaves behind, those first that the others refer to.
COPIED: Final = (
    t.conversations,
    t.messages,
    t.orders,
    t.order_events,
    t.postings,
    t.outbox,
    t.webhooks,
)
NAMES: Final = frozenset(
    {"order_id", "line_id", "customer_id", "conversation_id", "payment_id", "checkout_token"}
)
ORDERS_PER_LINE: Final = 4
# Older than anything that is still compared with the outside.
AGE_SECONDS: Final = 7 * 24 * 3600
SECONDS_APART: Final = 60


def multiply(url: str, copies: int) -> None:
    """Copy the one order that is in a database so many times, each with names and moments of its own."""
    engine = make_engine(url, migrating=True)  # so that statements may take long
    numbers = sa.select(sa.literal(1, sa.BigInteger).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(sa.select(numbers.c.n + 1).where(numbers.c.n < copies))
    try:
        with engine.begin() as connection:
            for table in COPIED:
                values = _values(table, numbers.c.n, engine.dialect.name)
                query = sa.select(*values.values()).select_from(table.join(numbers, sa.true()))
                connection.execute(sa.insert(table).from_select(list(values), query))
    finally:
        engine.dispose()


def _values(table: sa.Table, n: sa.ColumnElement[int], dialect: str) -> dict[str, sa.ColumnElement[Any]]:
    return {column.name: _value(column, n, dialect) for column in table.columns if not _is_counted(column)}


def _is_counted(column: sa.Column[Any]) -> bool:
    """Whether the database numbers the rows by itself."""
    return column.name == "id" and isinstance(column.type, sa.Integer)


def _value(column: sa.Column[Any], n: sa.ColumnElement[int], dialect: str) -> sa.ColumnElement[Any]:
    if column.name == "line_id":
        return _renamed(column, n - n % ORDERS_PER_LINE)
    if column.name in NAMES or column.name == "id":
        return _renamed(column, n)
    if isinstance(column.type, t.UtcDateTime):
        seconds = AGE_SECONDS + n * SECONDS_APART
        if dialect == "sqlite":
            before = sa.literal("-") + sa.cast(seconds, sa.String) + " seconds"
            return sa.func.strftime("%Y-%m-%d %H:%M:%f", column, before).op("||")("000")
        return column - sa.func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    return column


def _renamed(column: sa.Column[Any], n: sa.ColumnElement[int]) -> sa.ColumnElement[str]:
    """The name with a number in it that jumps about, as random names do in an index."""
    jumping = sa.cast(
        n * sa.literal(2_654_435_761, sa.BigInteger) % sa.literal(2**32, sa.BigInteger), sa.String
    )
    return sa.func.substr(column, 1, 2).op("||")(jumping).op("||")(sa.func.substr(column, 13))

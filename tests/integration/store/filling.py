"""Rows for tables as a database has them at some revision, made from nothing but what the database says of itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

PER_BATCH = 3

Values = dict[str, Any]
Rows = dict[str, list[Values]]
# The values that a column's check condition lists, by table and column.
Choices = Mapping[tuple[str, str], list[str]]


def tables_of(engine: Engine) -> sa.MetaData:
    """The product's tables as they stand in the database."""
    found = sa.MetaData()
    found.reflect(engine, only=lambda name, _: name != "alembic_version")
    return found


def contents(engine: Engine, tables: sa.MetaData) -> Rows:
    """Every row of these tables, in these columns alone, in the order of the primary key."""
    with engine.connect() as connection:
        return {
            table.name: [
                dict(row._mapping)
                for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns))
            ]
            for table in tables.sorted_tables
        }


def choices_of(engine: Engine) -> Choices:
    """What the database allows in columns whose check condition lists the values."""
    inspector = sa.inspect(engine)
    found: dict[tuple[str, str], list[str]] = {}
    for table in inspector.get_table_names():
        for check in inspector.get_check_constraints(table):
            values = re.findall(r"'([^']+)'", check["sqltext"])
            names = [
                c["name"]
                for c in inspector.get_columns(table)
                if re.search(rf"\b{c['name']}\b", check["sqltext"])
            ]
            if values and len(names) == 1:
                found[table, names[0]] = values
    return found


def fill(engine: Engine, batch: int, choices: Choices, *, always: Mapping[str, set[str]]) -> None:
    """Put ``PER_BATCH`` rows into every table; some are NULL where they may, but never in the columns ``always``."""
    tables = tables_of(engine)
    with engine.begin() as connection:
        for table in tables.sorted_tables:
            for number in range(batch * PER_BATCH, (batch + 1) * PER_BATCH):
                row = _row(table, number, choices, always.get(table.name, set()))
                row |= _references(connection, table, number)
                connection.execute(sa.insert(table).values(row))


def _row(table: sa.Table, number: int, choices: Choices, always: set[str]) -> Values:
    row: Values = {}
    for column in table.columns:
        listed = choices.get((table.name, column.name))
        if column.nullable and column.name not in always and number % PER_BATCH == PER_BATCH - 1:
            row[column.name] = None
        elif listed:
            row[column.name] = listed[number % len(listed)]
        else:
            row[column.name] = _value(column, number)
    return row


def _value(column: sa.Column[Any], number: int) -> Any:
    match column.type:
        case sa.JSON():
            return {"번호": number, "values": [1, None, "'\"\\"]}
        case sa.Boolean():
            return bool(number % 2)
        case sa.DateTime(timezone=with_zone):
            moment = datetime(2031, 5, 31, 14, 59, 59, 999_999, tzinfo=UTC) + timedelta(days=number)
            return moment if with_zone else moment.replace(tzinfo=None)
        case sa.Integer():
            return number + 1
        case sa.String(length=length):
            text = f"{number}-{column.name}-값"
            return text if length is None else text[:length]
        case other:
            raise TypeError(f"no value for {column} of type {other!r}")


def _references(connection: Connection, table: sa.Table, number: int) -> Values:
    """The columns that refer to other tables, taken from the row of the same place there.

    A table that is as new as this one has fewer rows than those from before: it is gone through again.
    """
    taken: Values = {}
    for constraint in table.foreign_key_constraints:
        other = constraint.referred_table
        columns = [element.column for element in constraint.elements]
        rows = connection.execute(sa.select(*columns).order_by(*other.primary_key.columns)).all()
        taken |= dict(zip(constraint.column_keys, rows[number % len(rows)], strict=True))
    return taken

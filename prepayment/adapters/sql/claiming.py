"""Claiming: what several workers share is given to one of them at a time, for as long as its lease."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection


def claim(
    connection: Connection, table: sa.Table, until: datetime, *conditions: sa.ColumnElement[bool]
) -> sa.Row[Any] | None:
    """Take the row that fulfils the conditions and is due first, by putting its ``due_at`` off to ``until``.

    The table has ``id``, ``due_at`` and ``attempts``. Returns the row as it stands afterwards; None when there is none
    that nobody else is just taking.
    """
    next_id = (
        sa.select(table.c.id)
        .where(*conditions)
        .order_by(table.c.due_at, table.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = connection.execute(next_id).scalar_one_or_none()
    if found is None:
        return None
    return connection.execute(
        sa.update(table)
        .where(table.c.id == found)
        .values(due_at=until, attempts=table.c.attempts + 1)
        .returning(table)
    ).one()

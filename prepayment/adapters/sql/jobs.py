"""What is done now and then by whichever worker comes first, and the reports of the daily reconciliation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from prepayment.adapters.sql import tables as t
from prepayment.adapters.sql.insertion import insert
from prepayment.ports import Clock


class SqlJobs:
    """The jobs of one transaction."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def claim(self, name: str, next_due: datetime) -> bool:
        """Take a job that is due, which makes it due again at ``next_due`` (machine time); False when it is not."""
        result = self._connection.execute(
            sa.update(t.jobs)
            .where(t.jobs.c.name == name, t.jobs.c.due_at <= self._clock.machine_now())
            .values(due_at=next_due)
        )
        if result.rowcount == 1:
            return True
        if self._connection.execute(sa.select(t.jobs.c.name).where(t.jobs.c.name == name)).one_or_none():
            return False
        added = self._connection.execute(
            insert(self._connection, t.jobs)
            .values(name=name, due_at=next_due)
            .on_conflict_do_nothing(index_elements=[t.jobs.c.name])
            .returning(t.jobs.c.name)
        ).one_or_none()
        return added is not None

    def is_reconciled(self, day: date) -> bool:
        """Whether there is a report of that day."""
        query = sa.select(t.reconciliations.c.day).where(t.reconciliations.c.day == day.isoformat())
        return self._connection.execute(query).one_or_none() is not None

    def report(self, day: date) -> Mapping[str, Any] | None:
        """Return the newest report of a day."""
        query = sa.select(t.reconciliations.c.report).where(t.reconciliations.c.day == day.isoformat())
        return self._connection.execute(query).scalar_one_or_none()

    def save_report(self, day: date, report: Mapping[str, Any]) -> None:
        """Keep the report of a day, in place of an earlier one."""
        values = {"ran_at": self._clock.now(), "report": dict(report)}
        self._connection.execute(
            insert(self._connection, t.reconciliations)
            .values(day=day.isoformat(), **values)
            .on_conflict_do_update(index_elements=[t.reconciliations.c.day], set_=values)
        )

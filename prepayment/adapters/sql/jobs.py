"""What is done now and then by whichever worker comes first, and the reports of the daily reconciliation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from prepayment.adapters.sql import tables as t
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
        try:
            with self._connection.begin_nested():
                self._connection.execute(sa.insert(t.jobs).values(name=name, due_at=next_due))
        except IntegrityError:
            return False  # another worker was first
        return True

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
        updated = self._connection.execute(
            sa.update(t.reconciliations).where(t.reconciliations.c.day == day.isoformat()).values(**values)
        )
        if updated.rowcount == 0:
            self._connection.execute(sa.insert(t.reconciliations).values(day=day.isoformat(), **values))

"""Alarms: kept until somebody was told, and until what they are about is settled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from prepayment.adapters.sql import tables as t
from prepayment.adapters.sql.claiming import claim
from prepayment.adapters.sql.insertion import insert
from prepayment.alarms import AlarmKind
from prepayment.ports import Alarm, Clock

_OPEN = t.alarms.c.closed_at.is_(None)


def _alarm(row: sa.Row[tuple[object, ...]]) -> Alarm:
    return Alarm(
        id=row.id,
        kind=AlarmKind(row.kind),
        subject=row.subject,
        text=row.text,
        at=row.at,
        attempts=row.attempts,
    )


class SqlAlarms:
    """The alarms of one transaction."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def add(self, kind: AlarmKind, subject: str, text: str) -> None:
        """Raise an alarm; one that is open already stays as it is."""
        self._connection.execute(
            insert(self._connection, t.alarms)
            .values(
                kind=kind.value,
                subject=subject[:96],
                text=text[:300],
                at=self._clock.now(),
                due_at=self._clock.machine_now(),
                attempts=0,
            )
            .on_conflict_do_nothing(
                index_elements=[t.alarms.c.kind, t.alarms.c.subject], index_where=t.NOT_CLOSED
            )
        )

    def close(self, kind: AlarmKind, subject: str, *, actor: str = "", reason: str = "") -> bool:
        """End an alarm, by hand when somebody gives a reason; False when there is none."""
        result = self._connection.execute(
            sa.update(t.alarms)
            .where(_OPEN, t.alarms.c.kind == kind.value, t.alarms.c.subject == subject[:96])
            .values(closed_at=self._clock.now(), closed_by=actor[:64], closed_reason=reason[:200])
        )
        return result.rowcount > 0

    def is_acknowledged(self, kind: AlarmKind, subject: str, text: str) -> bool:
        """Whether somebody has looked into the very same and ended its alarm by hand."""
        same = (t.alarms.c.kind == kind.value) & (t.alarms.c.subject == subject[:96])
        query = sa.select(t.alarms.c.id).where(
            same, t.alarms.c.text == text[:300], t.alarms.c.closed_by != ""
        )
        return self._connection.execute(query.limit(1)).one_or_none() is not None

    def open(self, kind: AlarmKind | None = None) -> Sequence[Alarm]:
        """Return the open alarms, oldest first."""
        query = sa.select(t.alarms).where(_OPEN).order_by(t.alarms.c.id)
        if kind is not None:
            query = query.where(t.alarms.c.kind == kind.value)
        return [_alarm(row) for row in self._connection.execute(query)]

    def count_open(self, kind: AlarmKind) -> int:
        """Return how many alarms of a kind are open."""
        query = sa.select(sa.func.count()).select_from(t.alarms).where(_OPEN, t.alarms.c.kind == kind.value)
        return int(self._connection.execute(query).scalar_one())

    def claim(self, now: datetime, until: datetime) -> Alarm | None:
        """Take the next alarm that has to be sent, for oneself until then; None when there is none."""
        # Whether it is open or not: what was settled before anybody was told is told all the same.
        row = claim(self._connection, t.alarms, until, t.alarms.c.due_at <= now)
        return None if row is None else _alarm(row)

    def done(self, alarm: Alarm, outcome: str) -> None:
        """Note that somebody was told."""
        self._set(alarm.id, due_at=None)

    def retry(self, alarm: Alarm, at: datetime, error: str) -> None:
        """Send it again later."""
        self._set(alarm.id, due_at=at)

    def _set(self, alarm_id: int, **values: object) -> None:
        self._connection.execute(sa.update(t.alarms).where(t.alarms.c.id == alarm_id).values(**values))

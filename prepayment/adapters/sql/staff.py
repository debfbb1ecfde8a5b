"""The accounts of the staff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from prepayment.adapters.sql.insertion import insert
from prepayment.adapters.sql.staff_tables import staff, staff_events
from prepayment.ports import Clock
from prepayment.ports.staff import StaffEvent, StaffEventKind, StaffMember


def _member(row: sa.Row[Any]) -> StaffMember:
    return StaffMember(**row._mapping)


class SqlStaff:
    """The accounts of one transaction."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def add(self, member: StaffMember) -> bool:
        """Insert an account; False when there is one of that id."""
        added = self._connection.execute(
            insert(self._connection, staff)
            .values(
                id=member.id,
                name=member.name,
                password=member.password,
                active=member.active,
                created_at=member.created_at,
                generation=member.generation,
            )
            .on_conflict_do_nothing(index_elements=[staff.c.id])
            .returning(staff.c.id)
        ).one_or_none()
        return added is not None

    def get(self, staff_id: str) -> StaffMember | None:
        """Return an account."""
        row = self._connection.execute(sa.select(staff).where(staff.c.id == staff_id)).one_or_none()
        return None if row is None else _member(row)

    def all(self) -> Sequence[StaffMember]:
        """Return every account, in the order of their ids."""
        return [_member(row) for row in self._connection.execute(sa.select(staff).order_by(staff.c.id))]

    def change(
        self,
        staff_id: str,
        *,
        password: str | None = None,
        active: bool | None = None,
        ends_sessions: bool = False,
    ) -> StaffMember | None:
        """Change what is given; returns the account as it is now, None when there is none."""
        changes: dict[str, Any] = {"generation": staff.c.generation + (1 if ends_sessions else 0)}
        if password is not None:
            changes["password"] = password
        if active is not None:
            changes["active"] = active
        row = self._connection.execute(
            sa.update(staff).where(staff.c.id == staff_id).values(changes).returning(staff)
        ).one_or_none()
        return None if row is None else _member(row)

    def note(self, staff_id: str, kind: StaffEventKind, *, actor: str, subject: str = "") -> None:
        """Append an event."""
        self._connection.execute(
            sa.insert(staff_events).values(
                staff_id=staff_id, at=self._clock.now(), kind=kind.value, actor=actor, subject=subject
            )
        )

    def events(self, staff_id: str, limit: int = 200) -> Sequence[StaffEvent]:
        """Return the newest events of an account, newest first."""
        rows = self._connection.execute(
            sa.select(staff_events)
            .where(staff_events.c.staff_id == staff_id)
            .order_by(staff_events.c.id.desc())
            .limit(limit)
        )
        return [
            StaffEvent(row.staff_id, row.at, StaffEventKind(row.kind), row.actor, row.subject) for row in rows
        ]

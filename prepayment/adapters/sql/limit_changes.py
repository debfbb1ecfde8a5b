"""Changes of limits and their events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from prepayment.adapters.sql.claiming import claim
from prepayment.adapters.sql.insertion import insert
from prepayment.adapters.sql.limit_tables import IN_FORCE_STATE, limit_change_events, limit_changes
from prepayment.errors import TransitionConflict
from prepayment.limit_changes import (
    IN_FORCE,
    ChangeKind,
    ChangeState,
    LimitChange,
    LimitChangeEvent,
    check_transition,
)
from prepayment.limit_errors import LimitChangeNotFound
from prepayment.ports import Clock
from prepayment.ports.limit_changes import DueLimitChange, LimitChangeRecord

_change = limit_changes.c
_IN_FORCE = [state.value for state in IN_FORCE]
_OPEN = _change.state.in_(_IN_FORCE)


def _change_of(row: sa.Row[Any]) -> LimitChange:
    return LimitChange(
        id=row.id,
        line_id=row.line_id,
        conversation_id=row.conversation_id,
        customer_id=row.customer_id,
        kind=ChangeKind(row.kind),
        state=ChangeState(row.state),
        limit_before_won=row.limit_before_won,
        limit_after_won=row.limit_after_won,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )


def _record_of(row: sa.Row[Any]) -> LimitChangeRecord:
    return LimitChangeRecord(_change_of(row), row.attempts, row.outcome, row.due_at)


class SqlLimitChanges:
    """The changes of limits of one transaction."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def get(self, change_id: str) -> LimitChange:
        """Return a change. Raises LimitChangeNotFound."""
        row = self._connection.execute(sa.select(limit_changes).where(_change.id == change_id)).one_or_none()
        if row is None:
            raise LimitChangeNotFound(change_id)
        return _change_of(row)

    def in_force(self, line_id: str) -> LimitChange | None:
        """Return the line's change whose outcome is open, if any."""
        row = self._connection.execute(
            sa.select(limit_changes).where(_change.line_id == line_id, _OPEN)
        ).one_or_none()
        return None if row is None else _change_of(row)

    def last_done(self, line_id: str) -> LimitChange | None:
        """Return the newest change of the line that took effect, if any."""
        row = self._connection.execute(
            sa.select(limit_changes)
            .where(_change.line_id == line_id, _change.state == ChangeState.DONE.value)
            # A line has one at a time, so they took effect in the order in which they were made.
            .order_by(_change.created_at.desc())
            .limit(1)
        ).one_or_none()
        return None if row is None else _change_of(row)

    def events(self, change_id: str) -> Sequence[LimitChangeEvent]:
        """Return a change's events, oldest first."""
        rows = self._connection.execute(
            sa.select(limit_change_events)
            .where(limit_change_events.c.change_id == change_id)
            .order_by(limit_change_events.c.number)
        )
        return [
            LimitChangeEvent(
                change_id=row.change_id,
                number=row.number,
                at=row.at,
                source=None if row.source is None else ChangeState(row.source),
                target=ChangeState(row.target),
                cause=row.cause,
                actor=row.actor,
            )
            for row in rows
        ]

    def recent(
        self, line_id: str | None = None, *, unsettled: bool = False, limit: int = 50
    ) -> Sequence[LimitChangeRecord]:
        """Return the newest changes, of one line or of all, newest first; with ``unsettled`` those in force."""
        query = sa.select(limit_changes).order_by(_change.created_at.desc(), _change.id).limit(limit)
        if line_id is not None:
            query = query.where(_change.line_id == line_id)
        if unsettled:
            query = query.where(_OPEN)
        return [_record_of(row) for row in self._connection.execute(query)]

    def overdue(self, moment: datetime, limit: int = 500) -> Sequence[LimitChangeRecord]:
        """Return the changes in force that were asked for before then, oldest first."""
        query = (
            sa.select(limit_changes)
            .where(_OPEN, _change.created_at <= moment)
            .order_by(_change.created_at)
            .limit(limit)
        )
        return [_record_of(row) for row in self._connection.execute(query)]

    def add(self, change: LimitChange, *, due_at: datetime, cause: str, actor: str) -> bool:
        """Insert a change with its first event; False when the line has one in force."""
        added = self._connection.execute(
            insert(self._connection, limit_changes)
            .values(
                id=change.id,
                line_id=change.line_id,
                conversation_id=change.conversation_id,
                customer_id=change.customer_id,
                kind=change.kind.value,
                state=change.state.value,
                version=change.version,
                limit_before_won=change.limit_before_won,
                limit_after_won=change.limit_after_won,
                created_at=change.created_at,
                updated_at=change.updated_at,
                due_at=due_at,
                attempts=0,
                outcome="",
            )
            .on_conflict_do_nothing(
                index_elements=[_change.line_id],
                index_where=IN_FORCE_STATE,
            )
            .returning(_change.id)
        ).one_or_none()
        if added is None:
            return False
        self._record(None, change, change.created_at, cause, actor)
        return True

    def move(
        self, change: LimitChange, target: ChangeState, *, at: datetime, cause: str, actor: str
    ) -> LimitChange:
        """Step a change by compare-and-set on its version, with its event.

        Raises:
            TransitionNotAllowed: the table has no such step.
            TransitionConflict: somebody else moved it first.
        """
        check_transition(change.state, target)
        moved = replace(change, state=target, updated_at=at, version=change.version + 1)
        values: dict[str, Any] = {"state": target.value, "updated_at": at, "version": moved.version}
        # Once settled there is nothing left to find out; what nobody knows is looked into at once.
        values["due_at"] = self._clock.machine_now() if moved.is_in_force else None
        result = self._connection.execute(
            sa.update(limit_changes)
            .where(_change.id == change.id, _change.version == change.version)
            .values(**values)
        )
        if result.rowcount != 1:
            raise TransitionConflict(f"change {change.id} is no longer at version {change.version}")
        self._record(change.state, moved, at, cause, actor)
        return moved

    def claim(self, now: datetime, until: datetime) -> DueLimitChange | None:
        """Take the next change that is due for oneself until then; None when none is."""
        row = claim(self._connection, limit_changes, until, _change.due_at <= now)
        return None if row is None else DueLimitChange(_change_of(row), row.attempts)

    def done(self, due: DueLimitChange, outcome: str) -> None:
        """Close the search for its outcome."""
        self._set(due, _change.state.not_in(_IN_FORCE), due_at=None, outcome=outcome[:200])

    def retry(self, due: DueLimitChange, at: datetime, error: str) -> None:
        """Look for its outcome again later, unless it is settled by now."""
        self._set(due, _OPEN, due_at=at, outcome=error[:200])

    def _set(self, due: DueLimitChange, condition: sa.ColumnElement[bool], **values: object) -> None:
        # No step of the change: its version stays, so that nobody's step fails for it.
        self._connection.execute(
            sa.update(limit_changes).where(_change.id == due.change.id, condition).values(**values)
        )

    def _record(
        self, source: ChangeState | None, change: LimitChange, at: datetime, cause: str, actor: str
    ) -> None:
        # The change's own version numbers its events: unique and growing by construction.
        self._connection.execute(
            sa.insert(limit_change_events).values(
                change_id=change.id,
                number=change.version,
                at=at,
                source=source.value if source else None,
                target=change.state.value,
                cause=cause[:64],
                actor=actor[:64],
            )
        )

"""Orders, their events and postings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from prepayment.adapters.sql import tables as t
from prepayment.adapters.sql.alarms import SqlAlarms
from prepayment.adapters.sql.insertion import insert
from prepayment.alarms import alarm_of, alarms_ended_by
from prepayment.calendar import Month
from prepayment.errors import OrderNotFound, TransitionConflict
from prepayment.ledger import Account, holder_of, postings_of
from prepayment.orders import (
    EXCLUSIVE,
    OPEN,
    UNPAID,
    EffectKind,
    Event,
    Order,
    State,
    check_transition,
    effects_of,
)
from prepayment.ports import Clock, Sweep

_COLUMNS = tuple(field.name for field in fields(Order))
_NOT_SWEPT: Final = {"sweep_after": None, "sweep_attempts": 0, "sweep_error": ""}


def order_of(row: sa.Row[Any]) -> Order:
    """Return the order of a row of the table."""
    values = {name: getattr(row, name) for name in _COLUMNS}
    return Order(**{**values, "month": Month.parse(row.month), "state": State(row.state)})


def _row(order: Order) -> dict[str, Any]:
    values = {name: getattr(order, name) for name in _COLUMNS}
    return {**values, "month": str(order.month), "state": order.state.value}


class SqlOrders:
    """The order store of one transaction."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._alarms = SqlAlarms(connection, clock)

    def _one(self, condition: sa.ColumnElement[bool]) -> Order | None:
        row = self._connection.execute(sa.select(t.orders).where(condition)).one_or_none()
        return None if row is None else order_of(row)

    def _found(self, condition: sa.ColumnElement[bool]) -> Order:
        order = self._one(condition)
        if order is None:
            raise OrderNotFound("no such order")
        return order

    def _many(self, query: sa.Select[Any]) -> list[Order]:
        return [order_of(row) for row in self._connection.execute(query)]

    def get(self, order_id: str) -> Order:
        """Return an order. Raises OrderNotFound."""
        return self._found(t.orders.c.id == order_id)

    def by_payment_id(self, payment_id: str) -> Order:
        """Return the order of a PortOne payment. Raises OrderNotFound."""
        return self._found(t.orders.c.payment_id == payment_id)

    def by_checkout_token(self, token: str) -> Order:
        """Return the order of a checkout link. Raises OrderNotFound."""
        return self._found(t.orders.c.checkout_token == token)

    def by_checkout_tokens(self, tokens: Collection[str]) -> Sequence[Order]:
        """Return the orders of these checkout links; unknown ones are left out."""
        return self._many(sa.select(t.orders).where(t.orders.c.checkout_token.in_(tokens)))

    def open_order(self, line_id: str) -> Order | None:
        """Return the line's open order, if any; of several the one that may still be paid."""
        open_ = sa.select(t.orders).where(t.orders.c.line_id == line_id, t.orders.c.state.in_(OPEN))
        exclusive = sa.case((t.orders.c.state.in_(EXCLUSIVE), 0), else_=1)
        row = self._connection.execute(
            open_.order_by(exclusive, t.orders.c.created_at.desc()).limit(1)
        ).one_or_none()
        return None if row is None else order_of(row)

    def lock_line(self, line_id: str) -> None:
        """Let no other transaction that locks it too open or end orders of the line until this one ends."""
        # On SQLite a transaction that writes is alone anyway.
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(
                sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(line_id, 0)))
            )

    def of_line(
        self, line_id: str, limit: int = 20, *, states: Collection[State] | None = None
    ) -> Sequence[Order]:
        """Return a line's orders, newest first; only those in ``states`` when it is given."""
        query = sa.select(t.orders).where(t.orders.c.line_id == line_id)
        if states is not None:
            query = query.where(t.orders.c.state.in_([state.value for state in states]))
        return self._many(query.order_by(t.orders.c.created_at.desc()).limit(limit))

    def events(self, order_id: str) -> Sequence[Event]:
        """Return an order's events, oldest first."""
        rows = self._connection.execute(
            sa.select(t.order_events)
            .where(t.order_events.c.order_id == order_id)
            .order_by(t.order_events.c.number)
        )
        return [
            Event(
                order_id=row.order_id,
                number=row.number,
                at=row.at,
                source=State(row.source) if row.source else None,
                target=State(row.target),
                cause=row.cause,
                actor=row.actor,
                detail=row.detail,
            )
            for row in rows
        ]

    def add(self, order: Order, *, cause: str, actor: str) -> bool:
        """Insert an order with its first event; False when the line has one already that may still be paid."""
        # Told by the insert itself: what stood against it may be gone before one could look.
        added = self._connection.execute(
            insert(self._connection, t.orders)
            .values(_row(order))
            .on_conflict_do_nothing(index_elements=[t.orders.c.line_id], index_where=t.EXCLUSIVE_STATE)
            .returning(t.orders.c.id)
        ).one_or_none()
        if added is None:
            return False
        self._record(None, order, order.created_at, cause, actor, {})
        return True

    def move(
        self,
        order: Order,
        target: State,
        *,
        at: datetime,
        cause: str,
        actor: str,
        detail: Mapping[str, str | int] | None = None,
        **changes: Any,
    ) -> Order:
        """Step an order by compare-and-set on its version, with its event, postings and effects.

        Raises:
            TransitionNotAllowed: the table has no such step.
            TransitionConflict: the order moved since it was read.
        """
        check_transition(order.state, target)
        moved = self._write(order, {"state": target, "updated_at": at, **changes}, _NOT_SWEPT)
        self._record(order.state, moved, at, cause, actor, detail or {})
        return moved

    def update(self, order: Order, **changes: Any) -> Order:
        """Change fields that are no step, by compare-and-set. Raises TransitionConflict."""
        return self._write(order, changes, {})

    def _write(self, order: Order, changes: Mapping[str, Any], more: Mapping[str, Any]) -> Order:
        changed = replace(order, version=order.version + 1, **changes)
        values = {
            name: value for name, value in _row(changed).items() if name in changes or name == "version"
        }
        result = self._connection.execute(
            sa.update(t.orders)
            .where(t.orders.c.id == order.id, t.orders.c.version == order.version)
            .values(**values, **more)
        )
        if result.rowcount != 1:
            raise TransitionConflict(f"order {order.id} is no longer at version {order.version}")
        return changed

    def _record(
        self,
        source: State | None,
        order: Order,
        at: datetime,
        cause: str,
        actor: str,
        detail: Mapping[str, str | int],
    ) -> None:
        # The order's own version numbers its events: unique and growing by construction.
        key = {"order_id": order.id, "number": order.version}
        self._connection.execute(
            sa.insert(t.order_events).values(
                **key,
                at=at,
                source=source.value if source else None,
                target=order.state.value,
                cause=cause[:64],
                actor=actor[:64],
                detail=dict(detail),
            )
        )
        for posting in postings_of(self._holder(source, order), order.state, order.booked_won):
            self._connection.execute(
                sa.insert(t.postings).values(
                    order_id=order.id,
                    event_number=order.version,
                    account=posting.account.value,
                    amount_won=posting.amount_won,
                    at=at,
                )
            )
        for kind in effects_of(source, order.state):
            self._connection.execute(
                sa.insert(t.outbox).values(
                    order_id=order.id,
                    event_number=order.version,
                    kind=kind.value,
                    state=order.state.value,
                    attempts=0,
                    due_at=self._clock.machine_now(),
                    outcome="",
                )
            )
        self._tell_operator(source, order, cause, actor)

    def claim_sweep(
        self, over: datetime, stale: Mapping[State, datetime], now: datetime, until: datetime
    ) -> Sweep | None:
        """Take, for oneself until then, an unpaid order past its time or one too long in its state.

        ``over`` and ``stale`` are business time, ``now`` and ``until`` machine time. An order that is being given back
        waits until the outbox has asked for it.
        """
        asked = sa.exists().where(
            t.outbox.c.order_id == t.orders.c.id,
            t.outbox.c.done_at.is_(None),
            t.outbox.c.kind.in_((EffectKind.REVOKE, EffectKind.REFUND)),
        )
        due = [
            t.orders.c.state.in_(UNPAID) & (t.orders.c.expires_at <= over),
            *(
                (t.orders.c.state == state.value) & (t.orders.c.updated_at <= moment)
                for state, moment in stale.items()
            ),
        ]
        row = self._connection.execute(
            sa.select(t.orders)
            .where(
                t.orders.c.state.in_(OPEN),
                sa.or_(*due),
                t.orders.c.sweep_after.is_(None) | (t.orders.c.sweep_after <= now),
                (t.orders.c.state != State.CANCELLING.value) | ~asked,
            )
            .order_by(t.orders.c.updated_at)
            .limit(1)
            .with_for_update(skip_locked=True, of=t.orders)
        ).one_or_none()
        if row is None:
            return None
        self._set_sweep(row.id, sweep_after=until, sweep_attempts=row.sweep_attempts + 1)
        return Sweep(order_of(row), row.sweep_attempts + 1)

    def sweep_again(self, sweep: Sweep, at: datetime, error: str) -> None:
        """Look at the order again later, unless it has moved on."""
        self._connection.execute(
            sa.update(t.orders)
            .where(t.orders.c.id == sweep.order.id, t.orders.c.state == sweep.order.state.value)
            .values(sweep_after=at, sweep_error=error[:64])
        )

    def _set_sweep(self, order_id: str, **values: object) -> None:
        # No change of the order: its version stays, so that nobody's step fails for it.
        self._connection.execute(sa.update(t.orders).where(t.orders.c.id == order_id).values(**values))

    def _holder(self, source: State | None, order: Order) -> Account:
        """Who has the order's money before a step: for one in review its postings tell."""
        holder = holder_of(source)
        if holder is not None:
            return holder
        held = self._connection.execute(
            sa.select(t.postings.c.account)
            .where(t.postings.c.order_id == order.id)
            .group_by(t.postings.c.account)
            .having(sa.func.sum(t.postings.c.amount_won) > 0)
        ).scalar_one_or_none()
        return Account.CUSTOMER if held is None else Account(held)

    def _tell_operator(self, source: State | None, order: Order, cause: str, actor: str) -> None:
        for ended in alarms_ended_by(source, order.state):
            self._alarms.close(ended, order.id)
        kind = alarm_of(order.state, actor)
        if kind is not None:
            self._alarms.add(kind, order.id, f"order {order.id}: {source} -> {order.state}: {cause}")

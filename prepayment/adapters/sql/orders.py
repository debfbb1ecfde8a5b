"""Orders, their events and postings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from prepayment.adapters.sql import tables as t
from prepayment.calendar import Month
from prepayment.errors import OrderNotFound, TransitionConflict
from prepayment.ledger import postings_of
from prepayment.orders import OPEN, UNPAID, Event, Order, State, check_transition, effects_of
from prepayment.ports import Clock, WebhookNotice

_COLUMNS = tuple(field.name for field in fields(Order))


def _order(row: sa.Row[Any]) -> Order:
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

    def _one(self, condition: sa.ColumnElement[bool]) -> Order | None:
        row = self._connection.execute(sa.select(t.orders).where(condition)).one_or_none()
        return None if row is None else _order(row)

    def _found(self, condition: sa.ColumnElement[bool]) -> Order:
        order = self._one(condition)
        if order is None:
            raise OrderNotFound("no such order")
        return order

    def _many(self, query: sa.Select[Any]) -> list[Order]:
        return [_order(row) for row in self._connection.execute(query)]

    def get(self, order_id: str) -> Order:
        """Return an order. Raises OrderNotFound."""
        return self._found(t.orders.c.id == order_id)

    def by_payment_id(self, payment_id: str) -> Order:
        """Return the order of a PortOne payment. Raises OrderNotFound."""
        return self._found(t.orders.c.payment_id == payment_id)

    def by_checkout_token(self, token: str) -> Order:
        """Return the order of a checkout link. Raises OrderNotFound."""
        return self._found(t.orders.c.checkout_token == token)

    def open_order(self, line_id: str) -> Order | None:
        """Return the line's one open order, if any."""
        return self._one((t.orders.c.line_id == line_id) & t.orders.c.state.in_(OPEN))

    def of_line(self, line_id: str, limit: int = 20) -> Sequence[Order]:
        """Return a line's orders, newest first."""
        newest_first = sa.select(t.orders).order_by(t.orders.c.created_at.desc()).limit(limit)
        return self._many(newest_first.where(t.orders.c.line_id == line_id))

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
        """Insert an order with its first event; False when the line has an open one already."""
        try:
            with self._connection.begin_nested():
                self._connection.execute(sa.insert(t.orders).values(_row(order)))
        except IntegrityError:
            if self.open_order(order.line_id) is None:
                raise
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
        moved = self.update(order, state=target, updated_at=at, **changes)
        self._record(order.state, moved, at, cause, actor, detail or {})
        return moved

    def update(self, order: Order, **changes: Any) -> Order:
        """Change fields that are no step, by compare-and-set. Raises TransitionConflict."""
        changed = replace(order, version=order.version + 1, **changes)
        result = self._connection.execute(
            sa.update(t.orders)
            .where(t.orders.c.id == order.id, t.orders.c.version == order.version)
            .values(_row(changed))
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
                cause=cause,
                actor=actor,
                detail=dict(detail),
            )
        )
        for posting in postings_of(source, order.state, order.amount_won):
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

    def balances(self, order_id: str) -> dict[str, int]:
        """Return an order's won per account; they sum to zero."""
        rows = self._connection.execute(
            sa.select(t.postings.c.account, sa.func.sum(t.postings.c.amount_won))
            .where(t.postings.c.order_id == order_id)
            .group_by(t.postings.c.account)
        )
        return {account: int(total) for account, total in rows}

    def unpaid_until(self, moment: datetime, limit: int = 100) -> Sequence[Order]:
        """Return unpaid orders whose time has run out."""
        due = t.orders.c.state.in_(UNPAID) & (t.orders.c.expires_at <= moment)
        return self._many(sa.select(t.orders).where(due).order_by(t.orders.c.expires_at).limit(limit))

    def in_state_since(self, state: State, moment: datetime, limit: int = 100) -> Sequence[Order]:
        """Return orders that have been in a state since then or longer."""
        since = (t.orders.c.state == state.value) & (t.orders.c.updated_at <= moment)
        return self._many(sa.select(t.orders).where(since).order_by(t.orders.c.updated_at).limit(limit))

    def webhook_seen(self, webhook_id: str) -> bool:
        """Whether a webhook was dealt with before."""
        query = sa.select(t.webhooks.c.id).where(t.webhooks.c.id == webhook_id)
        return self._connection.execute(query).one_or_none() is not None

    def record_webhook(self, notice: WebhookNotice, at: datetime) -> None:
        """Remember that a webhook was dealt with; once or more often is the same."""
        try:
            with self._connection.begin_nested():
                self._connection.execute(
                    sa.insert(t.webhooks).values(
                        id=notice.id,
                        type=notice.type,
                        payment_id=notice.payment_id,
                        received_at=at,
                    )
                )
        except IntegrityError:
            return

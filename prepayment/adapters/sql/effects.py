"""The outbox: effects outside that an order's step asked for."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from prepayment.adapters.sql import tables as t
from prepayment.adapters.sql.claiming import claim
from prepayment.adapters.sql.insertion import insert
from prepayment.orders import EffectKind, Order, State
from prepayment.ports import Clock, Effect


class SqlEffects:
    """The outbox of one transaction."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def claim(self, now: datetime, until: datetime) -> Effect | None:
        """Take the next due effect for oneself until then; None when nothing is due.

        The effects of one order are done in their order: a later one waits for the earlier.
        """
        earlier = t.outbox.alias("earlier")
        row = claim(
            self._connection,
            t.outbox,
            until,
            t.outbox.c.done_at.is_(None),
            t.outbox.c.due_at <= now,
            ~sa.exists().where(
                earlier.c.order_id == t.outbox.c.order_id,
                earlier.c.id < t.outbox.c.id,
                earlier.c.done_at.is_(None),
            ),
        )
        if row is None:
            return None
        kind, state = EffectKind(row.kind), State(row.state)
        return Effect(id=row.id, order_id=row.order_id, kind=kind, state=state, attempts=row.attempts)

    def ask_again(self, order: Order, kind: EffectKind) -> None:
        """Ask for something (again) that an order's present step turns out to need."""
        again = {"due_at": self._clock.machine_now(), "done_at": None}
        self._connection.execute(
            insert(self._connection, t.outbox)
            .values(
                order_id=order.id,
                event_number=order.version,
                kind=kind.value,
                state=order.state.value,
                attempts=0,
                outcome="",
                **again,
            )
            .on_conflict_do_update(
                index_elements=[t.outbox.c.order_id, t.outbox.c.event_number, t.outbox.c.kind], set_=again
            )
        )

    def done(self, effect: Effect, outcome: str) -> None:
        """Close an effect."""
        self._set(effect, done_at=self._clock.machine_now(), outcome=outcome[:200])

    def retry(self, effect: Effect, at: datetime, error: str) -> None:
        """Put an effect back for later."""
        self._set(effect, due_at=at, outcome=error[:200])

    def _set(self, effect: Effect, **values: object) -> None:
        self._connection.execute(sa.update(t.outbox).where(t.outbox.c.id == effect.id).values(**values))

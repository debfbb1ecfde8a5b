"""The ledger as an operator and an auditor read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from prepayment.adapters.sql import tables as t
from prepayment.adapters.sql.orders import order_of
from prepayment.calendar import Month
from prepayment.ledger import Account
from prepayment.orders import SETTLING, UNPAID, EffectKind, Order, State
from prepayment.ports import Failing, JournalLine, Waiting
from prepayment.ports.dossier import EffectRecord

_BATCH = 1_000

_JOURNAL: sa.Select[Any] = (
    sa.select(
        t.postings.c.order_id,
        t.orders.c.payment_id,
        t.orders.c.line_id,
        t.orders.c.month,
        t.postings.c.event_number,
        t.postings.c.at,
        t.order_events.c.target,
        t.order_events.c.cause,
        t.order_events.c.actor,
        t.postings.c.account,
        t.postings.c.amount_won,
    )
    .join(
        t.order_events,
        (t.order_events.c.order_id == t.postings.c.order_id)
        & (t.order_events.c.number == t.postings.c.event_number),
    )
    .join(t.orders, t.orders.c.id == t.postings.c.order_id)
)


def _journal_line(row: sa.Row[Any]) -> JournalLine:
    typed = {"month": Month.parse(row.month), "target": State(row.target), "account": Account(row.account)}
    return JournalLine(**{**row._mapping, **typed})


class SqlBooks:
    """The read side of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def balances(self, order_id: str) -> Mapping[str, int]:
        """Return an order's won per account; they sum to zero."""
        return self._sums(t.postings.c.order_id == order_id)

    def totals(self, since: datetime | None = None, until: datetime | None = None) -> Mapping[str, int]:
        """Return the won per account of the whole ledger, or of what was posted in between; they sum to zero."""
        return self._sums(_between(since, until))

    def unbalanced(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> Sequence[tuple[str, int]]:
        """Return the (order id, event number) of entries that do not sum to zero: always none."""
        entry = (t.postings.c.order_id, t.postings.c.event_number)
        rows = self._connection.execute(
            sa.select(*entry)
            .where(_between(since, until))
            .group_by(*entry)
            .having(sa.func.sum(t.postings.c.amount_won) != 0)
        )
        return [(row.order_id, row.event_number) for row in rows]

    def journal(self, since: datetime, until: datetime) -> Iterator[JournalLine]:
        """Yield the postings made from ``since`` until before ``until``, oldest first."""
        posting = t.postings.c
        query = (
            _JOURNAL.where(posting.at >= since, posting.at < until)
            .order_by(posting.at, posting.order_id, posting.event_number, posting.amount_won)
            .execution_options(yield_per=_BATCH)
        )
        return map(_journal_line, self._connection.execute(query))

    def entries(self, order_id: str) -> Sequence[JournalLine]:
        """Return the postings of an order, oldest first."""
        posting = t.postings.c
        query = _JOURNAL.where(posting.order_id == order_id)
        rows = self._connection.execute(query.order_by(posting.event_number, posting.amount_won))
        return [_journal_line(row) for row in rows]

    def effects(self, order_id: str) -> Sequence[EffectRecord]:
        """Return what an order asked for outside, done or not, in the order of asking."""
        rows = self._connection.execute(
            sa.select(t.outbox).where(t.outbox.c.order_id == order_id).order_by(t.outbox.c.id)
        )
        return [
            EffectRecord(
                EffectKind(row.kind), State(row.state), row.attempts, row.due_at, row.done_at, row.outcome
            )
            for row in rows
        ]

    def moved(self, since: datetime, until: datetime) -> Sequence[Order]:
        """Return the orders whose money moved from ``since`` until before ``until``."""
        moved = sa.select(t.postings.c.order_id).where(t.postings.c.at >= since, t.postings.c.at < until)
        rows = self._connection.execute(
            sa.select(t.orders).where(t.orders.c.id.in_(moved)).order_by(t.orders.c.created_at)
        )
        return [order_of(row) for row in rows]

    def find(self, text: str, limit: int = 50) -> Sequence[Order]:
        """Return orders by id, payment id, line, customer or conversation (or how one begins), newest first."""
        order = t.orders.c
        names = (order.id, order.payment_id, order.line_id, order.customer_id, order.conversation_id)
        rows = self._connection.execute(
            sa.select(t.orders)
            .where(sa.or_(*(name.startswith(text, autoescape=True) for name in names)))
            .order_by(order.created_at.desc())
            .limit(limit)
        )
        return [order_of(row) for row in rows]

    def settling(self, limit: int = 500) -> Sequence[Waiting]:
        """Return the open orders in which money moves or may have moved, oldest first."""
        return self._waiting(t.orders.c.state.in_(SETTLING), limit)

    def overdue(self, moment: datetime, limit: int = 500) -> Sequence[Waiting]:
        """Return the unpaid orders that should have ended before then."""
        return self._waiting(t.orders.c.state.in_(UNPAID) & (t.orders.c.expires_at < moment), limit)

    def failing(self, attempts: int, limit: int = 500) -> Sequence[Failing]:
        """Return what the outbox and the inbox tried in vain that often or more."""
        webhook = t.webhooks.c
        webhooks = self._connection.execute(
            sa.select(t.webhooks)
            .where(webhook.done_at.is_(None), webhook.attempts >= attempts)
            .order_by(webhook.due_at)
            .limit(limit)
        )
        return [
            *self._effects(t.outbox.c.attempts >= attempts, limit),
            *(
                Failing("webhook", row.payment_id or row.id, row.attempts, row.outcome, row.due_at)
                for row in webhooks
            ),
        ]

    def _waiting(self, condition: sa.ColumnElement[bool], limit: int) -> list[Waiting]:
        rows = self._connection.execute(
            sa.select(t.orders).where(condition).order_by(t.orders.c.updated_at).limit(limit)
        ).all()
        return [
            Waiting(
                order=order_of(row),
                cause=self._last_cause(row.id),
                sweep_attempts=row.sweep_attempts,
                sweep_error=row.sweep_error,
                effects=self._effects(t.outbox.c.order_id == row.id, limit),
            )
            for row in rows
        ]

    def _last_cause(self, order_id: str) -> str:
        event = t.order_events.c
        query = sa.select(event.cause).where(event.order_id == order_id).order_by(event.number.desc())
        return str(self._connection.execute(query.limit(1)).scalar_one())

    def _effects(self, condition: sa.ColumnElement[bool], limit: int) -> list[Failing]:
        rows: Sequence[sa.Row[Any]] = self._connection.execute(
            sa.select(t.outbox)
            .where(t.outbox.c.done_at.is_(None), condition)
            .order_by(t.outbox.c.due_at)
            .limit(limit)
        ).all()
        return [Failing(row.kind, row.order_id, row.attempts, row.outcome, row.due_at) for row in rows]

    def _sums(self, condition: sa.ColumnElement[bool]) -> dict[str, int]:
        rows = self._connection.execute(
            sa.select(t.postings.c.account, sa.func.sum(t.postings.c.amount_won))
            .where(condition)
            .group_by(t.postings.c.account)
        )
        return {account: int(total) for account, total in rows}


def _between(since: datetime | None, until: datetime | None) -> sa.ColumnElement[bool]:
    """Postings in a window; an entry's are made at one moment, so that none is cut in two."""
    bounds = []
    if since is not None:
        bounds.append(t.postings.c.at >= since)
    if until is not None:
        bounds.append(t.postings.c.at < until)
    return sa.and_(sa.true(), *bounds)

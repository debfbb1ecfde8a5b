"""The inbox: each webhook once, worked off later."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from prepayment.adapters.sql import tables as t
from prepayment.adapters.sql.claiming import claim
from prepayment.adapters.sql.insertion import insert
from prepayment.ports import Clock, InboxItem, WebhookNotice


class SqlInbox:
    """The inbox of one transaction."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def add(self, notice: WebhookNotice) -> bool:
        """Keep a webhook; False when it came before."""
        added = self._connection.execute(
            insert(self._connection, t.webhooks)
            .values(
                id=notice.id,
                type=notice.type[:64],
                payment_id=notice.payment_id,
                received_at=self._clock.now(),
                due_at=self._clock.machine_now(),
            )
            .on_conflict_do_nothing(index_elements=[t.webhooks.c.id])
            .returning(t.webhooks.c.id)
        ).one_or_none()
        return added is not None

    def claim(self, now: datetime, until: datetime) -> InboxItem | None:
        """Take the next due webhook for oneself until then; None when nothing is due."""
        webhook = t.webhooks.c
        row = claim(self._connection, t.webhooks, until, webhook.done_at.is_(None), webhook.due_at <= now)
        return None if row is None else InboxItem(row.id, row.payment_id, row.attempts)

    def done(self, item: InboxItem, outcome: str) -> None:
        """Close a webhook."""
        self._set(item.id, done_at=self._clock.machine_now(), outcome=outcome[:200])

    def retry(self, item: InboxItem, at: datetime, error: str) -> None:
        """Put a webhook back for later."""
        self._set(item.id, due_at=at, outcome=error[:200])

    def _set(self, webhook_id: str, **values: object) -> None:
        self._connection.execute(sa.update(t.webhooks).where(t.webhooks.c.id == webhook_id).values(**values))

"""PortOne's webhooks: kept first, each once, and worked off as hints to go and read."""

from __future__ import annotations

import logging
from datetime import timedelta

from prepayment.errors import OrderNotFound, PrepaymentError
from prepayment.ports import InboxItem, WebhookNotice
from prepayment.service.backoff import backoff
from prepayment.service.parts import Parts
from prepayment.service.settlement import Settlement

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)


class Inbox:
    """Takes verified webhooks and works them off, one at a time; several workers may share it."""

    def __init__(self, parts: Parts, settlement: Settlement) -> None:
        self._parts = parts
        self._settlement = settlement

    def take(self, notice: WebhookNotice) -> bool:
        """Keep a verified webhook; False when it came before. Asks nobody outside."""
        with self._parts.database() as unit:
            new = unit.inbox.add(notice)
            unit.commit()
        return new

    def run_next(self) -> bool:
        """Read what the next webhook hints at; False when nothing is due."""
        now = self._parts.clock.machine_now()
        with self._parts.database(durable=False) as unit:
            item = unit.inbox.claim(now, now + LEASE)
            unit.commit()
        if item is None:
            return False
        try:
            outcome = self._read(item)
        except PrepaymentError as error:
            problem = type(error).__name__
            logger.warning("webhook %s, attempt %d: %s", item.id, item.attempts, problem)
            with self._parts.database(durable=False) as unit:
                unit.inbox.retry(item, self._parts.clock.machine_now() + backoff(item.attempts), problem)
                unit.commit()
            return True
        with self._parts.database(durable=False) as unit:
            unit.inbox.done(item, outcome)
            unit.commit()
        return True

    def _read(self, item: InboxItem) -> str:
        if item.payment_id is None:
            return "of no use here"
        try:
            with self._parts.database(write=False) as unit:
                order = unit.orders.by_payment_id(item.payment_id)
        except OrderNotFound:
            logger.warning("webhook %s is about a payment that is not ours", item.id)
            return "not our payment"
        return str(self._settlement.sync(order.id, actor="webhook").state)

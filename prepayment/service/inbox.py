"""PortOne's webhooks: kept first, each once, and worked off as hints to go and read."""

from __future__ import annotations

import logging

from prepayment.errors import OrderNotFound
from prepayment.ports import InboxItem, WebhookNotice
from prepayment.service.parts import Parts
from prepayment.service.settlement import Settlement
from prepayment.service.work_queue import Finish, WorkQueue

logger = logging.getLogger(__name__)


class Inbox:
    """Takes verified webhooks and works them off.

    ``run_next`` reads what the next one hints at and returns False when nothing is due.
    """

    def __init__(self, parts: Parts, settlement: Settlement) -> None:
        self._parts = parts
        self._settlement = settlement
        self.run_next = WorkQueue(
            parts, lambda unit: unit.inbox, self._read, lambda item: f"webhook:{item.id}", durable=False
        ).run_next

    def take(self, notice: WebhookNotice) -> bool:
        """Keep a verified webhook; False when it came before. Asks nobody outside."""
        with self._parts.database() as unit:
            new = unit.inbox.add(notice)
            unit.commit()
        return new

    def _read(self, item: InboxItem) -> Finish:
        if item.payment_id is None:
            return lambda _: "of no use here"
        try:
            with self._parts.database(write=False) as unit:
                order = unit.orders.by_payment_id(item.payment_id)
        except OrderNotFound:
            logger.warning("webhook %s is about a payment that is not ours", item.id)
            return lambda _: "not our payment"
        state = self._settlement.sync(order.id, actor="webhook").state
        return lambda _: str(state)

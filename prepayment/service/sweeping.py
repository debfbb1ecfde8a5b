"""Ends what ran out of time and finds out what nobody answered."""

from __future__ import annotations

import logging
from datetime import timedelta

from prepayment.errors import PrepaymentError
from prepayment.orders import Order, State
from prepayment.service.backoff import Failures
from prepayment.service.checkout import Checkout
from prepayment.service.parts import Parts
from prepayment.service.settlement import Settlement

logger = logging.getLogger(__name__)

# A confirmation under way may take as long as PortOne's own time-out of 60 seconds.
CONFIRMING_IS_STALE_AFTER = timedelta(seconds=75)
UNKNOWN_IS_STALE_AFTER = timedelta(seconds=3)


class Sweeper:
    """Goes over the orders that wait for time or truth. Safe with several at once: every step is compare-and-set."""

    def __init__(self, parts: Parts, checkout: Checkout, settlement: Settlement) -> None:
        self._parts = parts
        self._checkout = checkout
        self._settlement = settlement
        self._failures = Failures()

    def run(self) -> int:
        """Sweep once; returns how many orders were looked at."""
        now = self._parts.clock.now()
        with self._parts.database(write=False) as unit:
            over = unit.orders.unpaid_until(now)
            stale = [
                *unit.orders.in_state_since(State.CONFIRMING, now - CONFIRMING_IS_STALE_AFTER),
                *unit.orders.in_state_since(State.UNKNOWN, now - UNKNOWN_IS_STALE_AFTER),
            ]
        looked_at = 0
        for order in [*over, *stale]:
            if not self._failures.is_due(order.id, self._parts.clock.machine_now()):
                continue
            looked_at += 1
            try:
                if order.state in {State.CONFIRMING, State.UNKNOWN}:
                    settled = self._settlement.resolve(order)
                else:
                    settled = self._checkout.expire(order)
            except PrepaymentError as error:
                self._failed(order, type(error).__name__)
            else:
                if settled.state in {State.CONFIRMING, State.UNKNOWN}:
                    self._failed(order, "still unanswered")
                else:
                    self._failures.succeeded(order.id)
        return looked_at

    def _failed(self, order: Order, why: str) -> None:
        attempts = self._failures.failed(order.id, self._parts.clock.machine_now())
        logger.warning("order %s (%s), sweep %d: %s", order.id, order.state, attempts, why)

"""Ends what ran out of time and finds out what nobody answered."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from prepayment.errors import PrepaymentError
from prepayment.orders import Order, State
from prepayment.service.backoff import backoff
from prepayment.service.checkout import Checkout
from prepayment.service.parts import Parts
from prepayment.service.settlement import Settlement

logger = logging.getLogger(__name__)

# How long an order may stay in a state before somebody has a look.
STALE_AFTER: Final = {
    State.PAYING: timedelta(seconds=60),
    # A confirmation under way may take as long as PortOne's own time-out of 60 seconds.
    State.CONFIRMING: timedelta(seconds=75),
    State.UNKNOWN: timedelta(seconds=3),
    State.CANCELLING: timedelta(seconds=3),
}
LEASE: Final = timedelta(seconds=90)
# Somebody may just be typing a card number: looked at now and then, and never kept from ending in time.
_PAYING_AGAIN: Final = timedelta(seconds=60)


class Sweeper:
    """Goes over the orders that wait for time or truth, one at a time; several workers may share them."""

    def __init__(self, parts: Parts, checkout: Checkout, settlement: Settlement) -> None:
        self._parts = parts
        self._checkout = checkout
        self._settlement = settlement

    def run_next(self) -> bool:
        """Look at the next order that is due; False when none is."""
        clock = self._parts.clock
        now, machine_now = clock.now(), clock.machine_now()
        stale = {state: now - after for state, after in STALE_AFTER.items()}
        with self._parts.database(durable=False) as unit:
            sweep = unit.orders.claim_sweep(now, stale, machine_now, machine_now + LEASE)
            unit.commit()
        if sweep is None:
            return False
        order = sweep.order
        error = ""
        try:
            settled = self._look_at(order)
        except PrepaymentError as problem:
            error = type(problem).__name__
            logger.warning("order %s (%s), sweep %d: %s", order.id, order.state, sweep.attempts, error)
        else:
            if settled.state is not order.state:
                return True
        again = _PAYING_AGAIN if order.state is State.PAYING and not error else backoff(sweep.attempts)
        with self._parts.database(durable=False) as unit:
            unit.orders.sweep_again(sweep, clock.machine_now() + again, error)
            unit.commit()
        return True

    def _look_at(self, order: Order) -> Order:
        match order.state:
            case State.CONFIRMING | State.UNKNOWN:
                return self._settlement.resolve(order)
            case State.CANCELLING:
                return self._settlement.watch_refund(order)
            case _ if self._parts.clock.now() >= order.expires_at:
                return self._checkout.expire(order)
            case _:
                return self._settlement.sync(order.id, actor="sweeper")

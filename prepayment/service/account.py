"""What a customer's own line looks like: usage, orders, what can be cancelled."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from prepayment.calendar import Month
from prepayment.orders import Event, Order, State
from prepayment.ports import Customer
from prepayment.rules import Usage, cancellable
from prepayment.service.parts import Parts


@dataclass(frozen=True)
class History:
    """A line's recent orders, newest first, as a customer asks about them."""

    applied: Sequence[Order]
    cancelled: Sequence[Order]
    open: Order | None
    cancellable: Sequence[Order]
    too_late: Sequence[Order]


class Account:
    """Reads a customer's situation; changes nothing."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def customer_of(self, conversation_id: str) -> Customer | None:
        """Return whose conversation it is; None for an anonymous visitor."""
        with self._parts.database(write=False) as unit:
            return unit.conversations.customer(conversation_id)

    def usage(self, line_id: str) -> Usage:
        """Return this month's usage of a line.

        Raises:
            OutsideError: the carrier did not answer.
        """
        return self._parts.carrier.usage(line_id, Month.of(self._parts.clock.now()))

    def history(self, line_id: str) -> History:
        """Return a line's recent orders."""
        with self._parts.database(write=False) as unit:
            # However many were tried and left since: what was paid stays to be found.
            orders = unit.orders.of_line(line_id, states={State.APPLIED, State.CANCELLED})
            open_order = unit.orders.open_order(line_id)
        now = self._parts.clock.now()
        applied = [order for order in orders if order.state is State.APPLIED]
        return History(
            applied=applied,
            cancelled=[order for order in orders if order.state is State.CANCELLED],
            open=open_order,
            cancellable=[order for order in applied if cancellable(order.month, now)],
            too_late=[order for order in applied if not cancellable(order.month, now)],
        )

    def events(self, order_id: str) -> Sequence[Event]:
        """Return the steps of an order, oldest first."""
        with self._parts.database(write=False) as unit:
            return unit.orders.events(order_id)

    def orders_of_links(self, tokens: Collection[str]) -> Sequence[Order]:
        """Return the orders of checkout links; unknown ones are left out."""
        with self._parts.database(write=False) as unit:
            return unit.orders.by_checkout_tokens(tokens)

    def order(self, order_id: str) -> Order:
        """Return an order. Raises OrderNotFound."""
        with self._parts.database(write=False) as unit:
            return unit.orders.get(order_id)

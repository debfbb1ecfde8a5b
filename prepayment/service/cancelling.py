"""Giving a prepayment back: what the customer centre does when a customer asks for it."""

from __future__ import annotations

from typing import Final

from prepayment.errors import CancelTooLate, OrderClosed, OrderNotSettled
from prepayment.orders import SETTLING, Order, State
from prepayment.record_text import fit_for_records
from prepayment.rules import cancel_deadline, cancellable
from prepayment.service.parts import Parts

CANCELLABLE: Final = frozenset({State.PAID, State.APPLIED})
REASON_LIMIT: Final = 200
ON_REQUEST: Final = "cancelled_on_request"


class Cancelling:
    """Cancels prepayments within the month they were made in."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def check(self, order: Order) -> None:
        """Check that a prepayment can be cancelled now.

        Raises:
            OrderNotSettled: what became of its payment is not known yet, or it is being given back already.
            OrderClosed: there is nothing to give back.
            CancelTooLate: its month is over.
        """
        if order.state in SETTLING - CANCELLABLE:
            raise OrderNotSettled(order.id, order.state.value)
        if order.state not in CANCELLABLE:
            raise OrderClosed(order.id, order.state.value)
        if not cancellable(order.month, self._parts.clock.now()):
            raise CancelTooLate(order.id, cancel_deadline(order.month))

    def cancel(self, order_id: str, *, reason: str, actor: str) -> Order:
        """Begin to give a prepayment back: the carrier revokes it, PortOne refunds it, the chat is told.

        Raises:
            OrderNotFound, OrderNotSettled, OrderClosed, CancelTooLate: it cannot be cancelled.
            TransitionConflict: it moved at the same moment; look again.
            ValueError: no reason was given.
        """
        detail = reason_detail(reason)
        with self._parts.database() as unit:
            order = unit.orders.get(order_id)
            self.check(order)
            moved = unit.orders.move(
                order,
                State.CANCELLING,
                at=self._parts.clock.now(),
                cause=ON_REQUEST,
                actor=actor,
                detail=detail,
            )
            unit.commit()
        return moved


def reason_detail(reason: str) -> dict[str, str | int]:
    """Return the detail of an event that records why. Raises ValueError when there is no reason."""
    text = fit_for_records(reason, REASON_LIMIT)
    if not text:
        raise ValueError("a reason is needed")
    return {"reason": text}

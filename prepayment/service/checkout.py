"""The checkout behind a link: identity, payment window, confirmation."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from prepayment.errors import (
    ExceedsOutstanding,
    IdentityExpired,
    OrderClosed,
    TransitionConflict,
)
from prepayment.orders import UNPAID, Order, State
from prepayment.rules import IDENTITY_MAX_AGE, Quote, Usage
from prepayment.service.parts import Parts
from prepayment.service.settlement import Settlement

logger = logging.getLogger(__name__)

_PAYABLE = frozenset({State.VERIFIED, State.PAYING, State.DECLINED})


@dataclass(frozen=True)
class Summary:
    """What the checkout page shows. ``phone_tail`` are the line's last four digits."""

    order: Order
    usage: Usage
    phone_tail: str
    identity_valid: bool

    @property
    def quote(self) -> Quote:
        """The order against the present usage, unchecked: for showing."""
        return Quote(
            month=self.order.month,
            amount_won=self.order.amount_won,
            outstanding_won=self.usage.outstanding_won,
            available_now_won=self.usage.available_won,
            available_after_won=self.usage.available_after(self.order.amount_won),
            blocked=self.usage.blocked,
        )


class Checkout:
    """The steps of paying an order, each safe to repeat."""

    def __init__(self, parts: Parts, settlement: Settlement) -> None:
        self._parts = parts
        self._settlement = settlement

    def order(self, token: str) -> Order:
        """Return the order of a link, ended first when its time is over. Raises OrderNotFound."""
        with self._parts.database(write=False) as unit:
            order = unit.orders.by_checkout_token(token)
        if order.state in UNPAID and self._parts.clock.now() >= order.expires_at:
            return self.expire(order)
        return order

    def summary(self, token: str) -> Summary:
        """Return what the page shows.

        Raises:
            OrderNotFound: no such link.
            OutsideError: the carrier did not answer.
        """
        order = self.order(token)
        line = self._parts.carrier.line(order.line_id)
        usage = self._parts.carrier.usage(order.line_id, order.month)
        return Summary(
            order=order,
            usage=usage,
            phone_tail=line.phone_number[-4:],
            identity_valid=self.identity_valid(order),
        )

    def identity_valid(self, order: Order) -> bool:
        """Whether the order's identity verification still counts."""
        return (
            order.verified_at is not None and self._parts.clock.now() - order.verified_at <= IDENTITY_MAX_AGE
        )

    def start_payment(self, token: str) -> Mapping[str, object]:
        """Fix the sum at PortOne and return what the browser SDK needs to open the payment window.

        Raises:
            OrderNotFound, OrderClosed: the order takes no payment.
            TransitionConflict: another tab was first; nothing was opened here.
            IdentityExpired: the identity step has to be done (again) first.
            ExceedsOutstanding: less is outstanding by now; the order was ended.
            OutsideError: PortOne or the carrier did not answer.
        """
        order = self.unpaid_order(token)
        if order.state not in _PAYABLE or not self.identity_valid(order):
            raise IdentityExpired(f"order {order.id} needs an identity verification")
        self._check_outstanding(order)
        with self._parts.database() as unit:
            order = unit.orders.move(
                order,
                State.PAYING,
                at=self._parts.clock.now(),
                cause="payment_window_opened",
                actor="customer",
                decline_message="",
            )
            unit.commit()
        self._parts.gateway.pre_register(order.payment_id, order.amount_won)
        return self._parts.gateway.payment_window(
            order,
            return_url=f"{self._parts.public_url}/pay/{token}/payment/return",
            notice_url=f"{self._parts.public_url}/webhooks/portone",
        )

    def finish_payment(self, token: str, *, payment_token: str | None, tx_id: str | None) -> Order:
        """Take the return of the payment window: confirm when it brought a token, else read what happened.

        The outstanding sum is checked again first. Whoever comes second (another tab, a double return) gets the
        order as it stands.

        Raises:
            OrderNotFound: no such link.
            ExceedsOutstanding: less is outstanding by now; the order was ended and nothing charged.
            OutsideError: nothing was charged, because the carrier could not be asked; or PortOne did not answer a read.
        """
        order = self.order(token)
        if order.state not in {State.PAYING, State.DECLINED}:
            return order
        if not payment_token:
            return self._settlement.sync(order.id, actor="customer")
        try:
            self._check_outstanding(order)
            if self._parts.clock.now() >= order.expires_at:  # while the carrier was asked
                return self.expire(order)
            with self._parts.database() as unit:
                order = unit.orders.move(
                    order,
                    State.CONFIRMING,
                    at=self._parts.clock.now(),
                    cause="payment_authorised",
                    actor="customer",
                    payment_token=payment_token,
                    payment_tx_id=tx_id,
                    payment_attempts=order.payment_attempts + 1,
                    confirm_sent_at=self._parts.clock.now(),
                )
                unit.commit()
        except TransitionConflict:
            return self.order(token)
        return self._settlement.confirm(order, actor="customer")

    def expire(self, order: Order) -> Order:
        """End an unpaid order whose time is over.

        A payment window may be open: the payment is read first, and what is not confirmed is never charged.

        Raises:
            OutsideError: PortOne did not answer; the order stays.
        """
        if order.state is not State.QUOTED:
            order = self._settlement.sync(order.id, actor="sweeper")
            if order.state not in UNPAID:
                return order
        try:
            return self._expire(order, "time_over")
        except TransitionConflict:
            with self._parts.database(write=False) as unit:
                return unit.orders.get(order.id)

    def unpaid_order(self, token: str) -> Order:
        """Return the unpaid order of a link. Raises OrderNotFound, or OrderClosed when it takes no step any more."""
        order = self.order(token)
        if order.state not in UNPAID:
            raise OrderClosed(order.id, order.state.value)
        return order

    def _check_outstanding(self, order: Order) -> None:
        usage = self._parts.carrier.usage(order.line_id, order.month)
        if order.amount_won > usage.outstanding_won:
            # A conflict is raised: somebody else paid this very order, and that is why less is outstanding.
            self._expire(order, "outstanding_fell")
            raise ExceedsOutstanding(order.amount_won, usage.outstanding_won)

    def _expire(self, order: Order, cause: str) -> Order:
        with self._parts.database() as unit:
            ended = unit.orders.move(
                order, State.EXPIRED, at=self._parts.clock.now(), cause=cause, actor="clock"
            )
            unit.commit()
        return ended

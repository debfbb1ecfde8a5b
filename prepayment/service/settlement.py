"""What became of a payment: reads the truth at PortOne and moves the order accordingly.

The return of the payment window, webhooks and the sweeper all come here; none of them is believed by itself.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from prepayment.calendar import Month
from prepayment.errors import NotSent, OutsideError, Refused, TransitionConflict
from prepayment.orders import UNPAID, Order, State
from prepayment.ports import PaymentPolicy, PaymentReading
from prepayment.service.parts import Parts

logger = logging.getLogger(__name__)

# PortOne keeps an idempotency key for three hours; afterwards only reading is safe.
# Counted from the order's end, a quarter of an hour after the earliest confirmation.
CONFIRM_AGAIN_WITHIN = timedelta(hours=2, minutes=40)


@dataclass(frozen=True)
class Verdict:
    """The state a reading leads to, and why."""

    target: State
    cause: str


def differences(order: Order, reading: PaymentReading, policy: PaymentPolicy) -> tuple[str, ...]:
    """Return the names of the fields in which a payment is not the one we asked for."""
    expected = {
        "payment_id": (order.payment_id, reading.payment_id),
        "store_id": (policy.store_id, reading.store_id),
        "total_won": (order.amount_won, reading.total_won),
        "cancelled_won": (0, reading.cancelled_won),
        "currency": ("KRW", reading.currency),
        "channel_type": (policy.channel_type, reading.channel_type),
        "channel_key": (policy.channel_key, reading.channel_key),
        "order_id": (order.id, reading.order_id),
    }
    wrong = [name for name, (ours, theirs) in expected.items() if ours != theirs]
    # Prepaying a phone bill with the phone bill would only move it to the next one.
    if reading.method_type == "PaymentMethodMobile":
        wrong.append("method_type")
    return tuple(wrong)


def decide(order: Order, reading: PaymentReading, policy: PaymentPolicy) -> Verdict | None:
    """Return where a reading leads an order to, or None when it stays where it is."""
    unsettled = order.state in {*UNPAID, State.CONFIRMING, State.UNKNOWN}
    match reading.status:
        case "PAID" if unsettled and order.state not in {State.QUOTED, State.VERIFIED}:
            wrong = differences(order, reading, policy)
            if wrong:
                return Verdict(State.REVIEW, "differs:" + ",".join(wrong))
            return Verdict(State.PAID, "payment_read")
        case "PAID" if order.state in {State.EXPIRED, State.WITHDRAWN}:
            return Verdict(State.CANCELLING, "paid_after_end")
        case "FAILED" if order.state is State.PAYING and reading.closed_by_customer:
            return None
        # Another tab's attempt may have failed while this one's confirmation is not answered yet.
        case "FAILED" if (
            order.state in {State.CONFIRMING, State.UNKNOWN} and reading.tx_id != order.payment_tx_id
        ):
            return None
        case "FAILED" if order.state in {State.PAYING, State.CONFIRMING, State.UNKNOWN}:
            return Verdict(State.DECLINED, "payment_failed")
        case "CANCELLED" if order.state is State.CANCELLING:
            return Verdict(State.CANCELLED, "refund_read")
        case "CANCELLED" | "PARTIAL_CANCELLED" if order.state in {State.PAID, State.APPLIED}:
            return Verdict(State.REVIEW, "cancelled_elsewhere")
        case _:
            return None


class Settlement:
    """Moves orders by what PortOne says."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def sync(self, order_id: str, *, actor: str) -> Order:
        """Read the payment of an order and move the order to where that leads.

        Raises:
            OrderNotFound: no such order.
            OutsideError: PortOne did not answer; the order stays.
        """
        with self._parts.database(write=False) as unit:
            order = unit.orders.get(order_id)
        reading = self._parts.gateway.read(order.payment_id)
        verdict = decide(order, reading, self._parts.policy)
        if verdict is None:
            return order
        return self._move(order, verdict, actor, decline_message=reading.failure_message)

    def confirm(self, order: Order, *, actor: str) -> Order:
        """Approve the payment of a ``confirming`` or ``unknown`` order: the one call that moves money.

        Returns the order as it stands afterwards; anything unanswered leaves it ``unknown``.
        """
        try:
            self._parts.gateway.confirm(
                order.payment_id,
                token=order.payment_token or "",
                tx_id=order.payment_tx_id,
                amount_won=order.amount_won,
                key=f"confirm-{order.payment_id}-{order.payment_attempts}",
            )
        except Refused as refusal:
            return self._after_refusal(order, refusal, actor)
        except OutsideError as error:
            cause = "confirm_not_sent" if isinstance(error, NotSent) else "confirm_unanswered"
            return self._unknown(order, cause, actor)
        try:
            settled = self.sync(order.id, actor=actor)
        except OutsideError:
            return self._unknown(order, "read_unanswered", actor)
        if settled.state is State.CONFIRMING:
            return self._unknown(settled, "confirmed_but_not_read_as_paid", actor)
        return settled

    def resolve(self, order: Order) -> Order:
        """Find out what became of an order whose confirmation had no answer (the sweeper's step).

        Raises:
            OutsideError: PortOne still does not answer, or the carrier does not.
        """
        settled = self.sync(order.id, actor="sweeper")
        if settled.state not in {State.CONFIRMING, State.UNKNOWN}:
            return settled
        if self._may_confirm_again(order):
            return self.confirm(settled, actor="sweeper")
        if settled.state is State.CONFIRMING:
            settled = self._unknown(settled, "confirm_unanswered", "sweeper")
        # Not paid, and not to be confirmed again: it never was charged. A confirmation that lands after all is read
        # later, from a webhook or when the order's time is over.
        return self._move(settled, Verdict(State.DECLINED, "never_confirmed"), "sweeper")

    def _may_confirm_again(self, order: Order) -> bool:
        """Whether the same key still counts, the month is the same, and the sum is still outstanding."""
        now = self._parts.clock.now()
        if Month.of(now) != order.month or now - order.expires_at >= CONFIRM_AGAIN_WITHIN:
            return False
        return order.amount_won <= self._parts.carrier.usage(order.line_id, order.month).outstanding_won

    def _after_refusal(self, order: Order, refusal: Refused, actor: str) -> Order:
        try:
            settled = self.sync(order.id, actor=actor)
        except OutsideError:
            return self._unknown(order, "read_unanswered", actor)
        if settled.state not in {State.CONFIRMING, State.UNKNOWN}:
            return settled
        verdict = Verdict(State.DECLINED, "confirm_refused")
        return self._move(settled, verdict, actor, decline_message=refusal.message)

    def _unknown(self, order: Order, cause: str, actor: str) -> Order:
        if order.state is State.UNKNOWN:
            return order
        return self._move(order, Verdict(State.UNKNOWN, cause), actor)

    def _move(self, order: Order, verdict: Verdict, actor: str, *, decline_message: str = "") -> Order:
        if verdict.target is State.REVIEW:
            logger.error("order %s needs a person: %s", order.id, verdict.cause)
        changes: dict[str, Any] = {}
        if verdict.target is State.DECLINED:
            changes["decline_message"] = decline_message
        if verdict.target not in {State.UNKNOWN}:
            changes["payment_token"] = None
        try:
            with self._parts.database() as unit:
                moved = unit.orders.move(
                    order,
                    verdict.target,
                    at=self._parts.clock.now(),
                    cause=verdict.cause,
                    actor=actor,
                    **changes,
                )
                unit.commit()
                return moved
        except TransitionConflict:
            # Another return, webhook or sweep was first and read the same truth.
            with self._parts.database(write=False) as unit:
                return unit.orders.get(order.id)

"""What became of a payment: reads the truth at PortOne and moves the order accordingly.

The return of the payment window, webhooks, the sweeper and the reconciliation all come here; none of them is
believed by itself.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any, Final

from prepayment.calendar import Month
from prepayment.errors import NotSent, OutsideError, Refused, TransitionConflict
from prepayment.orders import Order, State
from prepayment.service.parts import Parts
from prepayment.service.verdicts import Verdict, decide

logger = logging.getLogger(__name__)

# PortOne keeps an idempotency key for three hours; afterwards only reading is safe.
# Counted from the order's end, a quarter of an hour after the earliest confirmation.
CONFIRM_AGAIN_WITHIN = timedelta(hours=2, minutes=40)
# A confirmation that was sent and not answered may still be carried out for so long.
CONFIRM_LANDS_WITHIN = timedelta(minutes=2)
NEVER_CONFIRMED: Final = "never_confirmed"
_ALREADY_PAID: Final = "already_paid"
_IN_DOUBT: Final = frozenset({State.CONFIRMING, State.UNKNOWN})


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

    def confirm(self, order: Order, *, actor: str, unanswered_since: datetime | None = None) -> Order:
        """Approve the payment of a ``confirming`` or ``unknown`` order: the one call that moves money.

        ``unanswered_since`` tells of an earlier confirmation that had no answer. Returns the order as it stands
        afterwards; anything unanswered leaves it ``unknown``.
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
            return self._after_refusal(order, refusal, actor, unanswered_since)
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
        if settled.state not in _IN_DOUBT:
            return settled
        sent_at = settled.confirm_sent_at
        if self._may_confirm_again(settled):
            try:
                settled = self._about_to_send(settled)
            except TransitionConflict:
                return self._current(order)
            return self.confirm(settled, actor="sweeper", unanswered_since=sent_at)
        if settled.state is State.CONFIRMING:
            settled = self._unknown(settled, "confirm_unanswered", "sweeper")
        if self._may_land(sent_at):
            return settled
        # Not paid, and not to be confirmed again: it never was charged. A confirmation that lands after all is read
        # later: from a webhook, when the order's time is over, or by the reconciliation.
        return self._move(settled, Verdict(State.DECLINED, NEVER_CONFIRMED), "sweeper")

    def watch_refund(self, order: Order) -> Order:
        """Find out what became of a refund that was asked for (the sweeper's step).

        Raises:
            OutsideError: PortOne does not answer.
        """
        settled = self.sync(order.id, actor="sweeper")
        if settled.state is not State.CANCELLING:
            return settled
        if self._parts.gateway.read(order.payment_id).refund_status == "FAILED":
            return self._move(settled, Verdict(State.REVIEW, "refund_failed"), "sweeper")
        return settled

    def _may_confirm_again(self, order: Order) -> bool:
        """Whether the same key still counts, the month is the same, and the sum is still outstanding."""
        now = self._parts.clock.now()
        if Month.of(now) != order.month or now - order.expires_at >= CONFIRM_AGAIN_WITHIN:
            return False
        return order.amount_won <= self._parts.carrier.usage(order.line_id, order.month).outstanding_won

    def _may_land(self, sent_at: datetime | None) -> bool:
        return sent_at is not None and self._parts.clock.now() - sent_at < CONFIRM_LANDS_WITHIN

    def _about_to_send(self, order: Order) -> Order:
        with self._parts.database() as unit:
            sending = unit.orders.update(order, confirm_sent_at=self._parts.clock.now())
            unit.commit()
        return sending

    def _after_refusal(
        self, order: Order, refusal: Refused, actor: str, unanswered_since: datetime | None
    ) -> Order:
        try:
            settled = self.sync(order.id, actor=actor)
        except OutsideError:
            return self._unknown(order, "read_unanswered", actor)
        if settled.state not in _IN_DOUBT:
            return settled
        if refusal.reason == _ALREADY_PAID or self._may_land(unanswered_since):
            return self._unknown(settled, "confirm_refused_in_doubt", actor)
        verdict = Verdict(State.DECLINED, "confirm_refused")
        return self._move(settled, verdict, actor, decline_message=refusal.message)

    def _unknown(self, order: Order, cause: str, actor: str) -> Order:
        if order.state is State.UNKNOWN:
            return order
        return self._move(order, Verdict(State.UNKNOWN, cause), actor)

    def _move(self, order: Order, verdict: Verdict, actor: str, *, decline_message: str = "") -> Order:
        changes: dict[str, Any] = {}
        if verdict.target is State.DECLINED:
            changes["decline_message"] = decline_message
        if verdict.target is not State.UNKNOWN:
            changes["payment_token"] = None
        if verdict.charged_won is not None:
            changes["charged_won"] = verdict.charged_won
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
            return self._current(order)

    def _current(self, order: Order) -> Order:
        with self._parts.database(write=False) as unit:
            return unit.orders.get(order.id)

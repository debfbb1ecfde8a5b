"""What must happen outside because of an order's step: done at least once, harmless twice."""

from __future__ import annotations

import logging
from datetime import timedelta

from prepayment.errors import OutsideError, PrepaymentError, Refused, TransitionConflict
from prepayment.orders import EffectKind, Order, State
from prepayment.ports import Effect
from prepayment.service.backoff import backoff
from prepayment.service.conversations import PAYMENT_RESULT_INTENT
from prepayment.service.parts import Parts
from prepayment.service.settlement import Settlement

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)  # longer than the longest outside call

# Stands on the customer's card statement.
REFUND_REASON = "선결제를 반영할 수 없어 취소"


class Effects:
    """Works off the outbox, one effect at a time; several workers may share it."""

    def __init__(self, parts: Parts, settlement: Settlement) -> None:
        self._parts = parts
        self._settlement = settlement

    def run_next(self) -> bool:
        """Do the next due effect; False when nothing is due."""
        now = self._parts.clock.machine_now()
        with self._parts.database() as unit:
            effect = unit.effects.claim(now, now + LEASE)
            unit.commit()
        if effect is None:
            return False
        try:
            outcome = self._do(effect)
        except PrepaymentError as error:
            logger.warning(
                "%s of order %s, attempt %d: %s",
                effect.kind,
                effect.order_id,
                effect.attempts,
                type(error).__name__,
            )
            with self._parts.database() as unit:
                due = self._parts.clock.machine_now() + backoff(effect.attempts)
                unit.effects.retry(effect, due, type(error).__name__)
                unit.commit()
            return True
        with self._parts.database() as unit:
            unit.effects.done(effect, outcome)
            unit.commit()
        return True

    def _do(self, effect: Effect) -> str:
        with self._parts.database(write=False) as unit:
            order = unit.orders.get(effect.order_id)
        match effect.kind:
            case EffectKind.APPLY:
                return self._apply(order)
            case EffectKind.REVOKE:
                self._parts.carrier.revoke_prepayment(order.line_id, order.id)
                return "revoked"
            case EffectKind.REFUND:
                return self._refund(order)
            case EffectKind.TELL_CHAT:
                return self._tell_chat(order, effect)

    def _apply(self, order: Order) -> str:
        if order.state is not State.PAID:
            return f"order is {order.state}"
        try:
            self._parts.carrier.apply_prepayment(order.line_id, order.id, order.month, order.amount_won)
        except Refused as refusal:
            # Paid, but the carrier will not have it: the customer gets the money back.
            self._move(order, State.CANCELLING, f"carrier_refused:{refusal.reason}")
            return "refused by the carrier"
        self._move(order, State.APPLIED, "carrier_applied")
        return "applied"

    def _refund(self, order: Order) -> str:
        if order.state is not State.CANCELLING:
            return f"order is {order.state}"
        try:
            self._parts.gateway.cancel(
                order.payment_id,
                amount_won=order.amount_won,
                reason=REFUND_REASON,
                key=f"cancel-{order.payment_id}",
            )
        except Refused as refusal:
            if self._refunded(order):
                return "refunded"
            logger.error("refund of order %s was refused: %s", order.id, refusal.reason)
            self._move(order, State.REVIEW, f"refund_refused:{refusal.reason}")
            return "refund refused"
        if not self._refunded(order):
            # A refund can be asked for and done later: the answer to asking is not the truth.
            raise OutsideError("the refund is not done yet")
        return "refunded"

    def _refunded(self, order: Order) -> bool:
        return self._settlement.sync(order.id, actor="worker").state is State.CANCELLED

    def _tell_chat(self, order: Order, effect: Effect) -> str:
        if order.state is not effect.state:
            return f"order is {order.state} by now"
        with self._parts.database() as unit:
            unit.conversations.add_event(
                order.conversation_id,
                PAYMENT_RESULT_INTENT,
                {"order_id": order.id, "state": order.state.value},
                source=f"effect:{effect.id}",
            )
            unit.commit()
        return "told"

    def _move(self, order: Order, target: State, cause: str) -> None:
        try:
            with self._parts.database() as unit:
                unit.orders.move(order, target, at=self._parts.clock.now(), cause=cause, actor="worker")
                unit.commit()
        except TransitionConflict:
            logger.info("order %s was moved by another first", order.id)

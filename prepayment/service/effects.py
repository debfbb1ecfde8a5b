"""What must happen outside because of an order's step: done at least once, harmless twice."""

from __future__ import annotations

import logging
from typing import Final

from prepayment.errors import Refused, TransitionConflict
from prepayment.orders import EffectKind, Order, State
from prepayment.ports import Effect, UnitOfWork
from prepayment.service.conversations import PAYMENT_RESULT_INTENT
from prepayment.service.parts import Parts
from prepayment.service.settlement import Settlement
from prepayment.service.work_queue import Finish, WorkQueue

logger = logging.getLogger(__name__)

# Stands on the customer's card statement.
REFUND_REASON: Final = "소액결제 선결제 취소"
_REFUNDABLE: Final = frozenset({"PAID", "PARTIAL_CANCELLED"})
_NOT_BOOKED: Final = "prepayment_not_found"


class Effects:
    """Works off the outbox: ``run_next`` does the next due effect and returns False when nothing is due."""

    def __init__(self, parts: Parts, settlement: Settlement) -> None:
        self._parts = parts
        self._settlement = settlement
        self.run_next = WorkQueue(parts, lambda unit: unit.effects, self._do, _subject).run_next

    def _do(self, effect: Effect) -> Finish:
        """Do the part outside."""
        with self._parts.database(write=False) as unit:
            order = unit.orders.get(effect.order_id)
        match effect.kind:
            case EffectKind.APPLY:
                return self._apply(order)
            case EffectKind.REVOKE:
                return self._revoke(order)
            case EffectKind.REFUND:
                return self._refund(order, effect)
            case EffectKind.TELL_CHAT:
                return self._tell_chat(order, effect)

    def _apply(self, order: Order) -> Finish:
        if order.state is not State.PAID:
            return _already(order)
        try:
            self._parts.carrier.apply_prepayment(order.line_id, order.id, order.month, order.amount_won)
        except Refused as refusal:
            # Paid, but the carrier will not have it: the customer gets the money back.
            return self._moving(order, State.CANCELLING, f"carrier_refused:{refusal.reason}")
        return self._booked(order)

    def _booked(self, order: Order) -> Finish:
        move = self._moving(order, State.APPLIED, "carrier_applied")

        def finish(unit: UnitOfWork) -> str:
            outcome = move(unit)
            now = unit.orders.get(order.id)
            if now.state in {State.CANCELLING, State.CANCELLED}:
                # This worker was so slow that another gave the money back meanwhile: nobody may have both.
                unit.effects.ask_again(now, EffectKind.REVOKE)
            return outcome

        return finish

    def _revoke(self, order: Order) -> Finish:
        try:
            self._parts.carrier.revoke_prepayment(order.line_id, order.id)
        except Refused as refusal:
            if refusal.reason == _NOT_BOOKED:
                return lambda _: "was not booked"
            if order.state is State.CANCELLING:
                return self._moving(order, State.REVIEW, f"revoke_refused:{refusal.reason}")
            return lambda _: "refused by the carrier"
        return lambda _: "revoked"

    def _refund(self, order: Order, effect: Effect) -> Finish:
        if order.state is not State.CANCELLING:
            return _already(order)
        reading = self._parts.gateway.read(order.payment_id)
        if reading.status in _REFUNDABLE and reading.refund_status != "REQUESTED":
            left_won = (reading.total_won or order.booked_won) - (reading.cancelled_won or 0)
            try:
                self._parts.gateway.cancel(
                    order.payment_id,
                    amount_won=left_won,
                    reason=REFUND_REASON,
                    key=f"cancel-{order.payment_id}-{effect.id}",
                    by_customer=False,
                )
            except Refused as refusal:
                if self._settlement.sync(order.id, actor="worker").state is State.CANCELLING:
                    return self._moving(order, State.REVIEW, f"refund_refused:{refusal.reason}")
                return lambda _: "refunded before"
        elif reading.status not in _REFUNDABLE | {"CANCELLED"}:
            return self._moving(order, State.REVIEW, "refund_without_payment")
        # A refund can be asked for and done later: the answer to asking is not the truth, and the sweeper reads on.
        settled = self._settlement.sync(order.id, actor="worker")
        outcome = "refunded" if settled.state is State.CANCELLED else "asked for"
        return lambda _: outcome

    def _tell_chat(self, order: Order, effect: Effect) -> Finish:
        if order.state is not effect.state:
            return _already(order)

        def tell(unit: UnitOfWork) -> str:
            unit.conversations.add_event(
                order.conversation_id,
                PAYMENT_RESULT_INTENT,
                {"order_id": order.id, "state": order.state.value},
                source=f"effect:{effect.id}",
            )
            return "told"

        return tell

    def _moving(self, order: Order, target: State, cause: str) -> Finish:
        def move(unit: UnitOfWork) -> str:
            try:
                unit.orders.move(order, target, at=self._parts.clock.now(), cause=cause, actor="worker")
            except TransitionConflict:
                logger.info("order %s was moved by another first", order.id)
                return "was moved by another first"
            return f"{target}: {cause}"

        return move


def _already(order: Order) -> Finish:
    return lambda _: f"order is {order.state}"


def _subject(effect: Effect) -> str:
    return f"{effect.kind}:{effect.order_id}"

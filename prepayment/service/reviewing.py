"""Ends the doubt about an order in review: a person decides, the truth is read first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from prepayment.errors import DecisionContradicted, OrderClosed, OrderInProgress
from prepayment.ledger import Account
from prepayment.orders import EXCLUSIVE, Order, State
from prepayment.ports import PaymentReading, UnitOfWork
from prepayment.service.cancelling import reason_detail
from prepayment.service.parts import Parts
from prepayment.service.verdicts import differences


class Decision(StrEnum):
    """What a person can decide about an order in review."""

    APPLY = "apply"  # the payment is right: book it at the carrier
    REFUND = "refund"  # take it back at the carrier and give back what is left of the payment
    REFUNDED_ELSEWHERE = "refunded-elsewhere"  # the customer has the money back, by another way than PortOne
    NOT_CHARGED = "not-charged"  # nothing was ever charged


_TARGETS: Final = {
    Decision.APPLY: State.PAID,
    Decision.REFUND: State.CANCELLING,
    Decision.REFUNDED_ELSEWHERE: State.CANCELLED,
    Decision.NOT_CHARGED: State.EXPIRED,
}
_CHARGED: Final = frozenset({"PAID", "PARTIAL_CANCELLED", "CANCELLED"})


@dataclass(frozen=True)
class Facts:
    """What the books say of an order: PortOne's reading, how it differs from ours, won per account of the ledger."""

    order: Order
    reading: PaymentReading
    differences: tuple[str, ...]
    balances: Mapping[str, int]


class Reviewing:
    """Resolves orders in review."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def facts(self, order_id: str) -> Facts:
        """Return what a person needs to decide.

        Raises:
            OrderNotFound: no such order.
            OutsideError: PortOne did not answer.
        """
        with self._parts.database(write=False) as unit:
            order = unit.orders.get(order_id)
            balances = unit.books.balances(order_id)
        reading = self._parts.gateway.read(order.payment_id)
        return Facts(order, reading, differences(order, reading, self._parts.policy), balances)

    def resolve(self, order_id: str, decision: Decision, *, reason: str, actor: str) -> Order:
        """Carry a decision out, if what PortOne says allows it.

        Raises:
            OrderNotFound: no such order.
            OrderClosed: it is not in review.
            DecisionContradicted: PortOne or the ledger says otherwise.
            OrderInProgress: it cannot be applied while the line has a newer order.
            TransitionConflict: somebody else decided at the same moment.
            OutsideError: PortOne did not answer.
            ValueError: no reason was given.
        """
        detail = reason_detail(reason)
        facts = self.facts(order_id)
        if facts.order.state is not State.REVIEW:
            raise OrderClosed(order_id, facts.order.state.value)
        check_decision(decision, facts)
        with self._parts.database() as unit:
            if decision is Decision.APPLY:
                _refuse_beside_another(unit, facts.order)
            moved = unit.orders.move(
                facts.order,
                _TARGETS[decision],
                at=self._parts.clock.now(),
                cause=f"decided:{decision}",
                actor=actor,
                detail=detail,
                **_changes(facts),
            )
            unit.commit()
        return moved


def _refuse_beside_another(unit: UnitOfWork, order: Order) -> None:
    unit.orders.lock_line(order.line_id)
    other = unit.orders.open_order(order.line_id)
    if other is not None and other.state in EXCLUSIVE:
        raise OrderInProgress(other.id, other.amount_won)


def check_decision(decision: Decision, facts: Facts) -> None:
    """Check a decision against what the books say. Raises DecisionContradicted."""
    status = facts.reading.status
    match decision:
        case Decision.APPLY if status != "PAID" or facts.differences:
            found = ", ".join(facts.differences) or status
            raise DecisionContradicted(f"the payment is not as we asked for it: {found}")
        case Decision.REFUND if status not in _CHARGED:
            raise DecisionContradicted(f"PortOne has no payment to give back: {status}")
        case Decision.NOT_CHARGED if status in _CHARGED:
            raise DecisionContradicted(f"PortOne says that it was charged: {status}")
        case Decision.NOT_CHARGED if any(facts.balances.values()):
            raise DecisionContradicted("the ledger has booked the charge; was it given back?")
        case _:
            return


def _changes(facts: Facts) -> dict[str, Any]:
    """The sum that was charged, when nothing is booked of it yet and it is another one."""
    charged_won = facts.reading.total_won
    booked = facts.balances.get(Account.CUSTOMER, 0) != 0
    if booked or not charged_won or charged_won == facts.order.amount_won:
        return {}
    return {"charged_won": charged_won}

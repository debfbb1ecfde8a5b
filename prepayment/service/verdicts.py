"""Where a reading of a payment leads its order: pure decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from prepayment.orders import UNPAID, Order, State
from prepayment.ports import PaymentPolicy, PaymentReading

# In doubt about these nothing is certain, not even that the money is ours to give back: a person decides.
_DOUBTFUL: Final = frozenset(
    {"payment_id", "store_id", "currency", "channel_type", "cancelled_won", "total_unknown"}
)
_UNSETTLED: Final = (UNPAID - {State.QUOTED}) | {State.CONFIRMING, State.UNKNOWN}
_ENDED: Final = frozenset({State.EXPIRED, State.WITHDRAWN})


@dataclass(frozen=True)
class Verdict:
    """The state a reading leads to, and why. ``charged_won`` is set when PortOne charged another sum."""

    target: State
    cause: str
    charged_won: int | None = None


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
    if reading.status == "PARTIAL_CANCELLED" and "cancelled_won" not in wrong:
        wrong.append("cancelled_won")  # it says both
    if not reading.total_won:
        wrong = ["total_unknown" if name == "total_won" else name for name in wrong]
    # Prepaying a phone bill with the phone bill would only move it to the next one.
    if reading.method_type == "PaymentMethodMobile":
        wrong.append("method_type")
    return tuple(wrong)


def decide(order: Order, reading: PaymentReading, policy: PaymentPolicy) -> Verdict | None:
    """Return where a reading leads an order to, or None when it stays where it is."""
    match reading.status:
        case "PAID" | "PARTIAL_CANCELLED" if order.state in _UNSETTLED | _ENDED:
            return _paid(order, reading, policy)
        case "CANCELLED" if order.state in _UNSETTLED:
            # Charged and given back by somebody else before we read it: both are booked.
            return Verdict(State.CANCELLING, "cancelled_elsewhere", _other_sum(order, reading))
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


def _paid(order: Order, reading: PaymentReading, policy: PaymentPolicy) -> Verdict:
    wrong = differences(order, reading, policy)
    if wrong and _DOUBTFUL.intersection(wrong):
        return Verdict(State.REVIEW, "differs:" + ",".join(wrong))
    if order.state in _ENDED:
        return Verdict(State.CANCELLING, "paid_after_end", _other_sum(order, reading))
    if wrong:
        return Verdict(State.CANCELLING, "differs:" + ",".join(wrong), _other_sum(order, reading))
    return Verdict(State.PAID, "payment_read")


def _other_sum(order: Order, reading: PaymentReading) -> int | None:
    return None if reading.total_won in (None, 0, order.amount_won) else reading.total_won

"""What PortOne and the carrier say of an order now, beside what was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from prepayment.bootstrap import App
from prepayment.errors import OutsideError
from prepayment.ops.output import say, say_pairs, won
from prepayment.orders import Order, State
from prepayment.service.reviewing import Facts

NO_ANSWER: Final = "no answer"
_NOT_FOUND: Final = "NOT_FOUND"
# In these states a payment is meant to be given back.
_GIVEN_BACK: Final = frozenset({State.CANCELLING, State.CANCELLED})


@dataclass(frozen=True)
class Outside:
    """``facts`` are None, and ``booked_won`` too, when there was no answer; the problem says why."""

    facts: Facts | None
    portone_problem: str
    booked_won: int | None
    carrier_problem: str


def ask_outside(app: App, order: Order) -> Outside:
    """Ask PortOne and the carrier about an order; whoever does not answer is left out."""
    facts, booked_won, portone_problem, carrier_problem = None, None, "", ""
    try:
        facts = app.reviewing.facts(order.id)
    except OutsideError as error:
        portone_problem = f"{NO_ANSWER} ({type(error).__name__}: {error})"
    try:
        booked_won = sum(
            booking.amount_won
            for booking in app.carrier.bookings(order.line_id, order.month)
            if booking.order_id == order.id
        )
    except OutsideError as error:
        carrier_problem = f"{NO_ANSWER} ({type(error).__name__}: {error})"
    return Outside(facts, portone_problem, booked_won, carrier_problem)


def differing(facts: Facts) -> list[str]:
    """Return the names of the fields in which the payment is not as it should be in the order's state."""
    if facts.reading.status == _NOT_FOUND:
        return []
    if facts.order.state in _GIVEN_BACK:
        return [name for name in facts.differences if name != "cancelled_won"]
    return list(facts.differences)


def say_outside(outside: Outside) -> None:
    """Print what they say."""
    say("PortOne now", title=True)
    if outside.facts is None:
        say(f"  {outside.portone_problem}")
    else:
        _say_payment(outside.facts)
    say("Carrier now", title=True)
    if outside.booked_won is None:
        say(f"  {outside.carrier_problem}")
    else:
        say(
            f"  {won(outside.booked_won)} booked" if outside.booked_won else "  nothing booked for this order"
        )


def outside_json(outside: Outside) -> dict[str, Any]:
    """Return what they say, JSON-ready."""
    return {
        "portone": outside.facts and _payment_json(outside.facts),
        "portone_problem": outside.portone_problem,
        "carrier_booked_won": outside.booked_won,
        "carrier_problem": outside.carrier_problem,
    }


def _payment_json(facts: Facts) -> dict[str, Any]:
    reading = facts.reading
    return {
        "status": reading.status,
        "total_won": reading.total_won,
        "cancelled_won": reading.cancelled_won,
        "refund_status": reading.refund_status,
        "currency": reading.currency,
        "store_id": reading.store_id,
        "channel_type": reading.channel_type,
        "channel_key": reading.channel_key,
        "order_id": reading.order_id,
        "method_type": reading.method_type,
        "differs_in": differing(facts),
    }


def _say_payment(facts: Facts) -> None:
    reading, wrong = facts.reading, differing(facts)
    if reading.status == _NOT_FOUND:
        say("  no payment of this id")
        return

    def marked(name: str, value: object) -> tuple[str, object]:
        differs = name in wrong or (name == "total_won" and "total_unknown" in wrong)
        label = name.removesuffix("_won").replace("_", " ")
        return label, f"{'-' if value is None else value}{'   <- differs' if differs else ''}"

    say_pairs(
        [
            ("status", reading.status),
            marked("total_won", won(reading.total_won)),
            marked("cancelled_won", won(reading.cancelled_won)),
            ("refund", reading.refund_status or ""),
            ("failure", reading.failure_message),
            *(
                marked(name, getattr(reading, name))
                for name in (
                    "payment_id",
                    "store_id",
                    "currency",
                    "channel_type",
                    "channel_key",
                    "order_id",
                    "method_type",
                )
                if name in wrong
            ),
        ]
    )
    say("  differs from what was asked for: " + ", ".join(wrong) if wrong else "  as it was asked for")

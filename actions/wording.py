"""Turns values into the words that responses have places for; the sentences are in data/responses/."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from prepayment.amounts import format_won
from prepayment.calendar import korean_date
from prepayment.errors import OutsideError, PrepaymentError
from prepayment.orders import Order
from prepayment.rules import Usage, cancel_deadline

# {"response": name, "values": {...}}: what can be kept in a slot and said by a later action.
Problem = dict[str, Any]


def worded(values: Mapping[str, int | str]) -> dict[str, str]:
    """Return values as text: what is named ``*_won`` as ``50,000원``."""
    return {
        name: format_won(value) if name.endswith("_won") and isinstance(value, int) else str(value)
        for name, value in values.items()
    }


def problem(response: str, **values: int | str) -> Problem:
    """Return something to be said now or later."""
    return {"response": response, "values": worded(values)}


def problem_of(error: PrepaymentError) -> Problem:
    """Return how an error is said."""
    code = OutsideError.code if isinstance(error, OutsideError) else error.code
    return problem(f"utter_problem_{code}", **error.details())


def speak(dispatcher: CollectingDispatcher, what: Problem) -> None:
    """Say a problem."""
    dispatcher.utter_message(response=what["response"], **what["values"])


def usage_values(usage: Usage) -> dict[str, str]:
    """Return a month's usage in words."""
    return worded(
        {
            "month": f"{usage.month.number}월",
            "used_won": usage.used_won,
            "prepaid_won": usage.prepaid_won,
            "outstanding_won": usage.outstanding_won,
            "limit_won": usage.limit_won,
            "available_won": usage.available_won,
            "last_day": korean_date(usage.month.last_day),
        }
    )


def order_values(order: Order) -> dict[str, str]:
    """Return one order in words: its day, its sum, and the last day on which it can be used and cancelled."""
    return worded({"amount_won": order.amount_won}) | {
        "day": korean_date(order.created_at),
        "last_day": korean_date(cancel_deadline(order.month)),
    }


def order_lines(orders: Iterable[Order]) -> str:
    """Return a list of orders: one line each, date and sum."""
    return "\n".join(f"- {korean_date(o.created_at)} **{format_won(o.amount_won)}**" for o in orders)

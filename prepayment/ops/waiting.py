"""Waits for what the worker makes of an order."""

from __future__ import annotations

import time
from typing import Final

import typer

from prepayment.bootstrap import App
from prepayment.ops.output import say, won
from prepayment.ops.refusals import NEEDS_ATTENTION
from prepayment.orders import Order, State

# Money is on its way from here to there.
_UNDER_WAY: Final = frozenset({State.PAID, State.CANCELLING})
_EVERY_SECONDS: Final = 0.2


def wait_for_result(app: App, order: Order, seconds: float) -> None:
    """Say what an order comes to within so many seconds; exits with code 1 unless it came to an end."""
    deadline = time.monotonic() + seconds
    while order.state in _UNDER_WAY and time.monotonic() < deadline:
        time.sleep(min(_EVERY_SECONDS, max(0.0, deadline - time.monotonic())))
        order = app.account.order(order.id)
    match order.state:
        case State.CANCELLED:
            say(f"Cancelled: {won(order.booked_won)} are given back.")
        case State.APPLIED:
            say(f"Applied: {won(order.booked_won)} are booked at the carrier.")
        case State.EXPIRED:
            say("Closed: nothing was charged.")
        case State.REVIEW:
            cause = app.account.events(order.id)[-1].cause
            say(f"It waits for a decision: {cause}. See `show {order.id}`, then `resolve`.")
            raise typer.Exit(NEEDS_ATTENTION)
        case _:
            say(f"Still {order.state} after {seconds:g} seconds; the worker goes on. See `show {order.id}`.")
            raise typer.Exit(NEEDS_ATTENTION)

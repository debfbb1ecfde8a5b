"""``find``: orders by how an id begins."""

from __future__ import annotations

from typing import Annotated

import typer

from prepayment.ops.asking import LIMIT, Json
from prepayment.ops.output import say, say_json, say_table, seoul, won
from prepayment.ops.refusals import Refusal
from prepayment.ops.session import opened
from prepayment.ops.showing import order_json


def find(
    text: Annotated[
        str,
        typer.Argument(help="An order, payment, line, customer or conversation id, or how one begins."),
    ],
    as_json: Json = False,
) -> None:
    """Find orders, newest first."""
    if not text.strip():
        raise Refusal("What to look for is missing: an id, or how one begins.")
    with opened() as app, app.database(write=False) as unit:
        orders = unit.books.find(text.strip(), LIMIT)
    if as_json:
        say_json([order_json(order) for order in orders])
        return
    if not orders:
        say("No order has an id that begins so.")
        return
    say_table(
        ("order", "state", "sum", "month", "line", "customer", "made"),
        [
            (
                order.id,
                order.state,
                won(order.booked_won),
                order.month,
                order.line_id,
                order.customer_id,
                seoul(order.created_at),
            )
            for order in orders
        ],
        whole=("order", "made"),
        sums=("sum",),
    )
    if len(orders) == LIMIT:
        say(f"These are the newest {LIMIT}; there may be more.")

"""``find``: orders by how an id begins."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from prepayment.ops.output import iso, say, say_json, say_table, seoul, won
from prepayment.ops.refusals import Refusal
from prepayment.ops.session import opened

LIMIT: Final = 50

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


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
        say_json(
            [
                {
                    "order_id": order.id,
                    "payment_id": order.payment_id,
                    "line_id": order.line_id,
                    "customer_id": order.customer_id,
                    "conversation_id": order.conversation_id,
                    "month": str(order.month),
                    "amount_won": order.booked_won,
                    "state": order.state.value,
                    "created_at": iso(order.created_at),
                    "updated_at": iso(order.updated_at),
                }
                for order in orders
            ]
        )
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

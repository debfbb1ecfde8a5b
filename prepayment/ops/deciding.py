"""``resolve``: ends the doubt about an order in review."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from prepayment.errors import OrderClosed
from prepayment.ops.asking import Confirmed, Name, Reason, Wait, actor_named, make_sure, reason_given
from prepayment.ops.output import say, say_pairs, won
from prepayment.ops.outside import ask_outside, say_outside
from prepayment.ops.refusals import Refusal
from prepayment.ops.session import opened, order_named
from prepayment.ops.showing import say_order
from prepayment.ops.waiting import wait_for_result
from prepayment.orders import State
from prepayment.service.reviewing import Decision, check_decision

_CONSEQUENCES: Final = {
    Decision.APPLY: "the payment is right: the worker books it at the carrier, which restores the limit",
    Decision.REFUND: "the worker takes it back at the carrier and refunds through PortOne what is left of the payment",
    Decision.REFUNDED_ELSEWHERE: (
        "the customer has the money back by another way: nothing is refunded through PortOne, and what the carrier "
        "has booked is taken back"
    ),
    Decision.NOT_CHARGED: "nothing was ever charged: the order is closed",
}


def resolve(
    order: Annotated[str, typer.Argument(help="The id of an order or of a payment.")],
    decision: Annotated[Decision, typer.Argument(help="What is to be done with it.")],
    reason: Reason,
    confirmed: Confirmed = False,
    name: Name = None,
    wait: Wait = 0,
) -> None:
    """Decide what becomes of an order in review; refused when PortOne or the ledger says otherwise."""
    actor, recorded = actor_named(name), reason_given(reason)
    with opened() as app:
        found = order_named(app, order)
        if found.state is not State.REVIEW:
            raise _not_in_review(found.id, found.state)
        outside = ask_outside(app, found)
        if outside.facts is None:
            raise Refusal(
                f"PortOne: {outside.portone_problem}. Nothing is decided without it; try again later."
            )
        with app.database(write=False) as unit:
            cause = unit.orders.events(found.id)[-1].cause
            balances = unit.books.balances(found.id)
        say_order(found, ("in review for", cause))
        say_outside(outside)
        say("Ledger", title=True)
        say_pairs(
            [(account, won(total)) for account, total in sorted(balances.items())] or [("nothing", "posted")]
        )
        check_decision(decision, outside.facts)
        say("Decision", title=True)
        say_pairs([(decision.value, _CONSEQUENCES[decision]), ("recorded", f"{actor}: {recorded}")])
        make_sure("Type yes to decide so", confirmed=confirmed)
        try:
            decided = app.reviewing.resolve(found.id, decision, reason=reason, actor=actor)
        except OrderClosed as error:
            raise _not_in_review(found.id, error.state) from error
        say(f"Decided: order {decided.id} is {decided.state}. The worker does the rest.")
        if wait:
            wait_for_result(app, decided, wait)


def _not_in_review(order_id: str, state: str) -> Refusal:
    instead = " `cancel` gives it back." if state in {State.PAID, State.APPLIED} else ""
    return Refusal(
        f"Order {order_id} is {state}; only an order in review is decided.{instead} Nothing was changed."
    )

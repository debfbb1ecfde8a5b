"""``cancel``: the customer centre's tool."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

import typer

from prepayment.bootstrap import App
from prepayment.errors import CancelTooLate, OrderClosed, OrderNotSettled
from prepayment.ops.asking import Confirmed, Name, Reason, Wait, actor_named, make_sure, reason_given
from prepayment.ops.output import say, say_pairs, seoul, won
from prepayment.ops.refusals import Refusal
from prepayment.ops.session import opened, order_named
from prepayment.ops.waiting import wait_for_result
from prepayment.orders import Order, State

_RULE: Final = "a prepayment can be cancelled only in the month it was made in"


def cancel(
    order: Annotated[str, typer.Argument(help="The id of an order or of a payment.")],
    reason: Reason,
    confirmed: Confirmed = False,
    name: Name = None,
    wait: Wait = 0,
) -> None:
    """Cancel a prepayment in its own month: the carrier takes it back, PortOne refunds it, the chat is told."""
    actor, recorded = actor_named(name), reason_given(reason)
    with opened() as app:
        found = order_named(app, order)
        try:
            app.cancelling.check(found)
            _say_plan(found, actor, recorded)
            make_sure("Type yes to give it back", confirmed=confirmed)
            cancelling = app.cancelling.cancel(found.id, reason=reason, actor=actor)
        except (CancelTooLate, OrderNotSettled, OrderClosed) as error:
            raise _refusal(app, found, error) from error
        say(
            f"Order {cancelling.id} is being given back. The worker takes it back at the carrier, refunds it through "
            "PortOne and tells the chat."
        )
        if wait:
            wait_for_result(app, cancelling, wait)


def _say_plan(order: Order, actor: str, recorded: str) -> None:
    say("This gives a prepayment back", title=True)
    say_pairs(
        [
            ("order", order.id),
            ("sum", won(order.booked_won)),
            ("line", f"ending in {order.line_id[-4:]}"),
            ("month", order.month),
            ("state", order.state),
            ("rule", f"{_RULE}: until {_last_moment(order)}"),
            ("then", "the carrier takes it back, PortOne refunds the sum, the chat tells the customer"),
            ("recorded", f"{actor}: {recorded}"),
        ]
    )


def _last_moment(order: Order) -> str:
    return seoul(order.month.end - timedelta(seconds=1))


def _refusal(app: App, before: Order, error: CancelTooLate | OrderNotSettled | OrderClosed) -> Refusal:
    order = app.account.order(before.id)
    return Refusal(f"Order {order.id} cannot be cancelled: {_why(app, order, error)} Nothing was changed.")


def _why(app: App, order: Order, error: CancelTooLate | OrderNotSettled | OrderClosed) -> str:
    if isinstance(error, CancelTooLate):
        return (
            f"{_RULE}. That of {order.month} could be cancelled until {_last_moment(order)}; "
            f"it is {seoul(app.clock.now())} (Seoul)."
        )
    match order.state:
        case State.CANCELLING:
            return "it is being given back already; see `show`."
        case State.CANCELLED:
            return f"it was given back at {seoul(order.updated_at)}."
        case State.REVIEW:
            return "it waits for a decision; see `show`, then `resolve ORDER refund`."
        case State.CONFIRMING | State.UNKNOWN:
            return "PortOne has not said yet whether it was charged. The worker finds out; see `stuck` and try again."
        case State.EXPIRED | State.WITHDRAWN:
            return f"it is {order.state}, and was not paid: there is nothing to give back."
        case _:
            return (
                f"it is {order.state}, and not paid: there is nothing to give back. It ends by itself at "
                f"{seoul(order.expires_at)}; the customer just need not pay."
            )

"""What a process is doing when it is killed: stories of money that moves, told from a process's side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from prepayment.orders import Order
from prepayment.ports import WebhookNotice
from prepayment.service.reviewing import Decision
from tests.integration.money import customers
from tests.integration.money.customers import newest_order
from tests.integration.money.quiet import come_to_rest
from tests.integration.money.rig import Rig
from tests.integration.money.shop import MINJI

AMOUNT_WON: Final = 50_000
# Called when the part of a story begins in which the process may be killed.
Arm = Callable[[], None]
Story = Callable[[Rig, Arm], None]


def buy(rig: Rig, arm: Arm) -> None:
    """A customer goes all the way, and the worker does its part."""
    arm()
    customers.pay(rig.shop, MINJI, AMOUNT_WON)
    rest(rig)


def pay(rig: Rig, arm: Arm) -> None:
    """The customer comes back from the payment window, and the worker does its part."""
    order, result = rig.shop.ready_to_pay()
    arm()
    rig.shop.finish(order, result)
    rest(rig)


def cancel(rig: Rig, arm: Arm) -> None:
    """The customer centre takes a prepayment back."""
    order = newest(rig)
    arm()
    rig.apps[0].cancelling.cancel(order.id, reason="the customer asked", actor="operator:test")
    rest(rig)


def hear(rig: Rig, arm: Arm) -> None:
    """A webhook tells of a payment that was charged without our confirmation."""
    order = newest(rig)
    arm()
    rig.apps[0].inbox.take(WebhookNotice("wh_crash", "Transaction.Paid", order.payment_id))
    rest(rig)


def give_back(rig: Rig, arm: Arm) -> None:
    """An operator decides that an order in review is given back."""
    order = newest(rig)
    arm()
    rig.apps[0].reviewing.resolve(order.id, Decision.REFUND, reason="looked at", actor="operator:test")
    rest(rig)


def block(rig: Rig, arm: Arm) -> None:
    """A customer blocks small payments."""
    app = rig.apps[0]
    conversation_id = app.conversations.create()
    app.conversations.log_in(conversation_id, MINJI)
    arm()
    app.limit_control.block(conversation_id, MINJI)


def rest(rig: Rig) -> None:
    """The worker does what is left, with time going on."""
    come_to_rest(rig.apps[0], rig.clock, rig.shop.advance)


def newest(rig: Rig) -> Order:
    """The line's newest order."""
    order = newest_order(rig.apps[0], MINJI)
    assert order is not None
    return order


STORIES: Final[dict[str, Story]] = {
    story.__name__: story for story in (buy, pay, cancel, hear, give_back, block)
}

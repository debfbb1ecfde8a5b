"""What the customer does on the payment page and in the windows of the payment gateway."""

from __future__ import annotations

from typing import Final

from prepayment.orders import Order
from tests.conversation.language import TranscriptError
from tests.conversation.stage import Stage
from tests.support.buyer import APPROVED, DECLINED, INSUFFICIENT, Buyer

CARDS: Final = {"approve": APPROVED, "decline": DECLINED, "insufficient": INSUFFICIENT}


def checkout(stage: Stage, steps: list[str]) -> None:
    """``verify`` (or ``verify`` somebody else), ``leave identity``, ``pay`` with a card, ``close`` the window.

    ``of 1`` before them goes through the first order's page instead of the newest one's.
    """
    orders = stage.orders()
    assert orders, "there is no order to check out"
    order = orders[-1]
    with Buyer(stage.stack) as buyer:
        for step in steps:
            match step.split():
                case ["of", number]:
                    order = orders[int(number) - 1]
                case ["verify"]:
                    assert stage.customer_id is not None
                    _verify(stage, buyer, order, stage.customer_id)
                case ["verify", customer_id]:
                    _verify(stage, buyer, order, customer_id)
                case ["leave", "identity"]:
                    buyer.leave_identity(order)
                case ["pay", card]:
                    buyer.pay(order, CARDS[card])
                case ["close"]:
                    buyer.leave_payment(order)
                case _:
                    raise TranscriptError(f"unknown step at the checkout: {step!r}")


def _verify(stage: Stage, buyer: Buyer, order: Order, customer_id: str) -> None:
    person = stage.person(customer_id)
    buyer.verify(order, person["phone_number"], person["name"])

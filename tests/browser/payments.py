"""Prepayments in a chat that is open in the browser, paid beside it."""

from __future__ import annotations

from datetime import datetime

from playwright.sync_api import Locator, expect

from prepayment.orders import Order, State
from prepayment.ports import Button, Reply
from tests.browser.chat_widget import Widget, bot_says
from tests.support.buyer import APPROVED, Buyer
from tests.support.full_stack import FullStack


def offer(widget: Widget, stack: FullStack, amount_won: int = 50_000) -> Order:
    """Open an order in the logged-in chat, as the dialogue does, and offer its link."""
    customer = stack.app.conversations.customer(widget.conversation)
    assert customer is not None
    order = stack.app.ordering.open(widget.conversation, customer, amount_won)
    link = Button("결제하러 가기", url=stack.app.ordering.checkout_url(order))
    bot_says(stack, widget.conversation, Reply("아래 버튼으로 결제해 주세요.", (link,)))
    expect(cards(widget).last).to_contain_text(order.id)
    return order


def cards(widget: Widget) -> Locator:
    """The payment cards that are drawn."""
    return widget.log.get_by_role("group", name="선결제")


def pay_elsewhere(stack: FullStack, order: Order, card: str = APPROVED) -> None:
    """Verify and pay, as on another device."""
    with Buyer(stack) as buyer:
        buyer.verify(order, stack.phone_number("minji"))
        buyer.pay(order, card)


def applied_at(stack: FullStack, order: Order) -> datetime:
    """When the order was applied."""
    with stack.app.database(write=False) as unit:
        return next(one.at for one in unit.orders.events(order.id) if one.target is State.APPLIED)

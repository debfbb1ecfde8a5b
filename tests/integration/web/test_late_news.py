"""Webhooks that come late, twice or out of order, through web to the chat: what is final stays as it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from prepayment.orders import Order, State
from prepayment.service.conversations import PAYMENT_RESULT_INTENT
from tests.integration.web.stack import Stack
from tests.integration.web.webhook_sender import paid, send
from tests.support.buyer import Buyer

LATE = ("Failed", "Ready", "PayPending", "Paid", "Failed", "Cancelled", "PartialCancelled")


def tell_late(stack: Stack, order: Order) -> None:
    """Every notice there is of the order's payment, each twice under one id and once more under another."""
    for number, kind in enumerate(LATE):
        body = {**paid(order.payment_id), "type": f"Transaction.{kind}"}
        for name in (f"wh_{number}", f"wh_{number}", f"wh_{number}_again"):
            assert send(stack, body, webhook_id=name).status_code == 200
    while stack.app.inbox.run_next():
        pass
    stack.work()
    stack.app.conversations.answer_left_over(timedelta())


def times_told(stack: Stack, order: Order) -> int:
    """How often the dialogue was told what became of the order."""
    return stack.rasa.told.count((order.conversation_id, PAYMENT_RESULT_INTENT))


def test_row_55_news_after_the_end_change_nothing_of_a_paid_order(stack: Stack, buyer: Buyer) -> None:
    order = stack.open_order()
    buyer.verify(order)
    buyer.pay(order)
    stack.work()
    stack.app.conversations.answer_left_over(timedelta())
    final, events = stack.order(order), stack.app.account.events(order.id)
    assert (final.state, times_told(stack, order)) == (State.APPLIED, 1)
    tell_late(stack, order)
    assert stack.order(order) == final
    assert stack.app.account.events(order.id) == events
    assert stack.sandbox.raw(order.payment_id)["charges"] == 1
    assert times_told(stack, order) == 1


@pytest.mark.parametrize("end", [State.EXPIRED, State.WITHDRAWN])
def test_row_55_news_after_the_end_change_nothing_of_an_order_that_nobody_paid(
    stack: Stack, end: State
) -> None:
    order = stack.open_order()
    if end is State.EXPIRED:
        stack.app.checkout.expire(order)
    else:
        stack.app.ordering.withdraw(order.line_id, cause="the customer stopped")
    final = stack.order(order)
    assert final.state is end
    tell_late(stack, order)
    assert stack.order(order) == final
    assert order.payment_id not in stack.sandbox.books()["payments"]

"""A payment that is not the one we asked for: never applied, given back, and an operator is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from prepayment.orders import Order, State
from tests.integration.money.shop import Shop


def charged_otherwise(shop: Shop) -> Order:
    """Another sum was charged than the window asked for, without our confirmation."""
    order = shop.open_order()
    shop.verify(order)
    shop.sandbox.fault("payment.window", "charge_other_amount", won=70_000, count=1)
    shop.sandbox.fault("payment.card", "charge_at_once", count=1)
    return shop.finish(order, shop.authorise(order))


def read_as(action: str) -> Callable[[Shop], Order]:
    """A payment that keeps reading as another one."""

    def pay(shop: Shop) -> Order:
        order, result = shop.ready_to_pay()
        shop.sandbox.fault("payment.get", action)
        return shop.finish(order, result)

    return pay


@pytest.mark.parametrize(
    "pay",
    [
        charged_otherwise,
        *(read_as(name) for name in ("other_channel", "other_order", "no_custom_data", "mobile_method")),
    ],
    ids=["other sum", "other channel", "other order", "no order", "phone bill"],
)
def test_it_is_given_back_whole_and_told(shop: Shop, pay: Callable[[Shop], Order]) -> None:
    order = pay(shop)
    assert order.state is State.CANCELLING
    shop.work()
    raw = shop.sandbox.raw(order.payment_id)
    assert (shop.state(order), raw["charges"], raw["refunds"]) == (State.CANCELLED, 1, 1)
    assert raw["charged_won"] == raw["refunded_won"]
    assert (shop.booked(order), shop.balances(order)) == ([], {})
    assert shop.told(order) == ["cancelled"]
    assert shop.rung()[0].startswith(f"[given_back] order {order.id}")


def test_the_ledger_books_the_sum_that_was_charged(shop: Shop) -> None:
    order = charged_otherwise(shop)
    assert (order.amount_won, order.charged_won) == (50_000, 70_000)
    assert shop.balances(order) == {"customer": -70_000, "gateway": 70_000}


def test_a_payment_method_of_a_new_kind_is_a_payment(shop: Shop) -> None:
    order, result = shop.ready_to_pay()
    shop.sandbox.fault("payment.get", "new_method")
    assert shop.finish(order, result).state is State.PAID


def test_a_status_of_a_new_kind_proves_nothing(shop: Shop) -> None:
    order, result = shop.ready_to_pay()
    shop.sandbox.fault("payment.get", "new_status", count=1)
    assert shop.finish(order, result).state is State.UNKNOWN
    shop.advance(seconds=4)
    shop.sweep()
    assert (shop.state(order), shop.charges(order)) == (State.PAID, 1)


def test_a_payment_without_our_confirmation_is_found_by_the_sweeper_in_time(shop: Shop) -> None:
    """The channel is not set to manual approval, the browser died, and no webhook came."""
    order = shop.open_order()
    shop.verify(order)
    shop.sandbox.fault("payment.card", "charge_at_once", count=1)
    shop.authorise(order)
    shop.advance(seconds=65)
    shop.sweep()
    shop.work()
    assert (shop.state(order), shop.booked(order)) == (State.APPLIED, [50_000])


def test_a_payment_in_a_window_from_before_the_identity_was_renewed_counts(shop: Shop) -> None:
    order = shop.open_order()
    shop.verify(order)
    path = shop.open_window(order)
    shop.advance(minutes=11)
    assert shop.verify(order).state is State.VERIFIED
    shop.sandbox.fault("payment.card", "charge_at_once", count=1)
    shop.sandbox.send_card(path)
    shop.advance(minutes=5)
    shop.sweep()
    shop.work()
    assert (shop.state(order), shop.booked(order), shop.charges(order)) == (State.APPLIED, [50_000], 1)


def test_a_payment_that_was_refunded_before_anybody_read_it_is_booked_both_ways(shop: Shop) -> None:
    order, result = shop.ready_to_pay()
    shop.sandbox.fault("payment.confirm", "hang_up_after_effect", count=1)
    shop.sandbox.fault("payment.get", "unavailable", count=1)
    assert shop.finish(order, result).state is State.UNKNOWN
    shop.cancel_at_console(order)
    shop.sandbox.control("DELETE", "faults")
    shop.advance(seconds=4)
    shop.sweep()
    shop.work()
    assert shop.way(order)[-2:] == [State.CANCELLING, State.CANCELLED]
    assert (shop.refunds(order), shop.balances(order)) == (1, {})

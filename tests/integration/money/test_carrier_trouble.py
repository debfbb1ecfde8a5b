"""Paid money reaches the carrier once or goes back to the customer."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from prepayment.calendar import Month
from prepayment.orders import State
from prepayment.ports import CarrierBilling
from prepayment.service.effects import Effects
from tests.integration.money.shop import Shop


@dataclass
class Slow:
    """A carrier's adapter that sleeps before it books; all else goes through."""

    carrier: CarrierBilling
    reached: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.carrier, name)

    def apply_prepayment(self, line_id: str, order_id: str, month: Month, amount_won: int) -> None:
        self.reached.set()
        assert self.go_on.wait(timeout=30)
        self.carrier.apply_prepayment(line_id, order_id, month, amount_won)


def test_what_the_carrier_refuses_is_given_back(shop: Shop) -> None:
    order = shop.paid()
    shop.sandbox.fault("carrier.apply", "refuse", count=1)
    shop.work()
    assert shop.way(order)[-3:] == [State.PAID, State.CANCELLING, State.CANCELLED]
    assert shop.events(order)[-2].cause == "carrier_refused:exceeds_outstanding"
    assert (shop.charges(order), shop.refunds(order), shop.booked(order)) == (1, 1, [])
    assert shop.balances(order) == {}


def test_more_than_what_is_outstanding_by_then_is_given_back(shop: Shop) -> None:
    """The carrier's own refusal, without any fault: it was prepaid elsewhere between the charge and the booking."""
    order = shop.paid()
    shop.prepay_elsewhere(150_000)
    shop.work()
    assert (shop.state(order), shop.refunds(order), shop.booked(order)) == (State.CANCELLED, 1, [])


@pytest.mark.parametrize(
    "action",
    ["hang_up_after_effect", "timeout_after_effect", "hang_up_before_effect", "unavailable", "html_500"],
)
def test_a_booking_without_an_answer_is_repeated_and_booked_once(shop: Shop, action: str) -> None:
    order = shop.paid()
    shop.sandbox.fault("carrier.apply", action, count=1)
    shop.work()
    assert shop.state(order) is State.PAID
    shop.work_through()
    assert (shop.state(order), shop.booked(order), shop.charges(order)) == (State.APPLIED, [50_000], 1)
    assert shop.balances(order) == {"customer": -50_000, "carrier": 50_000}


@pytest.mark.parametrize("action", ["hang_up_after_effect", "hang_up_before_effect", "unavailable"])
def test_a_refund_without_an_answer_is_repeated_and_paid_once(shop: Shop, action: str) -> None:
    order = shop.paid()
    shop.sandbox.fault("carrier.apply", "refuse", count=1)
    shop.sandbox.fault("payment.cancel", action, count=1)
    shop.work()
    assert shop.state(order) is State.CANCELLING
    shop.work_through()
    assert (shop.state(order), shop.refunds(order), shop.balances(order)) == (State.CANCELLED, 1, {})


def test_a_refund_waits_for_a_reading_of_what_is_left_to_give_back(shop: Shop) -> None:
    order = shop.paid()
    shop.sandbox.fault("carrier.apply", "refuse", count=1)
    shop.sandbox.fault("payment.get", "unavailable", count=1)
    shop.work()
    assert (shop.state(order), shop.refunds(order)) == (State.CANCELLING, 0)
    shop.work_through()
    assert (shop.state(order), shop.refunds(order), shop.balances(order)) == (State.CANCELLED, 1, {})


def test_what_the_carrier_revokes_is_taken_back_before_the_money_goes(shop: Shop) -> None:
    """It had booked the prepayment and then, asked again, refused it: nobody may have both."""
    order = shop.paid()
    shop.sandbox.fault("carrier.apply", "timeout_after_effect", count=1)
    shop.work()
    assert (shop.state(order), shop.booked(order)) == (State.PAID, [50_000])
    shop.sandbox.fault("carrier.apply", "refuse", count=1)
    shop.work_through()
    assert (shop.state(order), shop.booked(order), shop.refunds(order)) == (State.CANCELLED, [], 1)


def test_a_payment_that_was_cancelled_elsewhere_goes_to_a_person(shop: Shop) -> None:
    """At PortOne's console, say: the carrier has the prepayment and the customer has the money."""
    order = shop.paid()
    shop.work()
    shop.cancel_at_console(order)
    assert shop.app.settlement.sync(order.id, actor="webhook").state is State.REVIEW
    assert shop.events(order)[-1].cause == "cancelled_elsewhere"


def test_a_payment_that_names_another_order_is_given_back_and_an_operator_is_told(shop: Shop) -> None:
    order = shop.open_order()
    shop.verify(order)
    parameters = {
        **shop.app.checkout.start_payment(order.checkout_token),
        "customData": {"orderId": "or-other"},
    }
    result = shop.sandbox.send_card(shop.open_sandbox_window(parameters))
    assert shop.finish(order, result).state is State.CANCELLING
    assert shop.events(order)[-1].cause == "differs:order_id"
    assert [alarm.subject for alarm in shop.alarms()] == [order.id]
    shop.work()
    assert (shop.state(order), shop.refunds(order)) == (State.CANCELLED, 1)
    assert (shop.booked(order), shop.balances(order), shop.alarms()) == ([], {}, [])


def test_a_booking_that_lands_after_the_money_went_back_is_taken_back(shop: Shop) -> None:
    """A worker sleeps between reading the order and asking the carrier; its lease ends, and others go on."""
    order = shop.paid()
    slow = Slow(shop.app.carrier)
    effects = Effects(replace(shop.parts, carrier=slow), shop.app.settlement)
    sleeper = threading.Thread(target=effects.run_next)
    sleeper.start()
    assert slow.reached.wait(timeout=30)
    shop.app.cancelling.cancel(order.id, reason="요청", actor="operator:kim")
    shop.work_through()
    assert (shop.state(order), shop.refunds(order), shop.booked(order)) == (State.CANCELLED, 1, [])
    slow.go_on.set()
    sleeper.join(timeout=30)
    assert shop.booked(order) == [50_000]
    shop.work_through()
    assert (shop.state(order), shop.refunds(order), shop.booked(order)) == (State.CANCELLED, 1, [])

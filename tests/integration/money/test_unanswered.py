"""A confirmation without an answer is never called declined, is looked into, and is charged at most once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import httpx
import pytest

from prepayment.adapters.portone import PortOneGateway
from prepayment.calendar import SEOUL, Month
from prepayment.orders import Order, State
from tests.integration.adapters.building import make_gateway
from tests.integration.money.shop import YUNA, Shop, begin_at
from tests.integration.sandbox.harness import wait_until
from tests.support.buyer import INSUFFICIENT

BEFORE_EFFECT = ["hang_up_before_effect", "timeout_before_effect", "unavailable", "html_500"]
AFTER_EFFECT = ["hang_up_after_effect", "timeout_after_effect"]
LATE_EVENING = datetime(2031, 5, 31, 23, 55, tzinfo=SEOUL)


@pytest.fixture
def impatient(shop: Shop) -> Iterator[PortOneGateway]:
    """The payment adapter with less patience than a slow confirmation takes."""
    gateway = make_gateway(shop.sandbox.url, timeout=httpx.Timeout(0.3))
    yield gateway
    gateway.close()


def unanswered(shop: Shop, action: str) -> Order:
    """An order whose confirmation has met a fault."""
    order, result = shop.ready_to_pay()
    shop.sandbox.fault("payment.confirm", action, count=1)
    return shop.finish(order, result)


def sweep_until_known(shop: Shop, order: Order) -> State:
    """Sweep as the worker does until the outcome is known."""

    def known() -> bool:
        shop.advance(seconds=4)
        shop.sweep()
        return shop.state(order) not in {State.CONFIRMING, State.UNKNOWN}

    wait_until(known)
    return shop.state(order)


@pytest.mark.parametrize("action", BEFORE_EFFECT)
def test_a_confirmation_that_had_no_effect_is_unknown_and_then_made_again(shop: Shop, action: str) -> None:
    order = unanswered(shop, action)
    assert (order.state, shop.charges(order)) == (State.UNKNOWN, 0)
    assert sweep_until_known(shop, order) is State.PAID
    assert shop.way(order)[3:] == [State.CONFIRMING, State.UNKNOWN, State.PAID]
    assert (shop.charges(order), shop.balances(order)) == (1, {"customer": -50_000, "gateway": 50_000})


@pytest.mark.parametrize("action", AFTER_EFFECT)
def test_a_confirmation_that_had_its_effect_is_unknown_and_then_read_as_paid(shop: Shop, action: str) -> None:
    order = unanswered(shop, action)
    assert (order.state, shop.charges(order)) == (State.UNKNOWN, 1)
    assert sweep_until_known(shop, order) is State.PAID
    shop.work()
    assert (shop.state(order), shop.charges(order), shop.booked(order)) == (State.APPLIED, 1, [50_000])


def test_a_confirmation_that_is_slower_than_our_patience_charges_once(
    shop: Shop, impatient: PortOneGateway
) -> None:
    """The sweeper repeats it while the first one is still on its way."""
    order, result = shop.ready_to_pay()
    shop.sandbox.fault("payment.confirm", "slow", ms=900, count=1)
    slow = shop.finish(order, result, shop.checkout_with(impatient))
    assert (slow.state, shop.charges(order)) == (State.UNKNOWN, 0)
    assert sweep_until_known(shop, order) is State.PAID
    shop.work()
    assert (shop.state(order), shop.charges(order), shop.booked(order)) == (State.APPLIED, 1, [50_000])


def test_a_payment_that_cannot_be_read_after_its_confirmation_is_unknown(shop: Shop) -> None:
    order, result = shop.ready_to_pay()
    shop.sandbox.fault("payment.get", "unavailable")
    order = shop.finish(order, result)
    assert (order.state, shop.charges(order)) == (State.UNKNOWN, 1)
    shop.advance(seconds=4)
    shop.sweep()
    assert shop.state(order) is State.UNKNOWN
    shop.sandbox.control("DELETE", "faults")
    assert sweep_until_known(shop, order) is State.PAID
    assert shop.charges(order) == 1


def test_a_refusal_that_cannot_be_read_back_is_unknown_until_it_can(shop: Shop) -> None:
    """A refused confirmation may have been preceded by one that went through."""
    order = shop.open_order()
    shop.verify(order)
    result = shop.authorise(order, INSUFFICIENT)
    shop.sandbox.fault("payment.get", "unavailable")
    assert shop.finish(order, result).state is State.UNKNOWN
    shop.sandbox.control("DELETE", "faults")
    assert sweep_until_known(shop, order) is State.DECLINED
    assert shop.charges(order) == 0


def test_while_the_outcome_is_unknown_nothing_ends_or_replaces_the_order(shop: Shop) -> None:
    order = unanswered(shop, "unavailable")
    shop.sandbox.fault("payment.get", "unavailable")
    for minutes in (1, 30, 60):
        shop.advance(minutes=minutes)
        shop.sweep()
        assert shop.state(order) is State.UNKNOWN
    assert shop.app.ordering.withdraw(order.line_id, cause="wished") is None
    assert shop.way(order)[-1] is State.UNKNOWN


def test_a_process_that_died_while_confirming_is_finished_by_the_sweeper(shop: Shop) -> None:
    order, result = shop.ready_to_pay()
    with shop.app.database() as unit:
        unit.orders.move(
            shop.order(order),
            State.CONFIRMING,
            at=shop.app.clock.now(),
            cause="payment_authorised",
            actor="customer",
            payment_token=result["paymentToken"],
            payment_tx_id=result["txId"],
            payment_attempts=1,
        )
        unit.commit()
    shop.sweep()
    assert shop.state(order) is State.CONFIRMING  # its process may still be at it
    shop.advance(seconds=80)
    assert sweep_until_known(shop, order) is State.PAID
    assert shop.charges(order) == 1


def test_what_was_not_charged_before_midnight_is_never_confirmed_in_the_new_month(shop: Shop) -> None:
    begin_at(shop, LATE_EVENING)
    shop.advance(minutes=4)
    order = unanswered(shop, "unavailable")
    assert (order.state, order.month) == (State.UNKNOWN, Month(2031, 5))
    shop.set_clock(order.month.end)
    shop.sweep()
    assert shop.way(order)[-1] is State.UNKNOWN  # what was sent a minute ago may still land
    shop.advance(minutes=2)
    shop.sweep()
    assert shop.way(order)[-2:] == [State.DECLINED, State.EXPIRED]
    assert [event.cause for event in shop.events(order)][-2:] == ["never_confirmed", "time_over"]
    shop.work()
    assert (shop.charges(order), shop.balances(order)) == (0, {})


def test_what_was_charged_before_midnight_and_read_after_it_is_given_back(shop: Shop) -> None:
    """The carrier takes nothing for a month that is over."""
    begin_at(shop, LATE_EVENING)
    order = unanswered(shop, "hang_up_after_effect")
    shop.set_clock(order.month.end + timedelta(seconds=5))
    shop.sweep()
    shop.work()
    assert shop.way(order)[-3:] == [State.PAID, State.CANCELLING, State.CANCELLED]
    assert (shop.charges(order), shop.refunds(order), shop.booked(order)) == (1, 1, [])
    assert shop.balances(order) == {}


def test_after_three_hours_a_confirmation_is_not_repeated_but_read(shop: Shop) -> None:
    """PortOne has forgotten the key by then."""
    order = unanswered(shop, "unavailable")
    shop.advance(hours=3)
    shop.sweep()
    assert State.PAID not in shop.way(order)
    assert [event.cause for event in shop.events(order)][-2:] == ["never_confirmed", "time_over"]
    assert shop.charges(order) == 0


def test_less_outstanding_means_that_a_confirmation_is_not_repeated(shop: Shop) -> None:
    order = unanswered(shop, "unavailable")
    shop.prepay_elsewhere(150_000)
    assert sweep_until_known(shop, order) is State.DECLINED
    assert (shop.charges(order), shop.balances(order)) == (0, {})


def given_up(shop: Shop) -> tuple[Order, dict[str, str]]:
    """An order that was not charged, as far as anybody can know, and is not confirmed again: less is outstanding."""
    order, result = shop.ready_to_pay(YUNA)
    shop.sandbox.fault("payment.confirm", "unavailable", count=1)
    assert shop.finish(order, result).state is State.UNKNOWN
    shop.prepay_elsewhere(30_000, YUNA.line_id)
    return order, result


def test_what_was_sent_may_land_for_two_minutes_and_is_called_nothing_before(shop: Shop) -> None:
    order, _ = given_up(shop)
    for _ in range(2):
        shop.advance(seconds=50)
        shop.sweep()
        assert shop.state(order) is State.UNKNOWN
    shop.advance(seconds=30)
    shop.sweep()
    assert shop.state(order) is State.DECLINED
    assert (shop.events(order)[-1].cause, shop.charges(order)) == ("never_confirmed", 0)


def test_a_charge_that_shows_up_after_the_order_was_given_up_is_booked_and_given_back(shop: Shop) -> None:
    """The first confirmation was only very late: what it charged is in the ledger, and goes back."""
    order, result = given_up(shop)
    shop.advance(minutes=3)
    shop.sweep()
    assert shop.state(order) is State.DECLINED
    assert shop.sandbox.confirm(result).status_code == 200
    assert shop.app.settlement.sync(order.id, actor="webhook").state is State.PAID
    assert shop.balances(order) == {"customer": -50_000, "gateway": 50_000}
    shop.work()
    assert shop.way(order)[-3:] == [State.PAID, State.CANCELLING, State.CANCELLED]
    assert (shop.charges(order), shop.refunds(order), shop.booked(order)) == (1, 1, [])

"""From the wish to the restored limit: the ways of paying that go well, and those that end without a charge."""

from __future__ import annotations

import pytest

from prepayment.errors import ExceedsOutstanding, NotSent, OutsideError
from prepayment.orders import State
from tests.integration.money.shop import MINJI, MONTH, YUNA, Shop
from tests.integration.sandbox.harness import wait_until
from tests.integration.store.at_once import at_once
from tests.support.buyer import DECLINED, INSUFFICIENT

WHOLE_WAY = [State.QUOTED, State.VERIFIED, State.PAYING, State.CONFIRMING, State.PAID, State.APPLIED]


def test_a_prepayment_goes_the_whole_way_and_every_won_is_where_it_belongs(shop: Shop) -> None:
    before = shop.app.account.usage(MINJI.line_id)
    order = shop.paid()
    assert order.month == MONTH
    assert shop.balances(order) == {"customer": -50_000, "gateway": 50_000}
    shop.work()
    assert shop.way(order) == WHOLE_WAY
    assert shop.balances(order) == {"customer": -50_000, "carrier": 50_000}
    assert (shop.charges(order), shop.refunds(order), shop.booked(order)) == (1, 0, [50_000])
    after = shop.app.account.usage(MINJI.line_id)
    assert after.outstanding_won == before.outstanding_won - 50_000
    assert after.available_won == before.available_won + 50_000


def test_what_opened_the_money_is_forgotten_once_it_has_moved(shop: Shop) -> None:
    """The token stays only as long as the confirmation may have to be repeated."""
    assert shop.paid().payment_token is None


def test_a_return_that_comes_from_many_at_once_is_confirmed_once(shop: Shop) -> None:
    order, result = shop.ready_to_pay()
    states = {got.state for got in at_once(8, lambda _: shop.finish(order, result))}
    assert states <= {State.CONFIRMING, State.PAID}
    shop.work()
    assert shop.way(order) == WHOLE_WAY
    assert (shop.charges(order), shop.booked(order)) == (1, [50_000])


def test_two_tabs_with_a_token_each_charge_once(shop: Shop) -> None:
    order = shop.open_order()
    shop.verify(order)
    windows = [shop.open_window(order), shop.open_window(order)]
    results = [shop.sandbox.send_card(window) for window in windows]
    assert results[0]["paymentToken"] != results[1]["paymentToken"]
    at_once(2, lambda index: shop.finish(order, results[index]))
    assert shop.state(order) is State.PAID
    assert shop.finish(order, results[0]).state is State.PAID
    assert shop.finish(order, results[1]).state is State.PAID
    assert shop.charges(order) == 1


def test_a_second_return_that_is_late_gets_the_order_as_it_stands(shop: Shop) -> None:
    """Its own prepayment has lowered what is outstanding, which must not look like a reason to refuse."""
    order, result = shop.ready_to_pay(amount_won=150_000)
    shop.sandbox.fault("carrier.month", "slow", ms=700, count=1)

    def come_back(index: int) -> State:
        if index == 0:
            return shop.finish(order, result).state
        shop.wait_until_taken("carrier.month")
        shop.finish(order, result)
        shop.work()
        return shop.state(order)

    assert at_once(2, come_back) == [State.APPLIED, State.APPLIED]
    assert shop.charges(order) == 1


def test_a_declined_card_can_be_followed_by_another(shop: Shop) -> None:
    order = shop.open_order()
    shop.verify(order)
    declined = shop.finish(order, shop.authorise(order, DECLINED))
    assert declined.state is State.DECLINED
    assert declined.decline_message
    retried = shop.finish(order, shop.authorise(order))
    assert (retried.state, retried.decline_message) == (State.PAID, "")
    shop.work()
    assert shop.way(order) == [*WHOLE_WAY[:3], State.DECLINED, *WHOLE_WAY[2:]]
    assert (shop.charges(order), shop.balances(order)) == (1, {"customer": -50_000, "carrier": 50_000})


def test_a_card_without_funds_is_declined_when_it_is_confirmed_and_can_be_tried_again(shop: Shop) -> None:
    order = shop.open_order()
    shop.verify(order)
    declined = shop.finish(order, shop.authorise(order, INSUFFICIENT))
    assert shop.way(order)[-2:] == [State.CONFIRMING, State.DECLINED]
    assert declined.decline_message
    assert shop.charges(order) == 0
    assert shop.finish(order, shop.authorise(order)).state is State.PAID
    assert shop.charges(order) == 1


def test_a_closed_window_leaves_the_order_to_be_paid(shop: Shop) -> None:
    order = shop.open_order()
    shop.verify(order)
    left = shop.finish(order, shop.sandbox.send_card(shop.open_window(order), action="cancel"))
    assert left.state is State.PAYING
    assert shop.finish(order, shop.authorise(order)).state is State.PAID


def test_less_outstanding_when_the_token_comes_means_no_charge(shop: Shop) -> None:
    order, result = shop.ready_to_pay(YUNA)
    shop.prepay_elsewhere(30_000, YUNA.line_id)
    with pytest.raises(ExceedsOutstanding) as refusal:
        shop.finish(order, result)
    assert (refusal.value.amount_won, refusal.value.outstanding_won) == (50_000, 25_000)
    assert shop.state(order) is State.EXPIRED
    assert shop.events(order)[-1].cause == "outstanding_fell"
    assert shop.finish(order, result).state is State.EXPIRED
    assert (shop.charges(order), shop.balances(order)) == (0, {})


def test_less_outstanding_opens_no_window(shop: Shop) -> None:
    order = shop.open_order(YUNA)
    shop.verify(order)
    shop.prepay_elsewhere(30_000, YUNA.line_id)
    with pytest.raises(ExceedsOutstanding):
        shop.open_window(order)
    assert shop.state(order) is State.EXPIRED


def test_a_carrier_that_cannot_be_asked_means_no_charge(shop: Shop) -> None:
    """The order stays; the same return may be tried again."""
    order, result = shop.ready_to_pay()
    shop.sandbox.fault("carrier.month", "unavailable", count=1)
    with pytest.raises(OutsideError):
        shop.finish(order, result)
    assert (shop.state(order), shop.charges(order)) == (State.PAYING, 0)
    assert shop.finish(order, result).state is State.PAID


def test_a_token_that_arrives_after_the_time_is_over_is_not_charged(shop: Shop) -> None:
    order = shop.open_order()
    shop.verify(order)
    window = shop.open_window(order)
    shop.advance(minutes=16)
    shop.sweep()
    assert shop.state(order) is State.EXPIRED
    result = shop.sandbox.send_card(window)
    assert shop.finish(order, result).state is State.EXPIRED
    shop.sweep()
    assert (shop.charges(order), shop.balances(order)) == (0, {})


def test_a_token_that_arrives_before_the_sweeper_notices_is_not_charged_either(shop: Shop) -> None:
    order, result = shop.ready_to_pay()
    shop.advance(minutes=16)
    assert shop.finish(order, result).state is State.EXPIRED
    assert shop.charges(order) == 0


def test_time_that_runs_out_while_the_carrier_is_asked_means_no_charge(shop: Shop) -> None:
    order, result = shop.ready_to_pay()
    shop.sandbox.fault("carrier.month", "slow", ms=700, count=1)

    def act(index: int) -> State:
        if index == 0:
            return shop.finish(order, result).state
        shop.wait_until_taken("carrier.month")
        shop.set_clock(order.expires_at)
        return State.EXPIRED

    assert at_once(2, act) == [State.EXPIRED, State.EXPIRED]
    assert shop.charges(order) == 0


def test_a_sum_that_portone_was_not_told_of_opens_no_window_for_another(shop: Shop) -> None:
    """The sum is fixed at PortOne before the browser, which could ask for less, gets a say."""
    order = shop.open_order()
    shop.verify(order)
    parameters = {**shop.app.checkout.start_payment(order.checkout_token), "totalAmount": 1_000}
    answer = shop.sandbox.public.post("/v2/browser/payments", json=parameters)
    assert answer.status_code >= 400
    shop.sandbox.fault("payment.pre_register", "unavailable", count=1)
    with pytest.raises(OutsideError) as error:
        shop.app.checkout.start_payment(order.checkout_token)
    assert not isinstance(error.value, NotSent)
    assert wait_until(lambda: shop.state(order)) is State.PAYING

"""Cancelling on request: within the month only, once, taken back at the carrier before the money goes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from prepayment.calendar import SEOUL
from prepayment.errors import CancelTooLate, OrderClosed, OrderNotSettled, PrepaymentError
from prepayment.orders import Order, State
from prepayment.service.reviewing import Decision
from tests.integration.money.shop import Shop, begin_at
from tests.integration.store.at_once import at_once

LAST_DAY = datetime(2031, 5, 31, 12, 0, tzinfo=SEOUL)
LAST_SECOND = datetime(2031, 5, 31, 23, 59, 59, tzinfo=SEOUL)


def applied(shop: Shop) -> Order:
    order = shop.paid()
    shop.work()
    assert shop.state(order) is State.APPLIED
    return shop.order(order)


def cancel(
    shop: Shop, order: Order, reason: str = "잘못 결제했다고 함", actor: str = "operator:kim"
) -> Order:
    return shop.app.cancelling.cancel(order.id, reason=reason, actor=actor)


def test_a_cancelled_prepayment_is_revoked_refunded_once_and_told(shop: Shop) -> None:
    order = applied(shop)
    assert cancel(shop, order).state is State.CANCELLING
    shop.work()
    assert (shop.state(order), shop.booked(order)) == (State.CANCELLED, [])
    assert (shop.charges(order), shop.refunds(order), shop.balances(order)) == (1, 1, {})
    told = shop.told(order)
    assert told == ["applied", "cancelled"]
    assert shop.alarms() == []


def test_who_cancelled_and_why_is_recorded_without_long_numbers(shop: Shop) -> None:
    order = applied(shop)
    cancel(shop, order, "고객 요청, 연락처 010-1234-5678\n재확인함")
    event = next(event for event in shop.events(order) if event.target is State.CANCELLING)
    assert (event.cause, event.actor) == ("cancelled_on_request", "operator:kim")
    assert event.detail == {"reason": "고객 요청, 연락처 *** 재확인함"}


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_without_a_reason_nothing_is_cancelled(shop: Shop, reason: str) -> None:
    order = applied(shop)
    with pytest.raises(ValueError, match="reason"):
        cancel(shop, order, reason)
    assert shop.state(order) is State.APPLIED


def test_in_the_last_second_of_the_month_it_can_be_cancelled_and_is_carried_out_after_it(shop: Shop) -> None:
    begin_at(shop, LAST_DAY)
    order = applied(shop)
    shop.set_clock(LAST_SECOND)
    assert cancel(shop, order).state is State.CANCELLING
    shop.set_clock(LAST_SECOND + timedelta(minutes=5))
    shop.work()
    assert (shop.state(order), shop.booked(order), shop.refunds(order)) == (State.CANCELLED, [], 1)


def test_on_the_first_of_the_next_month_it_is_refused_with_the_date(shop: Shop) -> None:
    begin_at(shop, LAST_DAY)
    order = applied(shop)
    shop.set_clock(LAST_SECOND + timedelta(seconds=1))
    assert shop.app.clock.now().astimezone(UTC).month == 5  # in Seoul it is June already
    with pytest.raises(CancelTooLate) as refusal:
        cancel(shop, order)
    assert refusal.value.last_day == "5월 31일"
    assert (shop.state(order), shop.refunds(order)) == (State.APPLIED, 0)


def test_what_is_not_paid_or_not_known_cannot_be_cancelled(shop: Shop) -> None:
    order, result = shop.ready_to_pay()
    with pytest.raises(OrderClosed):
        cancel(shop, order)
    shop.sandbox.fault("payment.confirm", "unavailable")
    shop.finish(order, result)
    with pytest.raises(OrderNotSettled):
        cancel(shop, order)
    assert shop.state(order) is State.UNKNOWN


def test_of_several_operators_at_once_one_cancels_and_the_others_are_told(shop: Shop) -> None:
    order = applied(shop)

    def act(number: int) -> str:
        try:
            return str(cancel(shop, order, actor=f"operator:{number}").state)
        except PrepaymentError as error:
            return error.code

    outcomes = at_once(4, act)
    assert outcomes.count("cancelling") == 1
    assert set(outcomes) <= {"cancelling", "order_not_settled", "transition_conflict"}
    shop.work()
    assert (shop.state(order), shop.refunds(order)) == (State.CANCELLED, 1)


@pytest.mark.parametrize(
    "action", ["hang_up_after_effect", "timeout_after_effect", "unavailable", "html_500"]
)
@pytest.mark.parametrize("kind", ["carrier.revoke", "payment.cancel"])
def test_whatever_does_not_answer_it_is_given_back_once(shop: Shop, kind: str, action: str) -> None:
    order = applied(shop)
    cancel(shop, order)
    shop.sandbox.fault(kind, action, count=2)
    for _ in range(4):
        shop.work_through()
    assert (shop.state(order), shop.booked(order), shop.refunds(order)) == (State.CANCELLED, [], 1)


def test_a_line_that_the_carrier_does_not_know_any_more_goes_to_a_person(shop: Shop) -> None:
    order = applied(shop)
    cancel(shop, order)
    shop.sandbox.fault("carrier.revoke", "refuse", code="line_not_found", count=1)
    shop.work()
    assert (shop.state(order), shop.refunds(order)) == (State.REVIEW, 0)
    assert [alarm.kind for alarm in shop.alarms()] == ["review"]


def test_a_refund_that_takes_its_time_is_told_when_it_is_done(shop: Shop) -> None:
    order = applied(shop)
    shop.sandbox.fault("payment.cancel", "refund_later", ms=60_000)
    cancel(shop, order)
    shop.work()
    shop.advance(seconds=5)
    shop.sweep()
    assert (shop.state(order), shop.refunds(order)) == (State.CANCELLING, 0)
    assert shop.told(order) == ["applied"]
    shop.sandbox.settle_refund(order.payment_id)
    shop.advance(seconds=5)
    shop.sweep()
    shop.work()
    assert (shop.state(order), shop.refunds(order), shop.balances(order)) == (State.CANCELLED, 1, {})
    assert shop.told(order) == ["applied", "cancelled"]


def test_a_refund_that_fails_in_the_end_goes_to_a_person_who_can_ask_again(shop: Shop) -> None:
    order = applied(shop)
    shop.sandbox.fault("payment.cancel", "refund_fails_later", ms=60_000, count=1)
    cancel(shop, order)
    shop.work()
    shop.sandbox.settle_refund(order.payment_id, "FAILED")
    shop.advance(seconds=5)
    shop.sweep()
    assert (shop.state(order), shop.balances(order)) == (
        State.REVIEW,
        {"customer": -50_000, "gateway": 50_000},
    )
    shop.app.reviewing.resolve(order.id, Decision.REFUND, reason="다시", actor="operator:kim")
    shop.work()
    assert (shop.state(order), shop.refunds(order), shop.balances(order)) == (State.CANCELLED, 1, {})

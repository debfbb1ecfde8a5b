"""Ending a doubt: a person decides, what PortOne says has to allow it, and the money ends in one place."""

from __future__ import annotations

import pytest

from prepayment.errors import DecisionContradicted, OrderClosed, OrderInProgress, PrepaymentError
from prepayment.orders import Order, State
from prepayment.service.reviewing import Decision
from tests.integration.money.shop import Shop
from tests.integration.store.at_once import at_once


def resolve(shop: Shop, order: Order, decision: Decision) -> Order:
    return shop.app.reviewing.resolve(order.id, decision, reason="확인함", actor="operator:kim")


def doubtful(shop: Shop, action: str = "other_channel_type") -> Order:
    """An order whose payment reads as one that is perhaps not ours, once."""
    order, result = shop.ready_to_pay()
    shop.sandbox.fault("payment.get", action, count=1)
    order = shop.finish(order, result)
    assert order.state is State.REVIEW
    shop.work()
    return order


def refunded_at_the_console(shop: Shop) -> Order:
    """An applied order whose payment somebody cancelled past us."""
    order = shop.paid()
    shop.work()
    shop.cancel_at_console(order)
    assert shop.app.settlement.sync(order.id, actor="webhook").state is State.REVIEW
    return order


@pytest.mark.parametrize("action", ["other_channel_type", "other_store", "other_payment", "foreign_currency"])
def test_nothing_is_booked_or_given_back_before_somebody_decides(shop: Shop, action: str) -> None:
    order = doubtful(shop, action)
    assert (shop.charges(order), shop.refunds(order), shop.booked(order)) == (1, 0, [])
    assert shop.balances(order) == {}
    assert [alarm.subject for alarm in shop.alarms()] == [order.id]
    assert shop.told(order) == ["review"]


def test_a_payment_that_is_right_after_all_is_applied(shop: Shop) -> None:
    order = doubtful(shop)
    assert resolve(shop, order, Decision.APPLY).state is State.PAID
    shop.work()
    assert (shop.state(order), shop.booked(order)) == (State.APPLIED, [50_000])
    assert shop.balances(order) == {"customer": -50_000, "carrier": 50_000}
    assert shop.alarms() == []


def test_a_payment_that_is_wrong_is_given_back(shop: Shop) -> None:
    order = doubtful(shop)
    resolve(shop, order, Decision.REFUND)
    shop.work()
    assert (shop.state(order), shop.refunds(order), shop.balances(order)) == (State.CANCELLED, 1, {})


def test_a_decision_is_recorded_with_who_and_why(shop: Shop) -> None:
    order = doubtful(shop)
    resolve(shop, order, Decision.REFUND)
    event = shop.events(order)[-1]
    assert (event.cause, event.actor, event.detail) == (
        "decided:refund",
        "operator:kim",
        {"reason": "확인함"},
    )


@pytest.mark.parametrize("decision", [Decision.APPLY, Decision.NOT_CHARGED])
def test_what_was_refunded_at_the_console_can_neither_be_applied_nor_called_uncharged(
    shop: Shop, decision: Decision
) -> None:
    order = refunded_at_the_console(shop)
    with pytest.raises(DecisionContradicted):
        resolve(shop, order, decision)
    assert shop.state(order) is State.REVIEW


def test_what_was_refunded_at_the_console_is_taken_back_at_the_carrier(shop: Shop) -> None:
    """The customer has the money back, so the limit goes back too; nothing is refunded twice."""
    order = refunded_at_the_console(shop)
    resolve(shop, order, Decision.REFUND)
    shop.work()
    assert (shop.state(order), shop.booked(order), shop.refunds(order)) == (State.CANCELLED, [], 1)
    assert shop.balances(order) == {}


def test_what_was_partly_refunded_at_the_console_is_refunded_to_the_rest(shop: Shop) -> None:
    order = shop.paid()
    shop.work()
    shop.cancel_at_console(order, amount=20_000)
    assert shop.app.settlement.sync(order.id, actor="webhook").state is State.REVIEW
    resolve(shop, order, Decision.REFUND)
    shop.work()
    raw = shop.sandbox.raw(order.payment_id)
    assert (shop.state(order), raw["charged_won"], raw["refunded_won"]) == (State.CANCELLED, 50_000, 50_000)
    assert (shop.booked(order), shop.balances(order)) == ([], {})


def test_money_that_came_back_another_way_is_noted_and_taken_back_at_the_carrier(shop: Shop) -> None:
    order = refunded_at_the_console(shop)
    assert resolve(shop, order, Decision.REFUNDED_ELSEWHERE).state is State.CANCELLED
    shop.work()
    assert (shop.booked(order), shop.balances(order), shop.refunds(order)) == ([], {}, 1)


def test_what_was_charged_cannot_be_called_uncharged(shop: Shop) -> None:
    order = doubtful(shop)
    with pytest.raises(DecisionContradicted):
        resolve(shop, order, Decision.NOT_CHARGED)


def test_only_an_order_in_review_takes_a_decision(shop: Shop) -> None:
    order = shop.paid()
    for decision in Decision:
        with pytest.raises(OrderClosed):
            resolve(shop, order, decision)


def test_of_two_who_decide_at_once_one_is_told_to_look_again(shop: Shop) -> None:
    order = doubtful(shop)

    def act(number: int) -> str:
        try:
            return str(resolve(shop, order, (Decision.APPLY, Decision.REFUND)[number]).state)
        except PrepaymentError as error:
            return error.code

    outcomes = at_once(2, act)
    assert len({"paid", "cancelling"} & set(outcomes)) == 1
    assert set(outcomes) & {"transition_conflict", "order_closed"}
    shop.work()
    raw = shop.sandbox.raw(order.payment_id)
    assert raw["charged_won"] - raw["refunded_won"] == sum(shop.booked(order))


def test_while_an_order_is_in_review_the_line_takes_no_other(shop: Shop) -> None:
    order = doubtful(shop)
    with pytest.raises(PrepaymentError) as refusal:
        shop.open_order(amount_won=60_000)
    assert refusal.value.code == "order_in_progress"
    resolve(shop, order, Decision.REFUND)
    shop.work()
    assert shop.open_order(amount_won=60_000).state is State.QUOTED


def test_what_ended_long_ago_cannot_be_applied_beside_a_newer_order_but_given_back(shop: Shop) -> None:
    old, result = shop.ready_to_pay()
    shop.app.ordering.withdraw(old.line_id, cause="wished")
    shop.open_order(amount_won=60_000)
    assert shop.sandbox.confirm(result).status_code == 200
    shop.sandbox.fault("payment.get", "other_store", count=1)
    assert shop.app.settlement.sync(old.id, actor="webhook").state is State.REVIEW
    with pytest.raises(OrderInProgress):
        resolve(shop, old, Decision.APPLY)
    resolve(shop, old, Decision.REFUND)
    shop.work()
    assert (shop.state(old), shop.refunds(old)) == (State.CANCELLED, 1)

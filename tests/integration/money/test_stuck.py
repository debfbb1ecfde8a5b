"""The operator's work list: nothing waits longer than it should without standing there."""

from __future__ import annotations

from prepayment.orders import State
from prepayment.service.stuck import Next
from tests.integration.money.shop import YUNA, Shop


def listed(shop: Shop) -> dict[str, tuple[str, Next]]:
    return {stuck.subject: (stuck.what, stuck.next) for stuck in shop.app.stuck.listing()}


def test_what_goes_well_is_not_on_the_list(shop: Shop) -> None:
    shop.paid()
    shop.open_order(YUNA)
    assert listed(shop) == {}
    shop.work()
    shop.advance(minutes=1)
    assert listed(shop) == {}


def test_an_order_that_waits_for_portone_says_how_often_it_was_tried(shop: Shop) -> None:
    order, result = shop.ready_to_pay()
    shop.sandbox.fault("payment.confirm", "unavailable")
    shop.finish(order, result)
    shop.sandbox.fault("payment.get", "unavailable")
    shop.advance(minutes=3)
    shop.sweep()
    (stuck,) = shop.app.stuck.listing()
    assert (stuck.subject, stuck.what, stuck.next) == (order.id, "unknown", Next.WORKER)
    assert stuck.why == "confirm_unanswered; swept 1 times: OutcomeUnknown"
    assert stuck.since == shop.order(order).updated_at


def test_an_order_that_waits_for_the_carrier_is_on_the_list(shop: Shop) -> None:
    order = shop.paid()
    shop.sandbox.fault("carrier.apply", "unavailable")
    shop.work()
    shop.advance(minutes=3)
    assert listed(shop) == {order.id: ("paid", Next.WORKER)}
    (stuck,) = shop.app.stuck.listing()
    assert "apply tried 1 times: OutcomeUnknown" in stuck.why


def test_an_order_in_review_is_on_the_list_at_once_and_once(shop: Shop) -> None:
    order, result = shop.ready_to_pay()
    shop.sandbox.fault("payment.get", "other_store")
    assert shop.finish(order, result).state is State.REVIEW
    assert listed(shop) == {order.id: ("review", Next.OPERATOR)}


def test_what_fails_again_and_again_rings_an_alarm_until_it_works(shop: Shop) -> None:
    order = shop.paid()
    shop.work()
    shop.app.cancelling.cancel(order.id, reason="요청", actor="operator:kim")
    shop.sandbox.fault("carrier.revoke", "unavailable")
    for _ in range(8):
        shop.work_through()
    assert [(alarm.kind, alarm.subject) for alarm in shop.alarms()] == [("failing", f"revoke:{order.id}")]
    assert listed(shop)[f"revoke:{order.id}"] == ("failing", Next.OPERATOR)
    shop.sandbox.control("DELETE", "faults")
    shop.work_through()
    assert (shop.state(order), shop.alarms(), listed(shop)) == (State.CANCELLED, [], {})


def test_an_unpaid_order_that_nobody_ends_shows_that_no_worker_runs(shop: Shop) -> None:
    order = shop.open_order()
    shop.advance(minutes=20)
    assert listed(shop) == {order.id: ("quoted", Next.WORKER)}
    shop.sweep()
    assert listed(shop) == {}

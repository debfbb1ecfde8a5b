"""Three sets of books: what one has and another has not is healed by reading, or rings an alarm."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from prepayment.adapters.sql.tables import jobs
from prepayment.calendar import SEOUL
from prepayment.errors import OutsideError, PrepaymentsPaused
from prepayment.orders import Order, State
from prepayment.service.reconciliation import Report
from tests.integration.money.shop import MINJI, MONTH, NOON, YUNA, Shop, begin_at

DAY = NOON.date()


def compare(shop: Shop) -> Report:
    return shop.app.reconciliation.run_day(DAY)


def found(report: Report) -> list[tuple[str, str, int, int]]:
    return [(one.kind, one.subject, one.expected_won, one.found_won) for one in report.differences]


def applied(shop: Shop, amount_won: int = 50_000) -> Order:
    order = shop.paid(amount_won=amount_won)
    shop.work()
    assert shop.state(order) is State.APPLIED
    return order


def paid_unnoticed(shop: Shop, end: State) -> Order:
    """An order that has ended and is paid at PortOne: a confirmation landed late, and no webhook came."""
    order, result = shop.ready_to_pay()
    shop.end_unpaid(order, end)
    assert shop.sandbox.confirm(result).status_code == 200
    return order


def test_books_that_agree_raise_no_alarm(shop: Shop) -> None:
    first = applied(shop)
    shop.app.cancelling.cancel(first.id, reason="요청", actor="operator:kim")
    shop.work()
    applied(shop, 60_000)
    shop.open_order(YUNA)
    report = compare(shop)
    assert found(report) == []
    assert (report.payments, report.bookings, report.orders) == (2, 2, 2)
    assert (report.charged_won, report.refunded_won, report.booked_at_carrier_won) == (
        110_000,
        50_000,
        60_000,
    )
    assert report.ledger_won == {"customer": -60_000, "gateway": 0, "carrier": 60_000}
    assert shop.alarms() == []


@pytest.mark.parametrize("end", [State.EXPIRED, State.WITHDRAWN])
def test_a_payment_that_nobody_told_us_of_is_found_and_given_back(shop: Shop, end: State) -> None:
    order = paid_unnoticed(shop, end)
    report = compare(shop)
    assert report.healed == [order.id]
    shop.work()
    assert (shop.state(order), shop.refunds(order), shop.balances(order)) == (State.CANCELLED, 1, {})
    assert found(compare(shop)) == []


def test_a_booking_that_the_carrier_lost_is_a_difference_until_it_is_back(shop: Shop) -> None:
    order = applied(shop)
    path = f"/v1/lines/{order.line_id}/prepayments/{order.id}"
    shop.sandbox.carrier.delete(path).raise_for_status()
    for _ in range(2):  # found again and again, it is one alarm
        assert found(compare(shop)) == [("carrier", order.id, 50_000, 0)]
    assert [(alarm.kind, alarm.subject) for alarm in shop.alarms()] == [("difference", f"carrier:{order.id}")]
    assert len(shop.rung()) == 1


def test_a_difference_that_is_mended_ends_its_alarm(shop: Shop) -> None:
    order = applied(shop)
    shop.cancel_at_console(order)
    report = compare(shop)
    assert (report.healed, found(report)) == ([order.id], [])
    assert shop.state(order) is State.REVIEW
    assert compare(shop).in_review == [order.id]


def test_a_booking_that_no_order_asked_for_is_a_difference(shop: Shop) -> None:
    shop.prepay_elsewhere(30_000)
    assert found(compare(shop)) == [("booking_without_order", "elsewhere-30000", 0, 30_000)]


def test_a_payment_that_no_order_asked_for_is_a_difference(shop: Shop) -> None:
    payment_id = shop.sandbox.paid()
    assert found(compare(shop)) == [("payment_without_order", payment_id, 0, 50_000)]


def test_a_payment_of_another_shop_in_the_same_store_is_not_ours_to_judge(shop: Shop) -> None:
    result = shop.sandbox.authorise("order-20310517-0001")
    assert shop.sandbox.confirm(result).status_code == 200
    assert found(compare(shop)) == []


def test_a_booking_left_over_from_before_a_refund_is_a_difference(shop: Shop) -> None:
    order = shop.paid()
    shop.sandbox.fault("carrier.apply", "refuse", count=1)
    shop.work()
    assert shop.state(order) is State.CANCELLED
    body = {"month": str(order.month), "amount_won": 50_000}
    path = f"/v1/lines/{order.line_id}/prepayments/{order.id}"
    shop.sandbox.carrier.put(path, json=body).raise_for_status()
    assert found(compare(shop)) == [("carrier", order.id, 0, 50_000)]


def test_what_is_under_way_is_left_to_the_worker(shop: Shop) -> None:
    order = shop.paid()
    report = compare(shop)
    assert (report.under_way, found(report)) == ([order.id], [])


def test_what_was_booked_long_before_the_ledger_knew_is_no_difference(shop: Shop) -> None:
    """The carrier answered days later: its booking stands in another day's list."""
    order = shop.paid()
    shop.sandbox.fault("carrier.apply", "timeout_after_effect", count=1)
    shop.work()
    shop.advance(days=3)
    shop.work_through()
    assert shop.state(order) is State.APPLIED
    report = shop.app.reconciliation.run_day(DAY + timedelta(days=3))
    assert (report.orders, found(report)) == (1, [])


def test_a_whole_day_in_seoul_is_compared_and_nothing_of_the_next(shop: Shop) -> None:
    begin_at(shop, datetime(2031, 5, 17, 23, 59, 30, tzinfo=SEOUL))
    first = applied(shop)
    shop.set_clock(datetime(2031, 5, 18, 0, 0, 1, tzinfo=SEOUL))
    applied(shop, 30_000)
    assert compare(shop).orders == 1
    assert shop.app.reconciliation.run_day(DAY + timedelta(days=1)).orders == 1
    assert first.month == MONTH


def test_more_payments_than_a_page_holds_are_all_compared(shop: Shop) -> None:
    paid = {shop.sandbox.paid(30_000) for _ in range(120)}
    report = compare(shop)
    assert {one.subject for one in report.differences} == paid


@pytest.mark.parametrize("kind", ["payment.list", "carrier.list", "payment.get"])
@pytest.mark.parametrize("action", ["unavailable", "html_500", "hang_up_before_effect"])
def test_books_that_cannot_be_read_are_not_called_different(shop: Shop, kind: str, action: str) -> None:
    order = shop.paid()
    shop.advance(days=1)
    shop.work()
    assert shop.state(order) is State.APPLIED
    shop.sandbox.fault(kind, action)
    with pytest.raises(OutsideError):
        shop.app.reconciliation.run_day(DAY + timedelta(days=1))
    assert shop.alarms() == []
    with shop.app.database() as unit:
        assert not unit.jobs.is_reconciled(DAY + timedelta(days=1))


def make_jobs_due(shop: Shop) -> None:
    with shop.app.database.engine.begin() as connection:
        connection.execute(sa.update(jobs).values(due_at=shop.app.clock.machine_now()))


def reconciled(shop: Shop, day: date) -> bool:
    with shop.app.database() as unit:
        return unit.jobs.is_reconciled(day)


def test_yesterday_is_compared_once_when_its_last_orders_have_come_to_rest(shop: Shop) -> None:
    applied(shop)
    shop.set_clock(datetime(2031, 5, 18, 0, 29, tzinfo=SEOUL))
    shop.app.reconciliation.run_due()
    assert not reconciled(shop, DAY)
    shop.set_clock(datetime(2031, 5, 18, 0, 31, tzinfo=SEOUL))
    assert not shop.app.reconciliation.run_due()  # not due so soon
    make_jobs_due(shop)
    assert shop.app.reconciliation.run_due()
    assert reconciled(shop, DAY)
    with shop.app.database() as unit:
        report = unit.jobs.report(DAY)
    assert report is not None
    assert (report["payments"], report["differences"]) == (1, [])


def test_the_rolling_comparison_finds_a_late_payment_within_minutes(shop: Shop) -> None:
    order = paid_unnoticed(shop, State.EXPIRED)
    assert shop.app.reconciliation.run_due()
    shop.work()
    assert (shop.state(order), shop.refunds(order)) == (State.CANCELLED, 1)


def test_with_too_many_differences_no_new_order_is_taken_until_somebody_has_looked(shop: Shop) -> None:
    for _ in range(shop.parts.pause_at_differences):
        shop.sandbox.paid(30_000)
    compare(shop)
    for ask in (shop.open_order, lambda: shop.app.ordering.check(MINJI.line_id)):
        with pytest.raises(PrepaymentsPaused):
            ask()
    alarm = shop.alarms()[0]
    with shop.app.database() as unit:
        unit.alarms.close(alarm.kind, alarm.subject)
        unit.commit()
    assert shop.open_order().state is State.QUOTED


def test_a_difference_that_somebody_has_explained_rings_no_more_but_another_does(shop: Shop) -> None:
    order = applied(shop)
    path = f"/v1/lines/{order.line_id}/prepayments/{order.id}"
    shop.sandbox.carrier.delete(path).raise_for_status()
    compare(shop)
    subject = f"carrier:{order.id}"
    assert shop.app.alarms.close_difference(subject, reason="통신사 확인", actor="operator:kim")
    assert found(compare(shop)) == [("carrier", order.id, 50_000, 0)]
    assert shop.alarms() == []
    shop.prepay_elsewhere(30_000)
    compare(shop)
    assert [alarm.subject for alarm in shop.alarms()] == ["booking_without_order:elsewhere-30000"]

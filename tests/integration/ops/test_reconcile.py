"""``reconcile`` and ``reports``: a day's books, and an exit code that tells whether they agree."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from prepayment.calendar import SEOUL
from prepayment.orders import State
from tests.integration.ops.desk import Desk

NEXT_DAY = datetime(2031, 5, 18, 9, 0, tzinfo=SEOUL)


def test_a_day_whose_books_agree(desk: Desk) -> None:
    kept, given_back = desk.applied(), desk.applied(amount_won=60_000)
    desk.shop.app.cancelling.cancel(given_back.id, reason="asked for", actor="operator:minsu")
    desk.shop.work()
    assert desk.shop.state(kept) is State.APPLIED
    desk.shop.set_clock(NEXT_DAY)
    shown = " ".join(desk.done("reconcile", "2031-05-17").split())
    for expected in (
        "The books of 2031-05-17 (Seoul)",
        "payments at PortOne 2",
        "charged 110,000 won",
        "refunded 60,000 won",
        "booked now 50,000 won",
        "orders compared 2",
        "No differences.",
    ):
        assert expected in shown
    assert desk.run("stuck").code == 0


def test_a_difference_is_reported_alarmed_and_told_by_the_exit_code(desk: Desk) -> None:
    """The carrier lost a prepayment."""
    order = desk.applied()
    desk.shop.sandbox.carrier.delete(f"/v1/lines/{order.line_id}/prepayments/{order.id}").raise_for_status()
    desk.shop.set_clock(NEXT_DAY)
    printed = desk.run("reconcile", "yesterday")
    assert printed.code == 1
    row = next(line for line in printed.lines if line.startswith("carrier "))
    assert row.split() == ["carrier", order.id, "50,000", "won", "0", "won"]
    assert [alarm["kind"] for alarm in desk.read("alarms")] == ["difference"]
    assert desk.run("stuck").code == 1
    report = desk.read("reconcile", "2031-05-17")
    assert report["differences"] == [
        {"kind": "carrier", "subject": order.id, "expected_won": 50_000, "found_won": 0}
    ]
    assert (report["day"], report["charged_won"]) == ("2031-05-17", 50_000)


def test_reports_are_kept_and_shown_again(desk: Desk) -> None:
    desk.applied()
    desk.shop.set_clock(NEXT_DAY)
    assert desk.done("reports", "2031-05-17").strip() == "There is no report of 2031-05-17."
    printed = desk.done("reconcile", "2031-05-17")
    assert desk.done("reports", "2031-05-17") == printed
    (kept,) = desk.read("reports", "yesterday")
    assert (kept["day"], kept["orders"]) == ("2031-05-17", 1)
    lines = desk.run("reports").lines
    assert next(line for line in lines if line.startswith("2031-05-17")).split()[1:4] == [
        "1",
        "50,000",
        "won",
    ]
    assert sum("no report" in line for line in lines) == 13


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2031, 5, 17, 12, 0, tzinfo=SEOUL), "2031-05-17"),
        (datetime(2031, 5, 17, 12, 0, tzinfo=SEOUL), "today"),
        (datetime(2031, 5, 17, 12, 0, tzinfo=SEOUL), "2031-05-18"),
        (datetime(2031, 5, 18, 0, 29, tzinfo=SEOUL), "yesterday"),
    ],
)
def test_a_day_that_has_not_come_to_rest_is_not_compared(desk: Desk, now: datetime, day: str) -> None:
    """Its report would keep the worker from comparing the whole day."""
    desk.shop.set_clock(now)
    assert "can be compared from 2031-05-1" in desk.refused("reconcile", day)
    with desk.shop.app.database(write=False) as unit:
        assert not unit.jobs.is_reconciled(date(2031, 5, 17))


@pytest.mark.parametrize(
    "day", ["17.5.2031", "2031-02-30", "2031-W20-6", "20310517", "0001-01-01", "tomorrow", ""]
)
def test_what_is_no_day_is_refused(desk: Desk, day: str) -> None:
    assert "is no day" in desk.refused("reconcile", day)


def test_without_an_answer_there_is_no_report(desk: Desk) -> None:
    desk.shop.set_clock(NEXT_DAY)
    desk.shop.sandbox.fault("payment.list", "html_500")
    assert "No answer from outside" in desk.refused("reconcile", "yesterday")
    assert desk.read("reports", "yesterday") == []

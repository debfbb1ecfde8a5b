"""``stuck`` and ``alarms``: fit for a monitor, which looks at the exit code."""

from __future__ import annotations

from prepayment.alarms import AlarmKind
from prepayment.orders import State
from tests.integration.ops.desk import Desk


def test_nothing_stuck_is_said_and_well(desk: Desk) -> None:
    desk.applied()
    printed = desk.run("stuck")
    assert (printed.code, printed.out.strip()) == (0, "Nothing is stuck.")
    assert desk.read("stuck") == []


def test_an_order_in_review_needs_an_operator(desk: Desk) -> None:
    order = desk.in_review(desk.applied(), cause="differs:currency")
    printed = desk.run("stuck")
    assert printed.code == 1
    row = next(line for line in printed.lines if order.id in line)
    assert row.startswith("review")
    assert "2031-05-17 12:00:0" in row
    assert "an operator decides" in row
    (listed,) = desk.read("stuck")
    assert (listed["subject"], listed["what"], listed["next"]) == (order.id, "review", "operator")
    assert "differs:currency" in listed["why"]
    assert listed["since"].endswith("+09:00")


def test_what_the_worker_goes_on_with_is_listed_and_needs_nobody(desk: Desk) -> None:
    order = desk.shop.paid()
    desk.shop.sandbox.fault("carrier.apply", "html_500")
    desk.shop.work()
    desk.shop.advance(minutes=3)
    printed = desk.run("stuck")
    assert printed.code == 0
    assert "the worker tries again" in printed.out
    (listed,) = desk.read("stuck")
    assert (listed["subject"], listed["what"], listed["next"]) == (order.id, "paid", "worker")
    assert "apply tried 1 times: OutcomeUnknown" in listed["why"]
    assert desk.shop.state(order) is State.PAID


def test_open_alarms_are_listed_until_they_end(desk: Desk) -> None:
    assert desk.done("alarms").strip() == "No alarm is open."
    with desk.shop.app.database() as unit:
        unit.alarms.add(AlarmKind.DIFFERENCE, "portone:or1", "50,000 won expected, none found")
        unit.commit()
    printed = desk.done("alarms")
    assert "portone:or1" in printed
    assert "50,000 won expected, none found" in printed
    (alarm,) = desk.read("alarms")
    assert (alarm["kind"], alarm["subject"]) == ("difference", "portone:or1")
    assert desk.run("stuck").code == 1
    with desk.shop.app.database() as unit:
        unit.alarms.close(AlarmKind.DIFFERENCE, "portone:or1")
        unit.commit()
    assert desk.read("alarms") == []
    assert desk.run("stuck").code == 0

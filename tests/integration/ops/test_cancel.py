"""``cancel``: the customer centre gives a prepayment back, in its month, once, and on the record."""

from __future__ import annotations

import os
import pwd
import threading
from datetime import datetime

import pytest

from prepayment.calendar import SEOUL
from prepayment.orders import Order, State
from tests.integration.money.shop import Shop, begin_at
from tests.integration.ops.desk import INTERRUPT, Desk

WHY = ("--reason", "the customer asked by phone")


def finish(shop: Shop) -> None:
    """What the worker does of it."""
    shop.work_through()
    shop.sweep()
    shop.work_through()


def test_a_prepayment_is_revoked_refunded_once_and_told(desk: Desk) -> None:
    shop, order = desk.shop, desk.applied()
    printed = desk.done("cancel", order.id, *WHY, "--yes", "--as", "minsu")
    assert f"Order {order.id} is being given back" in printed
    assert shop.state(order) is State.CANCELLING
    finish(shop)
    assert shop.state(order) is State.CANCELLED
    assert (shop.charges(order), shop.refunds(order), shop.booked(order)) == (1, 1, [])
    assert shop.balances(order) == {}
    assert desk.told(order)[-1] == "cancelled"


def test_it_is_recorded_who_did_it_and_why(desk: Desk) -> None:
    order = desk.applied()
    desk.done("cancel", order.payment_id, "--reason", "call 010-1234-5678 back", "--yes", "--as", "minsu.kim")
    event = desk.last_event(order)
    assert (event.actor, event.cause) == ("operator:minsu.kim", "cancelled_on_request")
    assert event.detail == {"reason": "call *** back"}


def test_without_a_name_it_is_the_login_that_did_it(desk: Desk) -> None:
    order = desk.applied()
    desk.done("cancel", order.id, *WHY, "--yes")
    assert desk.last_event(order).actor == f"operator:{pwd.getpwuid(os.getuid()).pw_name}"


def test_it_says_first_what_will_happen_with_the_lines_last_digits_only(desk: Desk) -> None:
    order = desk.applied()
    printed = desk.done("cancel", order.id, *WHY, "--yes", "--as", "minsu")
    shown = " ".join(printed.split())
    for expected in (
        "sum 50,000 won",
        "line ending in 1001",
        "month 2031-05",
        "only in the month it was made in: until 2031-05-31 23:59:59",
        "recorded operator:minsu: the customer asked by phone",
    ):
        assert expected in shown
    assert order.line_id not in printed


def test_a_paid_prepayment_that_is_not_applied_yet_can_be_cancelled(desk: Desk) -> None:
    order = desk.shop.paid()
    desk.done("cancel", order.id, *WHY, "--yes")
    finish(desk.shop)
    assert desk.shop.state(order) is State.CANCELLED
    assert (desk.shop.refunds(order), desk.shop.booked(order)) == (1, [])


# -- the month


@pytest.fixture
def at_months_end(desk: Desk) -> Order:
    """A prepayment of the 31st."""
    begin_at(desk.shop, datetime(2031, 5, 31, 15, 0, tzinfo=SEOUL))
    return desk.applied()


def test_at_the_last_second_of_the_month_it_works(desk: Desk, at_months_end: Order) -> None:
    desk.shop.set_clock(datetime(2031, 5, 31, 23, 59, 58, tzinfo=SEOUL))
    desk.done("cancel", at_months_end.id, *WHY, "--yes")
    assert desk.last_event(at_months_end).at < datetime(2031, 6, 1, tzinfo=SEOUL)
    desk.shop.set_clock(datetime(2031, 6, 1, 0, 0, 30, tzinfo=SEOUL))
    finish(desk.shop)
    assert desk.shop.state(at_months_end) is State.CANCELLED
    assert (desk.shop.refunds(at_months_end), desk.shop.booked(at_months_end)) == (1, [])


def test_on_the_first_of_the_next_month_it_is_refused_with_the_rule_and_the_date(
    desk: Desk, at_months_end: Order
) -> None:
    desk.shop.set_clock(datetime(2031, 6, 1, 0, 0, 0, tzinfo=SEOUL))
    refusal = desk.refused("cancel", at_months_end.id, *WHY, "--yes")
    assert "only in the month it was made in" in refusal
    assert "until 2031-05-31 23:59:59" in refusal
    assert "it is 2031-06-01 00:00:0" in refusal
    assert desk.shop.state(at_months_end) is State.APPLIED


# -- confirming


def test_without_a_terminal_it_is_not_done_unless_yes_is_given(desk: Desk) -> None:
    order = desk.applied()
    assert "--yes" in desk.refused("cancel", order.id, *WHY)
    assert desk.shop.state(order) is State.APPLIED


def test_an_interrupted_question_leaves_it_and_an_answered_one_does_it(desk: Desk) -> None:
    """At a real terminal, in a process of its own."""
    order = desk.applied()
    interrupted = desk.type_at_terminal(INTERRUPT, "cancel", order.id, *WHY)
    assert interrupted.code == 2, interrupted.out
    assert "Not confirmed. Nothing was changed." in interrupted.out
    assert desk.shop.state(order) is State.APPLIED
    answered = desk.type_at_terminal("yes\n", "cancel", order.id, *WHY, "--as", "minsu")
    assert answered.code == 0, answered.out
    assert "Type yes to give it back" in answered.out
    assert desk.last_event(order).actor == "operator:minsu"


@pytest.mark.parametrize("reason", ["", "   ", "\n\t"])
def test_an_empty_reason_is_refused(desk: Desk, reason: str) -> None:
    order = desk.applied()
    assert "--reason needs" in desk.refused("cancel", order.id, "--reason", reason, "--yes")
    assert desk.shop.state(order) is State.APPLIED


def test_a_missing_reason_is_a_wrong_use(desk: Desk) -> None:
    printed = desk.run("cancel", desk.applied().id, "--yes")
    assert printed.code == 2
    assert "--reason" in printed.err


@pytest.mark.parametrize("name", ["", "a b", "010-1234-5678", "x" * 49, "a\nb"])
def test_a_name_that_cannot_be_recorded_is_refused(desk: Desk, name: str) -> None:
    order = desk.applied()
    assert "--as takes a name" in desk.refused("cancel", order.id, *WHY, "--yes", "--as", name)
    assert desk.shop.state(order) is State.APPLIED


# -- what cannot be cancelled


def test_an_unpaid_order_has_nothing_to_give_back_and_ends_by_itself(desk: Desk) -> None:
    order = desk.shop.open_order()
    refusal = desk.refused("cancel", order.id, *WHY, "--yes")
    assert "not paid" in refusal
    assert "ends by itself at 2031-05-17 12:15:0" in refusal


def test_an_expired_order_has_nothing_to_give_back(desk: Desk) -> None:
    order = desk.shop.open_order()
    desk.shop.advance(minutes=16)
    desk.shop.sweep()
    assert "expired, and was not paid" in desk.refused("cancel", order.id, *WHY, "--yes")


def test_an_order_whose_charge_is_not_known_has_to_wait(desk: Desk) -> None:
    order, result = desk.shop.ready_to_pay()
    desk.shop.sandbox.fault("payment.confirm", "timeout_after_effect", count=1)
    desk.shop.sandbox.fault("payment.get", "html_500", count=1)
    assert desk.shop.finish(order, result).state is State.UNKNOWN
    assert "not said yet" in desk.refused("cancel", order.id, *WHY, "--yes")


def test_an_order_in_review_is_left_to_a_decision(desk: Desk) -> None:
    order = desk.in_review(desk.applied())
    assert "`resolve ORDER refund`" in desk.refused("cancel", order.id, *WHY, "--yes")


def test_what_is_or_was_given_back_already_is_said_so(desk: Desk) -> None:
    order = desk.applied()
    desk.done("cancel", order.id, *WHY, "--yes")
    assert "being given back already" in desk.refused("cancel", order.id, *WHY, "--yes")
    finish(desk.shop)
    assert "was given back at 2031-05-17 12:0" in desk.refused("cancel", order.id, *WHY, "--yes")
    assert desk.shop.refunds(order) == 1


# -- waiting for the result


def test_waiting_shows_the_result(desk: Desk) -> None:
    order, over = desk.applied(), threading.Event()

    def worker() -> None:
        while not over.wait(0.05):
            finish(desk.shop)

    working = threading.Thread(target=worker)
    working.start()
    try:
        printed = desk.done("cancel", order.id, *WHY, "--yes", "--wait", 20)
    finally:
        over.set()
        working.join()
    assert printed.splitlines()[-1] == "Cancelled: 50,000 won are given back."


def test_waiting_in_vain_is_said_and_is_no_refusal(desk: Desk) -> None:
    order = desk.applied()
    printed = desk.run("cancel", order.id, *WHY, "--yes", "--wait", "0.05")
    assert printed.code == 1
    assert "Still cancelling after 0.05 seconds; the worker goes on." in printed.out
    finish(desk.shop)
    assert desk.shop.state(order) is State.CANCELLED


# -- two at once


def test_of_two_operators_at_once_one_does_it_and_the_other_is_told(desk: Desk) -> None:
    order = desk.applied()
    first, second = (desk.start("cancel", order.id, *WHY, "--yes", "--as", name) for name in ("ann", "bo"))
    (_, first_err), (_, second_err) = first.communicate(timeout=180), second.communicate(timeout=180)
    assert sorted((first.returncode, second.returncode)) == [0, 2], first_err + second_err
    told = first_err + second_err
    assert "being given back already" in told or "moved the order at the same moment" in told
    assert "Traceback" not in told
    assert desk.shop.way(order).count(State.CANCELLING) == 1
    finish(desk.shop)
    assert (desk.shop.state(order), desk.shop.refunds(order)) == (State.CANCELLED, 1)


def test_who_is_asked_while_another_does_it_is_told(desk: Desk) -> None:
    order = desk.applied()

    def another() -> None:
        desk.shop.app.cancelling.cancel(order.id, reason="asked twice", actor="operator:ann")

    printed = desk.type_at_terminal("yes\n", "cancel", order.id, *WHY, "--as", "bo", before=another)
    assert printed.code == 2
    assert "being given back already" in printed.out
    assert desk.last_event(order).actor == "operator:ann"

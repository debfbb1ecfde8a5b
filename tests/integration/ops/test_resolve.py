"""``resolve``: a person ends a doubt, but not against what PortOne and the ledger say."""

from __future__ import annotations

import pytest

from prepayment.orders import Order, State
from prepayment.service.reviewing import Decision
from tests.integration.money.shop import Shop
from tests.integration.ops.desk import Desk

WHY = ("--reason", "looked at both books", "--yes", "--as", "minsu")


def finish(shop: Shop) -> None:
    """What the worker does of it."""
    shop.work_through()
    shop.sweep()
    shop.work_through()


def give_back_in_console(desk: Desk, order: Order, amount_won: int | None = None) -> None:
    """Somebody gives a payment back in PortOne's console."""
    body: dict[str, object] = {"storeId": desk.shop.settings.portone_store_id, "reason": "console"}
    if amount_won is not None:
        body["amount"] = amount_won
    desk.shop.sandbox.portone.post(f"/payments/{order.payment_id}/cancel", json=body).raise_for_status()


@pytest.fixture
def paid(desk: Desk) -> Order:
    """A paid order that is in review, although nothing is wrong with its payment."""
    return desk.in_review(desk.shop.paid())


@pytest.fixture
def unpaid(desk: Desk) -> Order:
    """An order in review of which PortOne has no payment."""
    order = desk.shop.open_order()
    return desk.in_review(desk.shop.verify(order))


def test_apply_books_it_at_the_carrier(desk: Desk, paid: Order) -> None:
    printed = desk.done("resolve", paid.id, "apply", *WHY)
    assert f"Decided: order {paid.id} is paid." in printed
    finish(desk.shop)
    assert desk.shop.state(paid) is State.APPLIED
    assert (desk.shop.charges(paid), desk.shop.booked(paid)) == (1, [50_000])
    assert desk.shop.balances(paid) == {"customer": -50_000, "carrier": 50_000}
    assert desk.told(paid)[-1] == "applied"


def test_refund_gives_back_what_is_left_and_revokes(desk: Desk) -> None:
    order = desk.applied()
    give_back_in_console(desk, order, 20_000)
    assert desk.shop.app.settlement.sync(order.id, actor="webhook").state is State.REVIEW
    desk.done("resolve", order.id, "refund", *WHY)
    finish(desk.shop)
    assert desk.shop.state(order) is State.CANCELLED
    assert (desk.shop.refunds(order), desk.shop.booked(order)) == (2, [])
    assert desk.shop.balances(order) == {}
    assert desk.told(order)[-1] == "cancelled"


def test_refunded_elsewhere_revokes_without_another_refund(desk: Desk) -> None:
    order = desk.applied()
    give_back_in_console(desk, order)
    assert desk.shop.app.settlement.sync(order.id, actor="webhook").state is State.REVIEW
    printed = desk.done("resolve", order.id, "refunded-elsewhere", *WHY)
    assert "Decided: order" in printed
    finish(desk.shop)
    assert desk.shop.state(order) is State.CANCELLED
    assert (desk.shop.refunds(order), desk.shop.booked(order)) == (1, [])
    assert desk.shop.balances(order) == {}


def test_not_charged_closes_it(desk: Desk, unpaid: Order) -> None:
    desk.done("resolve", unpaid.id, "not-charged", *WHY)
    finish(desk.shop)
    assert desk.shop.state(unpaid) is State.EXPIRED
    assert desk.shop.balances(unpaid) == {}


def test_a_decision_is_recorded_with_who_and_why_and_ends_the_alarm(desk: Desk, paid: Order) -> None:
    assert [alarm["subject"] for alarm in desk.read("alarms")] == [paid.id]
    reason = "PG said 1234-5678-9012-3456 is fine"
    desk.done("resolve", paid.payment_id, "apply", "--reason", reason, "--yes", "--as", "minsu")
    event = desk.last_event(paid)
    assert (event.cause, event.actor) == ("decided:apply", "operator:minsu")
    assert event.detail == {"reason": "PG said *** is fine"}
    assert desk.read("alarms") == []


def test_facts_and_consequence_are_shown_before_it_is_done(desk: Desk) -> None:
    order = desk.applied()
    give_back_in_console(desk, order, 20_000)
    desk.shop.app.settlement.sync(order.id, actor="webhook")
    shown = " ".join(desk.done("resolve", order.id, "refund", *WHY).split())
    for expected in (
        f"Order {order.id}",
        "in review for cancelled_elsewhere",
        "status PARTIAL_CANCELLED",
        "cancelled 20,000 won <- differs",
        "50,000 won booked",
        "carrier 50,000 won customer -50,000 won",
        "refunds through PortOne what is left of the payment",
        "recorded operator:minsu: looked at both books",
    ):
        assert expected in shown
    assert shown.index("PARTIAL_CANCELLED") < shown.index("Decided:")


# -- what the books do not allow


@pytest.mark.parametrize(("decision", "why"), [("apply", "NOT_FOUND"), ("refund", "no payment to give back")])
def test_what_was_never_paid_is_neither_applied_nor_refunded(
    desk: Desk, unpaid: Order, decision: str, why: str
) -> None:
    refusal = desk.refused("resolve", unpaid.id, decision, *WHY)
    assert refusal.startswith("Refused: ")
    assert decision == "apply" or why in refusal
    assert desk.shop.state(unpaid) is State.REVIEW


def test_what_portone_charged_is_not_closed_as_never_charged(desk: Desk, paid: Order) -> None:
    assert "it was charged" in desk.refused("resolve", paid.id, "not-charged", *WHY)
    assert desk.shop.state(paid) is State.REVIEW


def test_what_was_given_back_is_not_applied(desk: Desk, paid: Order) -> None:
    give_back_in_console(desk, paid)
    assert "not as we asked for it" in desk.refused("resolve", paid.id, "apply", *WHY)
    assert desk.shop.state(paid) is State.REVIEW


def test_it_is_not_applied_beside_another_open_order_of_the_line(desk: Desk) -> None:
    """Charged when it had ended, and the line has a newer one by then."""
    shop = desk.shop
    late, result = shop.ready_to_pay()
    shop.advance(minutes=16)
    shop.sweep()
    newer = shop.open_order(amount_won=30_000)
    shop.sandbox.confirm(result).raise_for_status()
    desk.in_review(late, cause="differs:currency")
    refusal = desk.refused("resolve", late.id, "apply", *WHY)
    assert f"another open order, {newer.id} over 30,000 won" in refusal
    assert shop.state(late) is State.REVIEW


def test_nothing_is_decided_while_portone_does_not_answer(desk: Desk, paid: Order) -> None:
    desk.shop.sandbox.fault("payment.get", "html_500")
    refusal = desk.refused("resolve", paid.id, "apply", *WHY)
    assert "no answer" in refusal
    assert desk.shop.state(paid) is State.REVIEW


def test_an_order_that_is_not_in_review_is_not_decided(desk: Desk) -> None:
    order = desk.applied()
    refusal = desk.refused("resolve", order.id, "refund", *WHY)
    assert "only an order in review is decided. `cancel` gives it back." in refusal


def test_a_decision_that_does_not_exist_is_a_wrong_use(desk: Desk, paid: Order) -> None:
    printed = desk.run("resolve", paid.id, "forget-it", *WHY)
    assert printed.code == 2
    assert "refunded-elsewhere" in printed.err
    assert desk.shop.state(paid) is State.REVIEW


@pytest.mark.parametrize("missing", ["--yes", "--reason"])
def test_without_confirmation_or_reason_nothing_is_decided(desk: Desk, paid: Order, missing: str) -> None:
    given = ("--reason", "r") if missing == "--yes" else ("--reason", " ", "--yes")
    assert missing in desk.refused("resolve", paid.id, "apply", *given)
    assert desk.shop.state(paid) is State.REVIEW


def test_who_decides_while_another_decides_is_told(desk: Desk, paid: Order) -> None:
    """The truth is being read for the one when the other is done."""

    def slow_down() -> None:
        desk.shop.sandbox.fault("payment.get", "slow", ms=2_000, count=1)

    def another() -> None:
        desk.shop.wait_until_taken("payment.get")
        app = desk.shop.app
        app.reviewing.resolve(paid.id, Decision.REFUND, reason="seen at once", actor="operator:ann")

    printed = desk.type_at_terminal(
        "yes\n", "resolve", paid.id, "apply", "--reason", "r", before=slow_down, after=another
    )
    assert printed.code == 2, printed.out
    assert "Somebody else moved the order at the same moment" in printed.out
    assert desk.last_event(paid).actor == "operator:ann"
    finish(desk.shop)
    assert (desk.shop.state(paid), desk.shop.refunds(paid)) == (State.CANCELLED, 1)

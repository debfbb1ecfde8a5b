"""``find`` and ``show``: all that is kept of an order, and nothing that must not be seen."""

from __future__ import annotations

import pytest

from prepayment.orders import State
from tests.integration.money.shop import MINJI, NAMES, PHONES, YUNA
from tests.integration.ops.desk import Desk


@pytest.mark.parametrize("name", ["id", "payment_id", "line_id", "customer_id", "conversation_id"])
def test_an_order_is_found_by_any_of_its_ids_and_how_they_begin(desk: Desk, name: str) -> None:
    order, _ = desk.shop.open_order(), desk.shop.open_order(YUNA)
    wanted = str(getattr(order, name))
    assert [row["order_id"] for row in desk.read("find", wanted)] == [order.id]
    assert order.id in desk.done("find", wanted[:4])


def test_orders_are_listed_newest_first_with_sum_state_and_seoul_time(desk: Desk) -> None:
    first = desk.applied()
    desk.shop.advance(minutes=3)
    second = desk.shop.open_order(amount_won=30_000)
    lines = [line for line in desk.run("find", MINJI.id).lines if line.startswith("or")]
    assert [line.split()[:4] for line in lines[1:]] == [
        [second.id, "quoted", "30,000", "won"],
        [first.id, "applied", "50,000", "won"],
    ]
    assert "2031-05-17 12:03:0" in lines[1]
    assert "2031-05-17 12:00:0" in lines[2]


def test_what_nobody_has_is_said_so(desk: Desk) -> None:
    assert desk.done("find", "or-nobody").strip() == "No order has an id that begins so."
    assert desk.read("find", "or-nobody") == []
    assert "missing" in desk.refused("find", "  ")


@pytest.mark.parametrize("wild", ["%", "_", "or%", "' OR 1=1 --"])
def test_a_search_takes_its_text_as_it_is(desk: Desk, wild: str) -> None:
    desk.shop.open_order()
    assert desk.read("find", wild) == []


def test_only_the_newest_fifty_are_listed_and_that_is_said(desk: Desk) -> None:
    for won in range(30_000, 30_051):
        newest = desk.shop.open_order(amount_won=won)
    rows = desk.read("find", MINJI.id)
    assert (len(rows), rows[0]["order_id"]) == (50, newest.id)
    assert "newest 50" in desk.done("find", MINJI.id)


def test_an_order_is_shown_with_its_steps_postings_effects_and_what_outside_says(desk: Desk) -> None:
    order = desk.applied()
    kept = desk.read("show", order.id)
    assert [event["target"] for event in kept["events"]] == [str(state) for state in desk.shop.way(order)]
    assert kept["events"][-1] == {
        "number": order.version,
        "at": kept["updated_at"],
        "source": "paid",
        "target": "applied",
        "cause": "carrier_applied",
        "actor": "worker",
        "detail": {},
    }
    assert kept["balances_won"] == {"customer": -50_000, "gateway": 0, "carrier": 50_000}
    assert sum(row["amount_won"] for row in kept["postings"]) == 0
    assert [(row["kind"], row["state"]) for row in kept["effects"]] == [
        ("apply", "paid"),
        ("tell_chat", "applied"),
    ]
    assert all(row["done_at"] and row["outcome"] for row in kept["effects"])
    assert (kept["portone"]["status"], kept["portone"]["total_won"]) == ("PAID", 50_000)
    assert (kept["portone"]["differs_in"], kept["carrier_booked_won"]) == ([], 50_000)
    assert kept["created_at"].startswith("2031-05-17T12:00")
    assert kept["created_at"].endswith("+09:00")


def test_what_is_shown_to_people_says_the_same(desk: Desk) -> None:
    order = desk.applied()
    shown = " ".join(desk.done("show", order.payment_id).split())
    for expected in (
        f"Order {order.id}",
        "sum 50,000 won",
        "paid -> applied carrier_applied worker",
        "gateway -50,000 won",
        "carrier 50,000 won",
        "apply paid 1 applied",
        "status PAID",
        "as it was asked for",
        "50,000 won booked",
    ):
        assert expected in shown


def test_an_unpaid_order_has_nothing_outside(desk: Desk) -> None:
    order = desk.shop.open_order()
    shown = desk.done("show", order.id)
    assert "no payment of this id" in shown
    assert "nothing booked for this order" in shown
    assert desk.read("show", order.id)["portone"]["differs_in"] == []


def test_a_refunded_order_does_not_differ_from_what_it_should_be(desk: Desk) -> None:
    order = desk.applied()
    desk.shop.app.cancelling.cancel(order.id, reason="asked for", actor="operator:minsu")
    desk.shop.work()
    kept = desk.read("show", order.id)
    assert (kept["state"], kept["portone"]["status"], kept["portone"]["differs_in"]) == (
        "cancelled",
        "CANCELLED",
        [],
    )


def test_what_differs_at_portone_is_marked(desk: Desk) -> None:
    """Somebody gave part of it back in PortOne's console."""
    order = desk.applied()
    body = {"storeId": desk.shop.settings.portone_store_id, "amount": 20_000, "reason": "console"}
    desk.shop.sandbox.portone.post(f"/payments/{order.payment_id}/cancel", json=body).raise_for_status()
    assert desk.read("show", order.id)["portone"]["differs_in"] == ["cancelled_won"]
    shown = " ".join(desk.done("show", order.id).split())
    assert "cancelled 20,000 won <- differs" in shown


@pytest.mark.parametrize("as_json", [False, True])
def test_an_order_is_shown_although_nobody_outside_answers(desk: Desk, as_json: bool) -> None:
    order = desk.applied()
    for kind in ("payment.get", "carrier.month"):
        desk.shop.sandbox.fault(kind, "html_500")
    if as_json:
        kept = desk.read("show", order.id)
        assert (kept["portone"], kept["carrier_booked_won"]) == (None, None)
        assert kept["portone_problem"].startswith("no answer")
        assert kept["carrier_problem"].startswith("no answer")
        return
    shown = desk.done("show", order.id)
    assert "carrier_applied" in shown
    assert shown.count("no answer (OutcomeUnknown") == 2


def test_no_command_prints_tokens_phone_numbers_names_or_secrets(desk: Desk) -> None:
    order, result = desk.shop.ready_to_pay()
    paying = desk.shop.order(order)
    desk.shop.sandbox.fault("payment.confirm", "timeout_before_effect", count=1)
    desk.shop.sandbox.fault("payment.get", "html_500", count=1)
    unknown = desk.shop.finish(order, result)
    assert (unknown.state, bool(unknown.payment_token)) == (State.UNKNOWN, True)
    desk.shop.advance(minutes=5)
    printed = ""
    for command in (("show", order.id), ("find", order.id), ("stuck",), ("alarms",)):
        for more in ((), ("--json",)):
            result_ = desk.run(*command, *more)
            printed += result_.out + result_.err
    settings = desk.shop.settings
    secrets = [
        settings.portone_api_secret.get_secret_value(),
        settings.carrier_api_key.get_secret_value(),
        settings.chat_token_secret.get_secret_value(),
        settings.rasa_token.get_secret_value(),
    ]
    tokens = [paying.checkout_token, str(unknown.payment_token), *secrets]
    phones = [number[start:] for number in PHONES.values() for start in (0, 3)]
    assert order.id in printed
    assert [text for text in (*tokens, *phones, *NAMES.values()) if text in printed] == []


def test_what_is_stored_cannot_steer_the_terminal(desk: Desk) -> None:
    order = desk.in_review(desk.shop.paid(), cause="\x1b[2J\x1b]0;gone\x07 [bold]odd[/bold]")
    shown = desk.done("show", order.id)
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "[bold]odd[/bold]" in shown


@pytest.mark.parametrize("command", [("show",), ("cancel", "--reason", "r", "--yes")])
def test_an_id_that_nobody_has_is_refused_with_what_to_do(desk: Desk, command: tuple[str, ...]) -> None:
    assert "`find` searches" in desk.refused(*command, "or-nobody")

"""Answers that differ from the books, and books that differ from what was asked for."""

from typing import Any

import pytest

from tests.integration.sandbox.harness import CHANNEL_KEY, STORE_ID, Sandbox, new_payment_id

READINGS = [
    ("other_amount", ("amount", "total"), 51_000),
    ("other_amount", ("amount", "paid"), 51_000),
    ("other_channel_type", ("channel", "type"), "LIVE"),
    ("other_channel", ("channel", "key"), "channel-key-of-somebody-else"),
    ("other_store", ("storeId",), "store-of-somebody-else"),
    ("other_payment", ("id",), "payment0of0somebody0else"),
    ("other_order", ("customData",), '{"orderId":"order-of-somebody-else"}'),
    ("no_custom_data", ("customData",), None),
    ("foreign_currency", ("currency",), "USD"),
    ("new_method", ("method", "type"), "PaymentMethodHologram"),
    ("mobile_method", ("method", "type"), "PaymentMethodMobile"),
    ("new_status", ("status",), "HOLOGRAM_PENDING"),
    ("nulls", ("customer", "phoneNumber"), None),
]


def at(payment: dict[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = payment
    for name in path:
        value = value.get(name)
    return value


@pytest.mark.parametrize(("action", "path", "expected"), READINGS)
def test_an_answer_differs_and_the_books_stay(
    sandbox: Sandbox, action: str, path: tuple[str, ...], expected: Any
) -> None:
    payment_id = sandbox.paid()
    right = sandbox.read(payment_id)
    assert at(right, path) != expected
    sandbox.fault("payment.get", action, count=1)
    sandbox.fault("payment.list", action, count=1)
    assert at(sandbox.read(payment_id), path) == expected
    [listed] = sandbox.portone.get("/payments").raise_for_status().json()["items"]
    assert at(listed, path) == expected
    assert sandbox.read(payment_id) == right


def test_the_sum_to_tell_can_be_chosen(sandbox: Sandbox) -> None:
    payment_id = sandbox.paid()
    sandbox.fault("payment.get", "other_amount", won=30_000)
    assert sandbox.read(payment_id)["amount"]["total"] == 30_000
    assert sandbox.raw(payment_id)["charged_won"] == 50_000


def test_nulls_stand_in_optional_fields_only(sandbox: Sandbox) -> None:
    payment_id = sandbox.paid()
    sandbox.fault("payment.get", "nulls", count=1)
    read = sandbox.read(payment_id)
    assert read["receiptUrl"] is None
    assert (read["status"], read["amount"]["total"], read["currency"]) == ("PAID", 50_000, "KRW")
    assert (read["storeId"], read["channel"]["key"]) == (STORE_ID, CHANNEL_KEY)


def test_a_payment_that_does_not_exist_is_not_read_otherwise(sandbox: Sandbox) -> None:
    sandbox.fault("payment.get", "other_amount")
    assert sandbox.portone.get(f"/payments/{new_payment_id()}").status_code == 404


def test_a_window_opened_for_another_sum_is_another_sum_in_the_books(sandbox: Sandbox) -> None:
    """What is confirmed with the right sum is refused then; without one, the other sum is charged."""
    sandbox.fault("payment.window", "charge_other_amount", won=70_000, count=1)
    result = sandbox.authorise(new_payment_id())
    refused = sandbox.confirm(result, totalAmount=50_000)
    assert (refused.status_code, refused.json()["type"]) == (409, "INFORMATION_MISMATCH")
    assert sandbox.confirm(result).status_code == 200
    assert sandbox.raw(result["paymentId"])["charged_won"] == 70_000
    assert sandbox.read(result["paymentId"])["amount"]["total"] == 70_000


def test_another_sum_than_the_confirmed_one_is_charged(sandbox: Sandbox) -> None:
    sandbox.fault("payment.confirm", "charge_other_amount", won=45_000, count=1)
    result = sandbox.authorise(new_payment_id())
    assert sandbox.confirm(result, totalAmount=50_000).status_code == 200
    assert sandbox.raw(result["paymentId"])["charged_won"] == 45_000
    assert sandbox.read(result["paymentId"])["amount"]["total"] == 45_000


def test_a_channel_without_manual_approval_charges_when_the_card_is_sent(sandbox: Sandbox) -> None:
    sandbox.fault("payment.card", "charge_at_once", count=2)
    result = sandbox.authorise(payment_id := new_payment_id())
    assert "paymentToken" not in result
    assert "code" not in result
    assert sandbox.read(payment_id)["status"] == "PAID"
    assert sandbox.raw(payment_id)["charges"] == 1
    declined = sandbox.send_card(sandbox.open_payment(new_payment_id())["path"], "4000 0000 0000 9995")
    assert declined["pgCode"] == "NOT_ENOUGH_BALANCE"
    assert sandbox.raw(declined["paymentId"])["charges"] == 0

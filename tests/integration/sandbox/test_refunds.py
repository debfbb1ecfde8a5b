"""Refunds that the acquirer settles later, fails, or refuses."""

import pytest

from tests.integration.sandbox.harness import Receiver, Sandbox, wait_until


def test_a_refund_is_asked_for_first_and_carried_out_later(sandbox: Sandbox, receiver: Receiver) -> None:
    payment_id = sandbox.paid(noticeUrls=[receiver.url])
    sandbox.fault("payment.cancel", "refund_later", ms=600_000, count=1)
    asked = sandbox.cancel(payment_id).json()["cancellation"]
    assert (asked["status"], asked["totalAmount"]) == ("REQUESTED", 50_000)
    read = sandbox.read(payment_id)
    assert (read["status"], read["amount"]["cancelled"]) == ("PAID", 0)
    assert read["cancellations"] == [asked]
    assert sandbox.raw(payment_id)["refunds"] == 0
    sandbox.settle_refund(payment_id)
    read = sandbox.read(payment_id)
    assert (read["status"], read["amount"]["cancelled"]) == ("CANCELLED", 50_000)
    assert [c["status"] for c in read["cancellations"]] == ["SUCCEEDED"]
    assert sandbox.raw(payment_id)["refunded_won"] == 50_000
    wait_until(lambda: {"Transaction.CancelPending", "Transaction.Cancelled"} <= set(receiver.types()))


def test_a_refund_is_settled_by_itself_when_its_time_has_come(sandbox: Sandbox) -> None:
    payment_id = sandbox.paid()
    sandbox.fault("payment.cancel", "refund_later", ms=30, count=1)
    assert sandbox.cancel(payment_id).json()["cancellation"]["status"] == "REQUESTED"
    wait_until(lambda: sandbox.read(payment_id)["status"] == "CANCELLED")
    assert sandbox.raw(payment_id)["refunds"] == 1


def test_a_refund_fails_later_and_can_be_asked_for_again(sandbox: Sandbox) -> None:
    payment_id = sandbox.paid()
    sandbox.fault("payment.cancel", "refund_fails_later", count=1)
    sandbox.cancel(payment_id, currentCancellableAmount=50_000)
    wait_until(lambda: sandbox.read(payment_id)["cancellations"][0]["status"] == "FAILED")
    read = sandbox.read(payment_id)
    assert (read["status"], read["amount"]["cancelled"]) == ("PAID", 0)
    assert sandbox.raw(payment_id)["refunds"] == 0
    assert sandbox.cancel(payment_id, currentCancellableAmount=50_000).status_code == 200
    read = sandbox.read(payment_id)
    assert [c["status"] for c in read["cancellations"]] == ["FAILED", "SUCCEEDED"]
    assert read["status"] == "CANCELLED"


@pytest.mark.parametrize(
    ("more", "type_"),
    [
        ({"currentCancellableAmount": 50_000}, "CANCELLABLE_AMOUNT_CONSISTENCY_BROKEN"),
        ({}, "CANCEL_AMOUNT_EXCEEDS_CANCELLABLE_AMOUNT"),
        ({"amount": 1}, "CANCEL_AMOUNT_EXCEEDS_CANCELLABLE_AMOUNT"),
    ],
)
def test_what_is_being_refunded_cannot_be_asked_for_again(
    sandbox: Sandbox, more: dict[str, int], type_: str
) -> None:
    payment_id = sandbox.paid()
    sandbox.fault("payment.cancel", "refund_later", ms=600_000, count=1)
    sandbox.cancel(payment_id)
    again = sandbox.cancel(payment_id, **more)
    assert (again.status_code, again.json()["type"]) == (409, type_)
    sandbox.settle_refund(payment_id)
    assert sandbox.raw(payment_id)["refunded_won"] == 50_000


def test_a_part_can_be_refunded_later(sandbox: Sandbox) -> None:
    payment_id = sandbox.paid()
    sandbox.fault("payment.cancel", "refund_later", count=1)
    sandbox.cancel(payment_id, amount=20_000)
    wait_until(lambda: sandbox.read(payment_id)["status"] == "PARTIAL_CANCELLED")
    assert sandbox.read(payment_id)["amount"]["cancelled"] == 20_000


def test_a_refund_that_the_payment_company_refuses_changes_nothing(sandbox: Sandbox) -> None:
    payment_id = sandbox.paid()
    sandbox.fault("payment.cancel", "pg_refuse", count=1)
    refused = sandbox.cancel(payment_id)
    assert (refused.status_code, refused.json()["type"]) == (502, "PG_PROVIDER")
    assert refused.json()["pgCode"]
    assert "cancellations" not in sandbox.read(payment_id)
    assert sandbox.cancel(payment_id).status_code == 200


def test_only_a_refund_under_way_can_be_settled(sandbox: Sandbox) -> None:
    path = f"/_sandbox/payments/{sandbox.paid()}/refund"
    assert sandbox.public.post(path, json={"outcome": "SUCCEEDED"}).status_code == 404
    assert sandbox.public.post(path, json={"outcome": "MAYBE"}).status_code == 422

"""Webhooks that come twice, late, early, in another order, from somebody else, or not at all."""

import json
import time
from typing import Any

import pytest
from portone_server_sdk import webhook

from tests.integration.sandbox.harness import (
    WEBHOOK_SECRET,
    Receiver,
    Sandbox,
    free_port,
    new_payment_id,
    wait_until,
)


def ids(receiver: Receiver) -> list[str]:
    return [headers["webhook-id"] for headers, _ in list(receiver.received)]


def verdicts(receiver: Receiver) -> list[str]:
    """What the official client says of each webhook that came: "good" or its reason."""
    return [verdict(headers, body) for headers, body in list(receiver.received)]


def verdict(headers: dict[str, str], body: str) -> str:
    try:
        webhook.verify(WEBHOOK_SECRET, body, headers)
    except webhook.WebhookVerificationError as error:
        return str(error.reason)
    return "good"


def test_a_duplicate_has_the_same_id(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.fault("webhook", "duplicate", count=1)
    sandbox.open_payment(new_payment_id(), noticeUrls=[receiver.url])
    wait_until(lambda: len(receiver.received) == 2)
    assert len(set(ids(receiver))) == 1
    assert receiver.received[0][1] == receiver.received[1][1]
    assert verdicts(receiver) == ["good", "good"]


def test_the_same_notice_may_come_under_a_new_id(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.fault("webhook.ready", "duplicate_new_id", count=1)
    sandbox.open_payment(new_payment_id(), noticeUrls=[receiver.url])
    wait_until(lambda: len(receiver.received) == 2)
    assert len(set(ids(receiver))) == 2
    assert receiver.received[0][1] == receiver.received[1][1]


def test_paid_comes_before_what_came_before_it(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.fault("webhook.ready", "out_of_order", count=1)
    sandbox.fault("webhook.pay_pending", "out_of_order", count=1)
    sandbox.paid(noticeUrls=[receiver.url])
    wait_until(lambda: len(receiver.received) == 3)
    assert receiver.types()[0] == "Transaction.Paid"
    assert sorted(receiver.types()[1:]) == ["Transaction.PayPending", "Transaction.Ready"]


def test_a_held_notice_comes_after_all_when_no_other_follows(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.fault("webhook.ready", "out_of_order", ms=50)
    sandbox.open_payment(new_payment_id(), noticeUrls=[receiver.url])
    wait_until(lambda: receiver.types() == ["Transaction.Ready"])


def test_a_webhook_comes_before_the_answer_of_its_cause(sandbox: Sandbox, receiver: Receiver) -> None:
    """Ready before the window opens, PayPending before the redirect, Paid before the confirmation's answer."""
    sandbox.fault("webhook", "before_answer")
    window = sandbox.open_payment(new_payment_id(), noticeUrls=[receiver.url])
    assert receiver.types() == ["Transaction.Ready"]
    result = sandbox.send_card(window["path"])
    assert receiver.types()[1:] == ["Transaction.PayPending"]
    sandbox.confirm(result)
    assert receiver.types()[2:] == ["Transaction.Paid"]


def test_a_webhook_is_lost(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.fault("webhook.pay_pending", "lose")
    sandbox.paid(noticeUrls=[receiver.url])
    wait_until(lambda: "Transaction.Paid" in receiver.types())
    assert "Transaction.PayPending" not in receiver.types()


def test_a_webhook_is_late(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.fault("webhook.ready", "delay", ms=400)
    asked = time.monotonic()
    sandbox.open_payment(new_payment_id(), noticeUrls=[receiver.url])
    wait_until(lambda: receiver.types() == ["Transaction.Ready"])
    assert time.monotonic() - asked >= 0.4


@pytest.mark.parametrize(
    ("action", "bad"),
    [
        ("forge", "NO_MATCHING_SIGNATURE"),
        ("forge_payment", "NO_MATCHING_SIGNATURE"),
        ("replay", "TIMESTAMP_TOO_OLD"),
    ],
)
def test_a_false_webhook_comes_beside_the_right_one(
    sandbox: Sandbox, receiver: Receiver, action: str, bad: str
) -> None:
    receiver.answers[:] = [401, 401]
    sandbox.fault("webhook.ready", action, count=1)
    sandbox.open_payment(payment_id := new_payment_id(), noticeUrls=[receiver.url])
    # The right one was refused like the other, and only that one comes again.
    wait_until(lambda: len(receiver.received) == 3)
    assert sorted(verdicts(receiver)) == sorted([bad, "good", "good"])
    assert verdicts(receiver)[2] == "good"
    named = {
        verdict(headers, body): json.loads(body)["data"]["paymentId"] for headers, body in receiver.received
    }
    assert named["good"] == payment_id
    assert (named[bad] == payment_id) is (action != "forge_payment")


def test_one_certain_webhook_can_be_sent_now(sandbox: Sandbox, receiver: Receiver) -> None:
    payment_id = sandbox.paid()
    receiver.answers[:] = [202]
    [made] = sandbox.send_webhook(payment_id, url=receiver.url)
    assert made["status"] == 202
    [(headers, body)] = receiver.received
    assert body == made["body"]
    assert headers["webhook-id"] == made["headers"]["webhook-id"]
    assert isinstance(webhook.verify(WEBHOOK_SECRET, body, headers), webhook.WebhookTransactionPaid)
    assert json.loads(body)["data"]["transactionId"] == sandbox.read(payment_id)["transactionId"]


def test_a_webhook_can_be_signed_without_being_sent(sandbox: Sandbox) -> None:
    payment_id = new_payment_id()
    expected: dict[str, list[str]] = {
        "none": ["good"],
        "duplicate": ["good", "good"],
        "duplicate_new_id": ["good", "good"],
        "replay": ["good", "TIMESTAMP_TOO_OLD"],
        "forge": ["NO_MATCHING_SIGNATURE", "good"],
        "forge_payment": ["NO_MATCHING_SIGNATURE", "good"],
    }
    for action, said in expected.items():
        made = sandbox.send_webhook(payment_id, type="Transaction.Cancelled", action=action, deliver=False)
        assert [verdict(one["headers"], one["body"]) for one in made] == said
        assert all(one["status"] is None for one in made)


def test_a_webhook_that_nobody_takes_has_no_status(sandbox: Sandbox) -> None:
    [made] = sandbox.send_webhook(new_payment_id(), url=f"http://127.0.0.1:{free_port()}/")
    assert made["status"] is None


@pytest.mark.parametrize(
    "bad",
    [
        {"payment_id": "pp123456"},
        {"payment_id": 1},
        {"payment_id": "pp123456", "deliver": False, "action": "lose"},
        {"payment_id": "pp123456", "deliver": False, "kind": "webhook"},
    ],
)
def test_a_webhook_that_cannot_be_sent_is_refused(sandbox: Sandbox, bad: dict[str, Any]) -> None:
    assert sandbox.public.post("/_sandbox/webhooks", json=bad).status_code == 422

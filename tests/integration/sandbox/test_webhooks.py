"""Notices are signed the way the official client checks, and are tried again."""

import json

from portone_server_sdk import webhook

from tests.integration.sandbox.harness import WEBHOOK_SECRET, Receiver, Sandbox, new_payment_id, wait_until

NOTICES = (
    webhook.WebhookTransactionReady,
    webhook.WebhookTransactionPayPending,
    webhook.WebhookTransactionPaid,
    webhook.WebhookTransactionCancelledCancelled,
)


def test_each_change_of_a_payment_is_told_once_and_verifies(sandbox: Sandbox, receiver: Receiver) -> None:
    payment_id = sandbox.paid(noticeUrls=[receiver.url])
    sandbox.portone.post(f"/payments/{payment_id}/cancel", json={"reason": "고객 요청"})
    wait_until(lambda: len(receiver.received) == 4)
    assert sorted(receiver.types()) == [
        "Transaction.Cancelled",
        "Transaction.Paid",
        "Transaction.PayPending",
        "Transaction.Ready",
    ]
    for headers, body in receiver.received:
        verified = webhook.verify(WEBHOOK_SECRET, body, headers)
        assert isinstance(verified, NOTICES)
        assert verified.data.payment_id == payment_id
        assert set(json.loads(body)["data"]) <= {"paymentId", "storeId", "transactionId", "cancellationId"}
    assert len({headers["webhook-id"] for headers, _ in receiver.received}) == 4


def test_a_declined_card_is_told_as_failed(sandbox: Sandbox, receiver: Receiver) -> None:
    window = sandbox.open_payment(new_payment_id(), noticeUrls=[receiver.url])
    sandbox.send_card(window["path"], "4000000000000002")
    wait_until(lambda: "Transaction.Failed" in receiver.types())


def test_a_refused_notice_comes_again_with_the_same_id(sandbox: Sandbox, receiver: Receiver) -> None:
    receiver.answers[:] = [500, 503]
    sandbox.open_payment(new_payment_id(), noticeUrls=[receiver.url])
    wait_until(lambda: len(receiver.received) == 3)
    assert len({headers["webhook-id"] for headers, _ in receiver.received}) == 1


def test_a_shop_may_ask_not_to_be_told(sandbox: Sandbox, receiver: Receiver) -> None:
    result = sandbox.authorise(new_payment_id(), noticeUrls=[receiver.url])
    sandbox.confirm(result, skipWebhook=True)
    sandbox.portone.post(f"/payments/{result['paymentId']}/cancel", json={"reason": "x"})
    wait_until(lambda: "Transaction.Cancelled" in receiver.types())
    assert "Transaction.Paid" not in receiver.types()

"""Every webhook verifies and reads with the official SDK, and with a second, independent implementation."""

import dataclasses
import json
import re
from typing import Any

import pytest
import standardwebhooks
from portone_server_sdk import webhook

from sandbox.faults.kinds import WEBHOOKS
from tests.integration.sandbox.harness import (
    WEBHOOK_SECRET,
    Receiver,
    Sandbox,
    new_payment_id,
    wait_until,
)

CLASSES: dict[str, Any] = {
    "Transaction.Ready": webhook.WebhookTransactionReady,
    "Transaction.PayPending": webhook.WebhookTransactionPayPending,
    "Transaction.Paid": webhook.WebhookTransactionPaid,
    "Transaction.Failed": webhook.WebhookTransactionFailed,
    "Transaction.CancelPending": webhook.WebhookTransactionCancelledCancelPending,
    "Transaction.PartialCancelled": webhook.WebhookTransactionCancelledPartialCancelled,
    "Transaction.Cancelled": webhook.WebhookTransactionCancelledCancelled,
}


def camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name)


def as_sent(notice: Any) -> dict[str, Any]:
    """What the SDK read, under the names of the wire."""
    return {
        camel(name): value for name, value in dataclasses.asdict(notice.data).items() if value is not None
    }


@pytest.fixture
def all_types(sandbox: Sandbox, receiver: Receiver) -> Receiver:
    """A receiver that got every type of webhook."""
    first = sandbox.open_payment(payment_id := new_payment_id(), noticeUrls=[receiver.url])
    sandbox.send_card(first["path"], action="cancel")
    sandbox.confirm(sandbox.authorise(payment_id, noticeUrls=[receiver.url]))
    sandbox.fault("payment.cancel", "refund_later", ms=600_000, count=1)
    sandbox.cancel(payment_id, amount=20_000)
    sandbox.settle_refund(payment_id)
    sandbox.cancel(payment_id)
    wait_until(lambda: set(receiver.types()) == set(WEBHOOKS.values()))
    return receiver


def test_both_implementations_take_every_type(all_types: Receiver) -> None:
    assert set(CLASSES) == set(WEBHOOKS.values())
    second = standardwebhooks.Webhook(WEBHOOK_SECRET)
    for headers, body in all_types.received:
        sent = json.loads(body)
        notice: Any = webhook.verify(WEBHOOK_SECRET, body, headers)
        assert type(notice) is CLASSES[sent["type"]]
        assert as_sent(notice) == sent["data"]
        assert sent == {"type": sent["type"], "timestamp": notice.timestamp, "data": sent["data"]}
        assert second.verify(body, headers) == sent


@pytest.mark.parametrize(
    ("action", "good"),
    [
        ("none", [True]),
        ("duplicate", [True, True]),
        ("duplicate_new_id", [True, True]),
        ("forge", [False, True]),
        ("forge_payment", [False, True]),
        ("replay", [True, False]),
    ],
)
def test_both_implementations_refuse_what_is_forged_or_old(
    sandbox: Sandbox, action: str, good: list[bool]
) -> None:
    made = sandbox.send_webhook(new_payment_id(), action=action, deliver=False)
    second = standardwebhooks.Webhook(WEBHOOK_SECRET)
    assert len(made) == len(good)
    for one, is_good in zip(made, good, strict=True):
        if is_good:
            webhook.verify(WEBHOOK_SECRET, one["body"], one["headers"])
            second.verify(one["body"], one["headers"])
        else:
            with pytest.raises(webhook.WebhookVerificationError):
                webhook.verify(WEBHOOK_SECRET, one["body"], one["headers"])
            with pytest.raises(standardwebhooks.WebhookVerificationError):
                second.verify(one["body"], one["headers"])


def test_a_changed_body_is_refused_by_both(sandbox: Sandbox) -> None:
    [made] = sandbox.send_webhook(new_payment_id(), deliver=False)
    changed = made["body"].replace("Paid", "Ready")
    assert changed != made["body"]
    with pytest.raises(webhook.WebhookVerificationError):
        webhook.verify(WEBHOOK_SECRET, changed, made["headers"])
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(WEBHOOK_SECRET).verify(changed, made["headers"])

"""PortOne's webhooks: only signed and fresh ones are taken, and only as hints."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import uuid
from typing import Any

import httpx
import pytest

from prepayment.orders import State
from tests.integration.sandbox.harness import WEBHOOK_SECRET
from tests.integration.web.stack import Stack
from tests.support.buyer import Buyer


def send(
    stack: Stack, body: Any, *, secret: str = WEBHOOK_SECRET, age_seconds: int = 0, webhook_id: str = ""
) -> httpx.Response:
    """Send a webhook as Standard Webhooks sign it."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    stamp, name = str(int(time.time()) - age_seconds), webhook_id or f"wh_{uuid.uuid4().hex}"
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signature = base64.b64encode(hmac.digest(key, f"{name}.{stamp}.".encode() + raw, hashlib.sha256)).decode()
    headers = {
        "webhook-id": name,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{signature}",
        "content-type": "application/json",
    }
    return stack.http.post("/webhooks/portone", content=raw, headers=headers)


def paid(payment_id: str) -> dict[str, Any]:
    """The body of a notice that something was paid."""
    data = {"paymentId": payment_id, "storeId": "store-test", "transactionId": "tx-1"}
    return {"type": "Transaction.Paid", "timestamp": "2026-11-22T00:00:00Z", "data": data}


def test_a_signed_webhook_is_taken_and_a_repeated_one_too(stack: Stack) -> None:
    order = stack.open_order()
    for _ in range(2):
        assert send(stack, paid(order.payment_id), webhook_id="wh_once").status_code == 200
    with stack.app.database() as unit:
        assert unit.orders.webhook_seen("wh_once")


def test_a_webhook_that_claims_a_payment_pays_nothing(stack: Stack) -> None:
    """It is only a reason to look, and PortOne knows of no payment."""
    order = stack.open_order()
    assert send(stack, paid(order.payment_id)).status_code == 200
    assert stack.order(order).state is State.QUOTED


def test_a_forged_webhook_is_refused(stack: Stack) -> None:
    forged = "whsec_" + base64.b64encode(b"some-other-key-of-somebody-else!").decode()
    assert send(stack, paid("pp123456"), secret=forged, webhook_id="wh_forged").status_code == 400
    with stack.app.database() as unit:
        assert not unit.orders.webhook_seen("wh_forged")


@pytest.mark.parametrize("age_seconds", [3600, -3600])
def test_an_old_or_future_webhook_is_refused(stack: Stack, age_seconds: int) -> None:
    assert send(stack, paid("pp123456"), age_seconds=age_seconds).status_code == 400


def test_an_unsigned_webhook_is_refused(stack: Stack) -> None:
    assert stack.http.post("/webhooks/portone", json=paid("pp123456")).status_code == 400


@pytest.mark.parametrize("body", [b"", b"not json", b"\xff\xfe", b"[]"])
def test_a_webhook_that_is_none_is_refused(stack: Stack, body: bytes) -> None:
    assert send(stack, body).status_code == 400


def test_a_kind_that_we_do_not_use_is_taken(stack: Stack) -> None:
    """PortOne adds kinds without notice and wants 200 for them."""
    assert send(stack, {"type": "BillingKey.Issued", "data": {"billingKey": "x"}}).status_code == 200


def test_a_webhook_about_a_payment_that_is_not_ours_is_taken(stack: Stack) -> None:
    assert send(stack, paid("pp00000000")).status_code == 200


def test_a_webhook_that_is_too_long_is_refused(stack: Stack) -> None:
    assert send(stack, b'{"type": "' + b"x" * 70_000 + b'"}').status_code == 413


def test_while_portone_cannot_be_read_the_sender_is_asked_to_try_again(stack: Stack, buyer: Buyer) -> None:
    order = stack.open_order()
    buyer.verify(order)
    buyer.parameters(order, "payment")
    stack.sandbox.fault("payment.get", "html_500")
    assert send(stack, paid(order.payment_id), webhook_id="wh_again").status_code == 503
    stack.sandbox.control("DELETE", "faults")
    assert send(stack, paid(order.payment_id), webhook_id="wh_again").status_code == 200

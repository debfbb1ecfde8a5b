"""Only PortOne's own messages are believed, whichever of our two secrets signed them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

import pytest

from prepayment.adapters.portone import PortOneGateway
from prepayment.adapters.portone.webhooks import WebhookVerifier
from prepayment.errors import Misconfigured, Refused
from prepayment.ports import WebhookNotice
from tests.integration.adapters.building import assert_tells_nothing_personal, make_order
from tests.integration.sandbox.harness import Receiver, Sandbox, wait_until

OLD_KEY, NEW_KEY = b"old-key-of-thirty-two-characters", b"new-key-of-thirty-two-characters"
OLD, NEW = (f"whsec_{base64.b64encode(key).decode()}" for key in (OLD_KEY, NEW_KEY))
PAID = {
    "type": "Transaction.Paid",
    "timestamp": "2026-11-22T03:00:00Z",
    "data": {"paymentId": "pp1", "storeId": "store-test", "transactionId": "tx1"},
}


def signed(body: str, *, key: bytes = OLD_KEY, age_seconds: int = 0) -> dict[str, str]:
    """The headers of a message."""
    timestamp = str(int(time.time()) - age_seconds)
    digest = hmac.new(key, f"wh_1.{timestamp}.{body}".encode(), hashlib.sha256).digest()
    return {
        "Webhook-Id": "wh_1",
        "Webhook-Timestamp": timestamp,
        "Webhook-Signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def refusal(body: str, headers: Mapping[str, str], *secrets: str) -> str:
    with pytest.raises(Refused) as raised:
        WebhookVerifier(secrets or (OLD, NEW)).verify(body, headers)
    assert_tells_nothing_personal(raised.value)
    return raised.value.reason


@pytest.mark.parametrize("key", [OLD_KEY, NEW_KEY])
def test_either_secret_verifies(key: bytes) -> None:
    body = json.dumps(PAID)
    notice = WebhookVerifier([OLD, NEW]).verify(body, signed(body, key=key))
    assert notice == WebhookNotice(id="wh_1", type="Transaction.Paid", payment_id="pp1")


@pytest.mark.parametrize(
    ("message", "payment_id"),
    [
        (PAID | {"type": "Transaction.Teleported"}, "pp1"),
        (PAID | {"type": "BillingKey.Issued"}, None),
        (PAID | {"type": None}, None),
        (PAID | {"data": None}, None),
        (PAID | {"data": {"paymentId": 5}}, None),
        ({}, None),
    ],
)
def test_kinds_that_we_do_not_know_are_notices_all_the_same(
    message: dict[str, Any], payment_id: str | None
) -> None:
    body = json.dumps(message)
    notice = WebhookVerifier([OLD]).verify(body, signed(body))
    assert (notice.id, notice.payment_id) == ("wh_1", payment_id)
    assert notice.type == (message.get("type") or "")


def test_a_forged_signature_is_refused() -> None:
    body = json.dumps(PAID)
    assert refusal(body, signed(body, key=b"a stranger's key")) == "webhook_no_matching_signature"


def test_a_changed_body_is_refused() -> None:
    body = json.dumps(PAID)
    assert refusal(body.replace("pp1", "pp2"), signed(body)) == "webhook_no_matching_signature"


def test_the_same_json_in_other_bytes_is_refused() -> None:
    body = json.dumps(PAID)
    mangled = json.dumps(PAID, separators=(",", ":"))
    assert refusal(mangled, signed(body)) == "webhook_no_matching_signature"


def test_old_and_future_messages_are_refused() -> None:
    body = json.dumps(PAID)
    assert refusal(body, signed(body, age_seconds=301)) == "webhook_timestamp_too_old"
    assert refusal(body, signed(body, age_seconds=-330)) == "webhook_timestamp_too_new"


@pytest.mark.parametrize("missing", ["Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"])
def test_a_message_without_a_header_is_refused(missing: str) -> None:
    body = json.dumps(PAID)
    headers = {name: value for name, value in signed(body).items() if name != missing}
    assert refusal(body, headers) == "webhook_missing_required_headers"


@pytest.mark.parametrize(
    "changes",
    [
        {"Webhook-Timestamp": "9" * 5_000},
        {"Webhook-Timestamp": "yesterday"},
        {"Webhook-Signature": "v1,é" * 50},
        {"Webhook-Signature": "v1,\udcff"},
        {"Webhook-Signature": "v2,AAAA v1"},
        {"Webhook-Signature": ""},
        {"Webhook-Id": "\udcff"},
    ],
)
def test_nonsense_in_a_header_is_refused(changes: dict[str, str]) -> None:
    body = json.dumps(PAID)
    assert refusal(body, signed(body) | changes).startswith("webhook_")


@pytest.mark.parametrize("body", ["not json", "[]", "null", "5", "[" * 100_000])
def test_a_signed_message_that_is_no_object_is_refused(body: str) -> None:
    assert refusal(body, signed(body)) == "webhook_malformed"


def test_text_that_no_bytes_can_be_is_refused() -> None:
    assert refusal("\udcff", signed("x")) == "webhook_malformed"


def test_no_secret_at_all_refuses_everything() -> None:
    body = json.dumps(PAID)
    with pytest.raises(Refused):
        WebhookVerifier([]).verify(body, signed(body))


def test_a_secret_that_is_none_is_ours_to_mend_unless_another_fits() -> None:
    body = json.dumps(PAID)
    assert WebhookVerifier(["whsec_", OLD]).verify(body, signed(body)).payment_id == "pp1"
    with pytest.raises(Misconfigured):
        WebhookVerifier(["whsec_", NEW]).verify(body, signed(body))


def test_what_the_sandbox_sends_verifies(
    sandbox: Sandbox, gateway: PortOneGateway, receiver: Receiver
) -> None:
    order = make_order()
    window = gateway.payment_window(order, return_url="http://localhost:8000/pay/x", notice_url=receiver.url)
    sandbox.public.post("/v2/browser/payments", json=dict(window)).raise_for_status()
    wait_until(lambda: receiver.received)
    headers, body = receiver.received[0]
    notice = gateway.verify_webhook(body, headers)
    assert (notice.type, notice.payment_id) == ("Transaction.Ready", order.payment_id)
    assert notice.id == headers["webhook-id"]

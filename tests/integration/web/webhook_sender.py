"""Webhooks as an independent implementation of Standard Webhooks signs them."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import sqlalchemy as sa
from standardwebhooks import Webhook
from standardwebhooks.webhooks import hmac_data

from prepayment.adapters.sql.tables import webhooks
from tests.integration.sandbox.harness import WEBHOOK_SECRET
from tests.integration.web.stack import Stack

STRANGER_SECRET = "whsec_" + base64.b64encode(b"some-other-key-of-somebody-else!").decode()


def paid(payment_id: str, **more: Any) -> dict[str, Any]:
    """The body of a notice that something was paid."""
    data = {"paymentId": payment_id, "storeId": "store-test", "transactionId": "tx-1", **more}
    return {"type": "Transaction.Paid", "timestamp": "2026-11-22T00:00:00Z", "data": data}


def signature(body: str | bytes, webhook_id: str, at: datetime, secret: str = WEBHOOK_SECRET) -> str:
    """The signature of a body; of bytes that are no text, too, which the signer itself does not take."""
    if isinstance(body, str):
        return Webhook(secret).sign(webhook_id, at, body)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac_data(key, f"{webhook_id}.{int(at.timestamp())}.".encode() + body)
    return f"v1,{base64.b64encode(digest).decode()}"


def headers_of(
    body: str | bytes, *, secret: str = WEBHOOK_SECRET, age_seconds: int = 0, webhook_id: str = ""
) -> dict[str, str]:
    """The headers of a signed message."""
    at, name = datetime.now(UTC) - timedelta(seconds=age_seconds), webhook_id or f"wh_{uuid.uuid4().hex}"
    return {
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature(body, name, at, secret),
        "content-type": "application/json",
    }


def send(stack: Stack, body: Any, **how: Any) -> httpx.Response:
    """Send a signed webhook; ``body`` is JSON-able, or bytes as they are."""
    raw = body if isinstance(body, str | bytes) else json.dumps(body)
    return post(stack, raw, headers_of(raw, **how))


def post(
    stack: Stack, body: str | bytes, headers: dict[str, str] | Sequence[tuple[bytes, bytes]]
) -> httpx.Response:
    """Send bytes and headers as they are."""
    content = body.encode() if isinstance(body, str) else body
    return stack.http.post("/webhooks/portone", content=content, headers=headers)


def kept(stack: Stack) -> list[str]:
    """The ids of the webhooks that were taken."""
    with stack.app.database.engine.connect() as connection:
        return list(connection.execute(sa.select(webhooks.c.id)).scalars())

"""A payment as the gateway's REST API writes it."""

import json
from datetime import datetime
from typing import Any

from sandbox.clock import rfc3339_utc
from sandbox.database import Row
from sandbox.practice_cards import PRACTICE_CARDS, PracticeCard
from sandbox.settings import Settings

MERCHANT_ID = "merchant-sandbox"


def _time(stored: str) -> str:
    return rfc3339_utc(datetime.fromisoformat(stored))


def channel_json(key: str, name: str) -> dict[str, str]:
    """A test channel; `key` is what the shop's page asked for."""
    return {
        "type": "TEST",
        "id": f"channel-id-{name}",
        "key": key,
        "name": name,
        "pgProvider": "KCP_V2",
        "pgMerchantId": "SANDBOX",
    }


def payment_json(attempt: Row, cancellations: list[Row], settings: Settings) -> dict[str, Any]:
    """The Payment object for `attempt`; every status carries exactly the fields that it has for real."""
    status: str = attempt["status"]
    succeeded = status in ("PAID", "PARTIAL_CANCELLED", "CANCELLED")
    total: int = attempt["total_amount"]
    cancelled = sum(c["amount"] for c in cancellations if c["status"] == "SUCCEEDED")
    supply = round(total / 1.1)
    body: dict[str, Any] = {
        "status": status,
        "id": attempt["payment_id"],
        "transactionId": attempt["tx_id"],
        "merchantId": MERCHANT_ID,
        "storeId": settings.store_id,
        "channel": channel_json(settings.channel_key, "sandbox-card"),
        "version": "V2",
        "requestedAt": _time(attempt["requested_at"]),
        "updatedAt": _time(attempt["status_changed_at"]),
        "statusChangedAt": _time(attempt["status_changed_at"]),
        "orderName": attempt["order_name"],
        "amount": {
            "total": total,
            "taxFree": 0,
            "vat": total - supply,
            "supply": supply,
            "discount": 0,
            "paid": total if succeeded else 0,
            "cancelled": cancelled,
            "cancelledTaxFree": 0,
        },
        "currency": attempt["currency"],
        "customer": json.loads(attempt["customer"]),
        "origin": json.loads(attempt["origin"]),
    }
    if attempt["custom_data"] is not None:
        body["customData"] = attempt["custom_data"]
    if attempt["practice_card"] is not None:
        body["method"] = _method_json(PRACTICE_CARDS[attempt["practice_card"]], attempt["tx_id"], succeeded)
    if succeeded:
        body |= {"paidAt": _time(attempt["paid_at"]), "pgTxId": attempt["pg_tx_id"]}
    if status == "PAID":
        body |= {"disputes": []}
    if cancellations:
        body["cancellations"] = [cancellation_json(cancellation) for cancellation in cancellations]
    if status in ("PARTIAL_CANCELLED", "CANCELLED"):
        body["cancelledAt"] = _time(attempt["status_changed_at"])
    if status == "FAILED":
        body["failedAt"] = _time(attempt["status_changed_at"])
        named = {"reason": "failure_reason", "pgCode": "pg_code", "pgMessage": "pg_message"}
        body["failure"] = {name: attempt[column] for name, column in named.items() if attempt[column]}
    return body


def cancellation_json(cancellation: Row) -> dict[str, Any]:
    """A cancellation: REQUESTED until the acquirer has settled it, then SUCCEEDED or FAILED."""
    amount: int = cancellation["amount"]
    body = {
        "status": cancellation["status"],
        "id": cancellation["id"],
        "totalAmount": amount,
        "taxFreeAmount": 0,
        "vatAmount": amount - round(amount / 1.1),
        "reason": cancellation["reason"],
        "requestedAt": _time(cancellation["requested_at"]),
        "trigger": "API",
    }
    if cancellation["status"] == "SUCCEEDED":
        body |= {
            "pgCancellationId": f"sandbox_{cancellation['id']}",
            "cancelledAt": _time(cancellation["settled_at"]),
        }
    return body


def confirmed_json(attempt: Row) -> dict[str, str]:
    """The answer of a confirmation."""
    return {"pgTxId": attempt["pg_tx_id"], "paidAt": _time(attempt["paid_at"])}


def _method_json(card: PracticeCard, tx_id: str, approved: bool) -> dict[str, Any]:
    method: dict[str, Any] = {
        "type": "PaymentMethodCard",
        "card": {
            "issuer": "SANDBOX_CARD",
            "brand": "LOCAL",
            "type": "CREDIT",
            "ownerType": "PERSONAL",
            "bin": card.number[:6],
            "name": card.label,
            "number": card.masked,
        },
        "installment": {"month": 0, "isInterestFree": False},
        "pointUsed": False,
    }
    if approved:
        method["approvalNumber"] = f"{int(tx_id[:8], 16) % 10**8:08d}"
    return method

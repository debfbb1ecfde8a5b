"""PortOne's JSON as readings: new values, missing fields and odd numbers give None, never an error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from prepayment.adapters.portone.identity_failures import identity_failure
from prepayment.adapters.portone.text import customer_text
from prepayment.ports import IdentityReading, PaymentReading

_MOST_WON: Final = 10**15
_DIGITS: Final = frozenset("0123456789")
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
# A status of ours: verified, but not through the channel we opened, so it proves nothing.
FOREIGN_CHANNEL: Final = "FOREIGN_CHANNEL"
# The codes with which payment companies say that the customer left the window. PortOne passes them on as they are;
# one that is not here only makes the chat say "not approved, try again" instead of saying nothing.
CUSTOMER_CLOSED: Final = frozenset({"PAY_PROCESS_CANCELED", "USER_CANCELED", "USER_CANCEL"})


def payment_reading(payment_id: str, body: Mapping[str, Any]) -> PaymentReading:
    """Return what a decision needs of a payment; ``payment_id`` stands in where the answer names none."""
    amount, channel, failure = _object(body, "amount"), _object(body, "channel"), _object(body, "failure")
    return PaymentReading(
        payment_id=_text(body, "id") or payment_id,
        status=_text(body, "status") or "",
        store_id=_text(body, "storeId"),
        total_won=_won(amount.get("total")),
        cancelled_won=_won(amount.get("cancelled")),
        currency=_text(body, "currency"),
        channel_type=_text(channel, "type"),
        channel_key=_text(channel, "key"),
        order_id=_order_id(body.get("customData")),
        method_type=_text(_object(body, "method"), "type"),
        tx_id=_text(body, "transactionId"),
        failure_message=customer_text(failure.get("pgMessage")) or customer_text(failure.get("reason")),
        closed_by_customer=_text(failure, "pgCode") in CUSTOMER_CLOSED,
        refund_status=_refund_status(body.get("cancellations")),
    )


def identity_reading(identity_id: str, body: Mapping[str, Any], channel_key: str) -> IdentityReading:
    """Return what a decision needs of an identity verification.

    The browser names the channel, so a verification that does not come from ours, e.g. from a test channel that
    verifies anybody, has the status ``FOREIGN_CHANNEL`` and no phone number.
    """
    id_ = _text(body, "id") or identity_id
    status = _text(body, "status") or ""
    order_id = _text(body, "customData")  # a string that the window was given, unlike a payment's object
    if status == "FAILED":
        failure = _object(body, "failure")
        why = (_text(failure, name) for name in ("pgCode", "pgMessage", "reason"))
        return IdentityReading(id=id_, status=status, order_id=order_id, failure=identity_failure(*why))
    if status != "VERIFIED":
        return IdentityReading(id=id_, status=status, order_id=order_id)
    if _text(_object(body, "channel"), "key") != channel_key:
        return IdentityReading(id=id_, status=FOREIGN_CHANNEL, order_id=order_id)
    phone_number = _text(_object(body, "verifiedCustomer"), "phoneNumber") or ""
    return IdentityReading(
        id=id_,
        status=status,
        phone_number="".join(character for character in phone_number if character in _DIGITS) or None,
        verified_at=_moment(body.get("verifiedAt")),
        order_id=order_id,
    )


def _object(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _text(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    return value if isinstance(value, str) else None


def _won(value: object) -> int | None:
    """A whole number of won; 50000.0 is one, true and 0.5 are none."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if type(value) is int and 0 <= value <= _MOST_WON else None


def _order_id(custom_data: object) -> str | None:
    """PortOne gives the object that the browser passed back as a JSON string."""
    if isinstance(custom_data, str):
        try:
            custom_data = json.loads(custom_data)
        except (ValueError, RecursionError):
            return None
    return _text(custom_data, "orderId") if isinstance(custom_data, dict) else None


def _refund_status(cancellations: object) -> str | None:
    """The status of the cancellation that was asked for last; of several at that moment, the last of the list."""
    if not isinstance(cancellations, list):
        return None
    entries = [entry for entry in cancellations if isinstance(entry, dict)]
    entries.sort(key=lambda entry: _moment(entry.get("requestedAt")) or _LONG_AGO)
    return _text(entries[-1], "status") if entries else None


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None

"""Ways in which the answer of a reading differs from the books: each changes the payment's JSON in place."""

from collections.abc import Callable
from typing import Any

Body = dict[str, Any]

MORE_WON = 1_000


def other_won(total_won: int, asked_won: int | None) -> int:
    """The sum that a fault puts in place of `total_won`: the one asked for, or a bit more."""
    return asked_won if asked_won is not None else total_won + MORE_WON


def _other_amount(payment: Body, won: int | None) -> None:
    amount = payment["amount"]
    was = amount["total"]
    amount["total"] = other_won(was, won)
    if amount["paid"] == was:
        amount["paid"] = amount["total"]


def _other_channel_type(payment: Body, won: int | None) -> None:
    channel = payment["channel"]
    channel["type"] = "LIVE" if channel["type"] == "TEST" else "TEST"


def _nulls(payment: Body, won: int | None) -> None:
    for name in ("receiptUrl", "cashReceipt", "country", "products", "escrow", "scheduleId", "pgTxId"):
        payment[name] = None
    payment["customer"] = dict.fromkeys(("id", "name", "email", "phoneNumber"))
    payment["origin"] = None


def _setting(*path: str, to: Any) -> Callable[[Body, int | None], None]:
    def change(payment: Body, won: int | None) -> None:
        for name in path[:-1]:
            payment = payment[name]
        payment[path[-1]] = to

    return change


READINGS: dict[str, Callable[[Body, int | None], None]] = {
    "other_amount": _other_amount,
    "other_channel_type": _other_channel_type,
    "other_channel": _setting("channel", "key", to="channel-key-of-somebody-else"),
    "other_store": _setting("storeId", to="store-of-somebody-else"),
    "other_payment": _setting("id", to="payment0of0somebody0else"),
    "other_order": _setting("customData", to='{"orderId":"order-of-somebody-else"}'),
    "no_custom_data": lambda payment, won: payment.pop("customData", None),
    "foreign_currency": _setting("currency", to="USD"),
    "new_method": _setting("method", to={"type": "PaymentMethodHologram", "hologram": {"colour": "BLUE"}}),
    "mobile_method": _setting("method", to={"type": "PaymentMethodMobile", "phoneNumber": "01000000000"}),
    "new_status": _setting("status", to="HOLOGRAM_PENDING"),
    "nulls": _nulls,
}

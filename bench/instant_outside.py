"""PortOne, the carrier and Rasa in memory: each answers at once, so that what is measured is our own work."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from prepayment.calendar import Month
from prepayment.orders import Order
from prepayment.ports import (
    Booking,
    IdentityReading,
    Line,
    PaymentPolicy,
    PaymentReading,
    Reply,
    WebhookNotice,
)
from prepayment.rules import Usage

POLICY = PaymentPolicy(store_id="store-bench", channel_key="channel-bench", channel_type="LIVE")
PHONE_NUMBER = "01000000000"
USED_WON = 300_000


@dataclass
class InstantGateway:
    """Implements ``ports.PaymentGateway``; ``approve`` and ``identify`` are what a customer does in the windows."""

    _payments: dict[str, tuple[datetime, PaymentReading]] = field(default_factory=dict)
    _identities: dict[str, IdentityReading] = field(default_factory=dict)

    def payment_window(self, order: Order, *, return_url: str, notice_url: str) -> Mapping[str, object]:
        """Return the window's parameters; from now on the payment is this order's."""
        self._change(order.payment_id, order_id=order.id)
        return {"paymentId": order.payment_id, "redirectUrl": return_url, "noticeUrls": [notice_url]}

    def identity_window(self, identity_id: str, *, order_id: str, return_url: str) -> Mapping[str, object]:
        """Return the window's parameters."""
        self._identities[identity_id] = IdentityReading(identity_id, "READY", order_id=order_id)
        return {"identityVerificationId": identity_id, "redirectUrl": return_url}

    def identify(self, identity_id: str) -> None:
        """Prove to be the holder of any line."""
        self._identities[identity_id] = replace(
            self._identities[identity_id],
            status="VERIFIED",
            phone_number=PHONE_NUMBER,
            verified_at=datetime.now(UTC),
        )

    def approve(self, payment_id: str) -> tuple[str, str]:
        """Approve a payment in its window; returns the payment token and the transaction's id."""
        tx_id = uuid.uuid4().hex
        self._change(payment_id, tx_id=tx_id)
        return f"token-{tx_id}", tx_id

    def pre_register(self, payment_id: str, amount_won: int) -> None:
        """Fix the sum."""
        self._payments[payment_id] = (
            datetime.now(UTC),
            PaymentReading(
                payment_id=payment_id,
                status="READY",
                store_id=POLICY.store_id,
                total_won=amount_won,
                cancelled_won=0,
                currency="KRW",
                channel_type=POLICY.channel_type,
                channel_key=POLICY.channel_key,
                method_type="PaymentMethodCard",
            ),
        )

    def read(self, payment_id: str) -> PaymentReading:
        """Read a payment."""
        return self._payments[payment_id][1]

    def confirm(self, payment_id: str, *, token: str, tx_id: str | None, amount_won: int, key: str) -> None:
        """Charge."""
        self._change(payment_id, status="PAID")

    def list_payments(self, since: datetime, until: datetime) -> Iterator[PaymentReading]:
        """Yield the payments that changed within a time."""
        for at, reading in list(self._payments.values()):
            if since <= at < until:
                yield reading

    def cancel(
        self, payment_id: str, *, amount_won: int, reason: str, key: str, by_customer: bool = True
    ) -> None:
        """Give all back."""
        self._change(payment_id, status="CANCELLED", cancelled_won=amount_won, refund_status="SUCCEEDED")

    def read_identity(self, identity_id: str) -> IdentityReading:
        """Read a verification."""
        return self._identities[identity_id]

    def verify_webhook(self, body: str, headers: Mapping[str, str]) -> WebhookNotice:
        """Take the payment's id for the body: nobody signs here."""
        return WebhookNotice(headers["webhook-id"], "Transaction.Paid", body)

    def _change(self, payment_id: str, **changes: object) -> None:
        _, reading = self._payments[payment_id]
        changed = replace(reading, **changes)  # type: ignore[arg-type]  # reason: the callers above name its fields
        self._payments[payment_id] = (datetime.now(UTC), changed)


@dataclass
class InstantCarrier:
    """Implements ``ports.CarrierBilling``: every line has bought for ``USED_WON`` this month."""

    _bookings: dict[str, tuple[datetime, Booking]] = field(default_factory=dict)
    _of_line: dict[tuple[str, Month], list[str]] = field(default_factory=dict)

    def line(self, line_id: str) -> Line:
        """Read a line."""
        return Line(line_id, PHONE_NUMBER, USED_WON)

    def usage(self, line_id: str, month: Month) -> Usage:
        """Read a month of a line."""
        prepaid = sum(booking.amount_won for booking in self.bookings(line_id, month))
        return Usage(month=month, used_won=USED_WON, prepaid_won=prepaid, limit_won=USED_WON)

    def apply_prepayment(self, line_id: str, order_id: str, month: Month, amount_won: int) -> None:
        """Book a prepayment."""
        if order_id not in self._bookings:
            booking = Booking(order_id, line_id, month, amount_won, revoked=False)
            self._bookings[order_id] = (datetime.now(UTC), booking)
            self._of_line.setdefault((line_id, month), []).append(order_id)

    def revoke_prepayment(self, line_id: str, order_id: str) -> None:
        """Take a prepayment back."""
        _, booking = self._bookings[order_id]
        self._bookings[order_id] = (datetime.now(UTC), replace(booking, revoked=True))

    def bookings(self, line_id: str, month: Month) -> Sequence[Booking]:
        """Return what is in force."""
        found = [self._bookings[order_id][1] for order_id in self._of_line.get((line_id, month), ())]
        return [booking for booking in found if not booking.revoked]

    def list_prepayments(self, since: datetime, until: datetime) -> Iterator[Booking]:
        """Yield the bookings that changed within a time."""
        for at, booking in list(self._bookings.values()):
            if since <= at < until:
                yield booking


class InstantAssistant(threading.local):
    """Implements ``ports.Assistant``. What it told is kept for the thread that let it speak."""

    def __init__(self) -> None:
        self._told: list[str] = []

    def answer(self, conversation_id: str, text: str) -> Sequence[Reply]:
        """Answer a message."""
        return [Reply("네, 알겠어요.")]

    def inject(self, conversation_id: str, intent: str, entities: Mapping[str, str]) -> Sequence[Reply]:
        """Put an order's result into words."""
        self._told.append(entities["order_id"])
        return [Reply("선결제가 완료됐어요. 한도가 바로 늘어났어요.")]

    def told(self) -> Sequence[str]:
        """Return the ids of the orders whose results it told since the last call."""
        told, self._told = self._told, []
        return told

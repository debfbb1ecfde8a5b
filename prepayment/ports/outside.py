"""The world outside: time, the carrier, PortOne, the dialogue engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from prepayment.calendar import Month
from prepayment.orders import Order
from prepayment.ports.chat import Reply
from prepayment.rules import Usage


class Clock(Protocol):
    """Time. Everything about months, days and deadlines asks ``now``."""

    def now(self) -> datetime:
        """Return business time, aware. In the sandbox it may be moved."""

    def machine_now(self) -> datetime:
        """Return the machine's time, aware: for leases and back-off, which a moved clock must not end."""


@dataclass(frozen=True)
class Line:
    """A phone line as the carrier knows it. ``phone_number`` has digits only."""

    id: str
    phone_number: str = field(repr=False)
    limit_won: int = 0


@dataclass(frozen=True)
class Booking:
    """A prepayment in the carrier's books, in won. ``revoked`` tells that it was taken back."""

    order_id: str
    line_id: str
    month: Month
    amount_won: int
    revoked: bool


class CarrierBilling(Protocol):
    """The carrier's billing API (docs/carrier-api.md)."""

    def line(self, line_id: str) -> Line:
        """Read a line."""

    def usage(self, line_id: str, month: Month) -> Usage:
        """Read a month's small payments of a line."""

    def apply_prepayment(self, line_id: str, order_id: str, month: Month, amount_won: int) -> None:
        """Book a prepayment and restore the limit. Repeating it for the same order changes nothing.

        Raises:
            Refused: the carrier does not take it.
            OutcomeUnknown: no answer; repeat it.
        """

    def revoke_prepayment(self, line_id: str, order_id: str) -> None:
        """Take a prepayment back. Repeating it changes nothing."""

    def set_limit(self, line_id: str, change_id: str, *, expected_won: int, limit_won: int) -> None:
        """Set a line's limit when it is the expected one. Repeating it for the same change has no further effect.

        Raises:
            Refused: the carrier does not do it; ``limit_changed`` when the limit is another one.
            OutcomeUnknown: no answer; repeat it.
        """

    def bookings(self, line_id: str, month: Month) -> Sequence[Booking]:
        """Return the prepayments of a line's month that are in force, whoever made them."""

    def list_prepayments(self, since: datetime, until: datetime) -> Iterator[Booking]:
        """Yield our prepayments that were booked or taken back from ``since`` until before ``until``."""


@dataclass(frozen=True)
class PaymentReading:
    """What PortOne says of a payment, as far as a decision needs it. Missing fields are None.

    ``status`` is PortOne's word, or ``NOT_FOUND``; ``closed_by_customer`` tells a window that was closed from a card
    that was refused, both of which are FAILED. ``tx_id`` is the newest attempt's. ``refund_status`` is the newest
    cancellation's, in PortOne's words (``REQUESTED``, ``SUCCEEDED``, ``FAILED``). Sums in won.
    """

    payment_id: str
    status: str
    store_id: str | None = None
    total_won: int | None = None
    cancelled_won: int | None = None
    currency: str | None = None
    channel_type: str | None = None
    channel_key: str | None = None
    order_id: str | None = None
    method_type: str | None = None
    tx_id: str | None = None
    failure_message: str = ""
    closed_by_customer: bool = False
    refund_status: str | None = None


class IdentityFailure(StrEnum):
    """Why an identity verification failed, as far as the customer can do something about it."""

    CLOSED = "closed"  # the customer left the window
    CODE = "code"  # a wrong code too often, or too late
    CARRIER = "carrier"  # the wrong carrier was chosen: budget lines have their own entry
    OTHER = "other"


@dataclass(frozen=True)
class IdentityReading:
    """What PortOne says of an identity verification. ``phone_number`` has digits only.

    ``status`` is PortOne's word, or ``NOT_FOUND``, or ``FOREIGN_CHANNEL`` for one that is not of our own channel.
    ``order_id`` is the order that the window was opened for, as PortOne gives it back. ``failure`` says why a FAILED
    one failed.
    """

    id: str
    status: str
    phone_number: str | None = field(default=None, repr=False)
    verified_at: datetime | None = None
    order_id: str | None = None
    failure: IdentityFailure | None = None


@dataclass(frozen=True)
class WebhookNotice:
    """A verified webhook: a hint to go and read. ``payment_id`` is None for kinds we do not use."""

    id: str
    type: str
    payment_id: str | None


class PaymentGateway(Protocol):
    """Payments and identity (PortOne V2)."""

    def payment_window(self, order: Order, *, return_url: str, notice_url: str) -> Mapping[str, object]:
        """Return what the browser SDK needs to open the payment window, JSON-ready."""

    def identity_window(self, identity_id: str, *, order_id: str, return_url: str) -> Mapping[str, object]:
        """Return what the browser SDK needs to open the identity window for an order, JSON-ready."""

    def pre_register(self, payment_id: str, amount_won: int) -> None:
        """Fix the sum before the browser opens the payment window."""

    def read(self, payment_id: str) -> PaymentReading:
        """Read a payment. Never raises for an unknown status, method or missing field."""

    def confirm(self, payment_id: str, *, token: str, tx_id: str | None, amount_won: int, key: str) -> None:
        """Approve the payment: money moves now. ``key`` makes a repetition harmless for three hours.

        Raises:
            Refused: the card was not charged.
            OutcomeUnknown: it may have been.
            NotSent: it was not.
        """

    def list_payments(self, since: datetime, until: datetime) -> Iterator[PaymentReading]:
        """Yield the payments of our store whose status changed from ``since`` until before ``until``, page by page."""

    def cancel(
        self, payment_id: str, *, amount_won: int, reason: str, key: str, by_customer: bool = True
    ) -> None:
        """Ask for a full refund of a payment of which ``amount_won`` is left; read the payment for what came of it.

        Raises:
            Refused: it was not refunded, or it was before.
            OutcomeUnknown: it may have been.
            NotSent: it was not.
        """

    def read_identity(self, identity_id: str) -> IdentityReading:
        """Read an identity verification."""

    def verify_webhook(self, body: str, headers: Mapping[str, str]) -> WebhookNotice:
        """Check the signature of a webhook's raw body.

        Raises:
            Refused: the signature, age or form is wrong.
        """


@dataclass(frozen=True)
class PaymentPolicy:
    """What a payment of ours must look like at PortOne."""

    store_id: str
    channel_key: str
    channel_type: str


class AlarmBell(Protocol):
    """How an operator is told of what needs a person."""

    def ring(self, text: str) -> None:
        """Send one alarm. Raises OutsideError when it may not have arrived."""


class Assistant(Protocol):
    """The dialogue engine (Rasa)."""

    def answer(self, conversation_id: str, text: str) -> Sequence[Reply]:
        """Return the bot's replies to a message; a text that starts with ``/`` is a button's payload."""

    def inject(self, conversation_id: str, intent: str, entities: Mapping[str, str]) -> Sequence[Reply]:
        """Let an event from our own side into the dialogue and return the bot's replies."""

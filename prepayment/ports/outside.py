"""The world outside: time, the carrier, PortOne, the dialogue engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
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


@dataclass(frozen=True)
class PaymentReading:
    """What PortOne says of a payment, as far as a decision needs it. Missing fields are None.

    ``status`` is PortOne's word, or ``NOT_FOUND``; ``closed_by_customer`` tells a window that was closed from a card
    that was refused, both of which are FAILED. ``tx_id`` is the newest attempt's. Sums in won.
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


@dataclass(frozen=True)
class IdentityReading:
    """What PortOne says of an identity verification. ``phone_number`` has digits only.

    ``status`` is PortOne's word, or ``NOT_FOUND``, or ``FOREIGN_CHANNEL`` for one that is not of our own channel.
    """

    id: str
    status: str
    phone_number: str | None = field(default=None, repr=False)
    verified_at: datetime | None = None


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

    def identity_window(self, identity_id: str, *, return_url: str) -> Mapping[str, object]:
        """Return what the browser SDK needs to open the identity window, JSON-ready."""

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

    def cancel(self, payment_id: str, *, amount_won: int, reason: str, key: str) -> None:
        """Ask for a full refund of a payment of ``amount_won``; read the payment for what came of it."""

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


class Assistant(Protocol):
    """The dialogue engine (Rasa)."""

    def answer(self, conversation_id: str, text: str) -> Sequence[Reply]:
        """Return the bot's replies to a message; a text that starts with ``/`` is a button's payload."""

    def inject(self, conversation_id: str, intent: str, entities: Mapping[str, str]) -> Sequence[Reply]:
        """Let an event from our own side into the dialogue and return the bot's replies."""

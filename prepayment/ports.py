"""What the core needs from outside, as protocols; the implementations are in ``prepayment.adapters``.

All calls are blocking. Outside calls raise ``errors.OutsideError`` and nothing else of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from prepayment.calendar import Month
from prepayment.orders import EffectKind, Event, Order, State
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
    that was refused, both of which are FAILED. Sums in won.
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
    failure_message: str = ""
    closed_by_customer: bool = False


@dataclass(frozen=True)
class IdentityReading:
    """What PortOne says of an identity verification. ``phone_number`` has digits only."""

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


@dataclass(frozen=True)
class Customer:
    """Whose conversation it is, set only from a verified identity token."""

    id: str
    line_id: str
    name: str = field(repr=False)


@dataclass(frozen=True)
class Button:
    """A choice offered to the customer: a reply (``payload``) or a link (``url``)."""

    title: str
    payload: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Reply:
    """One bubble of the bot."""

    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Message:
    """A row of a conversation; ``seq`` grows within it.

    ``role`` is ``user``, ``bot``, or ``event``: something our own side tells the dialogue (``text`` names the
    intent, ``payload`` its entities as JSON), never shown.
    """

    conversation_id: str
    seq: int
    role: str
    text: str
    at: datetime
    buttons: tuple[Button, ...] = ()
    client_id: str | None = None
    payload: str | None = None


@dataclass(frozen=True)
class Effect:
    """Something outside that must happen because of an order's step: at least once, and harmless twice."""

    id: int
    order_id: str
    kind: EffectKind
    state: State
    attempts: int


class Assistant(Protocol):
    """The dialogue engine (Rasa)."""

    def answer(self, conversation_id: str, text: str) -> Sequence[Reply]:
        """Return the bot's replies to a message; a text that starts with ``/`` is a button's payload."""

    def inject(self, conversation_id: str, intent: str, entities: Mapping[str, str]) -> Sequence[Reply]:
        """Let an event from our own side into the dialogue and return the bot's replies."""


class OrderStore(Protocol):
    """Orders, their events, postings and effects within one transaction."""

    def get(self, order_id: str) -> Order:
        """Return an order. Raises OrderNotFound."""

    def by_payment_id(self, payment_id: str) -> Order:
        """Return the order of a PortOne payment. Raises OrderNotFound."""

    def by_checkout_token(self, token: str) -> Order:
        """Return the order of a checkout link. Raises OrderNotFound."""

    def open_order(self, line_id: str) -> Order | None:
        """Return the line's one open order, if any."""

    def of_line(self, line_id: str, limit: int = 20) -> Sequence[Order]:
        """Return a line's orders, newest first."""

    def events(self, order_id: str) -> Sequence[Event]:
        """Return an order's events, oldest first."""

    def add(self, order: Order, *, cause: str, actor: str) -> bool:
        """Insert an order with its first event; False when the line has an open one already."""

    def move(
        self,
        order: Order,
        target: State,
        *,
        at: datetime,
        cause: str,
        actor: str,
        detail: Mapping[str, str | int] | None = None,
        **changes: Any,
    ) -> Order:
        """Step an order by compare-and-set on its version, with its event, postings and effects.

        Raises:
            TransitionNotAllowed: the table has no such step.
            TransitionConflict: the order moved since it was read.
        """

    def update(self, order: Order, **changes: Any) -> Order:
        """Change fields that are no step, by compare-and-set. Raises TransitionConflict."""

    def unpaid_until(self, moment: datetime, limit: int = 100) -> Sequence[Order]:
        """Return unpaid orders whose time has run out."""

    def in_state_since(self, state: State, moment: datetime, limit: int = 100) -> Sequence[Order]:
        """Return orders that have been in a state since then or longer."""

    def webhook_seen(self, webhook_id: str) -> bool:
        """Whether a webhook was dealt with before."""

    def record_webhook(self, notice: WebhookNotice, at: datetime) -> None:
        """Remember that a webhook was dealt with; once or more often is the same."""


class ConversationStore(Protocol):
    """Conversations and their messages within one transaction."""

    def create(self, conversation_id: str) -> None:
        """Make a conversation."""

    def exists(self, conversation_id: str) -> bool:
        """Whether there is such a conversation."""

    def customer(self, conversation_id: str) -> Customer | None:
        """Return whose conversation it is; None for an anonymous visitor."""

    def bind(self, conversation_id: str, customer: Customer) -> None:
        """Say whose conversation it is."""

    def add_user_message(
        self, conversation_id: str, *, client_id: str, text: str, payload: str | None = None
    ) -> Message:
        """Append what the customer said, once per ``client_id``; returns the stored row."""

    def add_replies(self, conversation_id: str, replies: Sequence[Reply]) -> Sequence[Message]:
        """Append the bot's replies."""

    def add_event(
        self, conversation_id: str, intent: str, entities: Mapping[str, str], *, source: str
    ) -> None:
        """Append an event for the dialogue, once per ``source``."""

    def mark_answered(self, conversation_id: str, seq: int) -> None:
        """Say that a user message has its answer."""

    def unanswered(self, conversation_id: str, *, after: int = 0) -> Message | None:
        """Return the oldest user message or event without an answer and with a higher seq."""

    def waiting(self, older_than: datetime, limit: int = 20) -> Sequence[str]:
        """Return conversations with an unanswered event, or an unanswered message from before then."""

    def messages(self, conversation_id: str, *, after: int = 0, limit: int = 200) -> Sequence[Message]:
        """Return what the chat shows with a higher seq, oldest first; the newest ``limit`` of it."""

    def message(self, conversation_id: str, seq: int) -> Message | None:
        """Return one message."""

    def last_seqs(self, conversation_ids: Collection[str]) -> Mapping[str, int]:
        """Return the highest seq of each conversation."""

    def take_turn(self, conversation_id: str, holder: str, until: datetime, now: datetime) -> bool:
        """Take the lease on a conversation's turn; False when another holds it."""

    def give_turn(self, conversation_id: str, holder: str) -> None:
        """Give the lease back."""


class EffectStore(Protocol):
    """The outbox within one transaction."""

    def claim(self, now: datetime, until: datetime) -> Effect | None:
        """Take the next due effect for oneself until then; None when nothing is due."""

    def done(self, effect: Effect, outcome: str) -> None:
        """Close an effect."""

    def retry(self, effect: Effect, at: datetime, error: str) -> None:
        """Put an effect back for later."""


class UnitOfWork(Protocol):
    """One transaction. Nothing is kept unless ``commit`` was called."""

    @property
    def orders(self) -> OrderStore:
        """The orders."""

    @property
    def conversations(self) -> ConversationStore:
        """The conversations."""

    @property
    def effects(self) -> EffectStore:
        """The outbox."""

    def commit(self) -> None:
        """Keep what was done."""


class Database(Protocol):
    """Gives transactions."""

    def __call__(self, *, write: bool = True) -> AbstractContextManager[UnitOfWork]:
        """Begin a transaction; leaving the block without ``commit`` undoes it.

        With ``write=False`` it only reads and waits for no writer.
        """

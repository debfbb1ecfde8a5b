"""Where orders, conversations and the outbox are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from prepayment.orders import EffectKind, Event, Order, State
from prepayment.ports.chat import Customer, Message, Reply
from prepayment.ports.outside import WebhookNotice


@dataclass(frozen=True)
class Effect:
    """Something outside that must happen because of an order's step: at least once, and harmless twice."""

    id: int
    order_id: str
    kind: EffectKind
    state: State
    attempts: int


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

    def lock(self, conversation_id: str) -> None:
        """Let no other transaction write to the conversation until this one ends."""

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

    def waiting(self, older_than: datetime, limit: int = 500) -> Sequence[str]:
        """Return conversations with an unanswered event, or an unanswered message from before then; oldest first."""

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

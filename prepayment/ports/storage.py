"""Where orders, the outbox, the inbox, alarms and the ledger are kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from prepayment.alarms import AlarmKind
from prepayment.calendar import Month
from prepayment.ledger import Account
from prepayment.orders import EffectKind, Event, Order, State
from prepayment.ports.dossier import EffectRecord
from prepayment.ports.outside import WebhookNotice


@dataclass(frozen=True)
class Effect:
    """Something outside that must happen because of an order's step: at least once, and harmless twice."""

    id: int
    order_id: str
    kind: EffectKind
    state: State
    attempts: int


@dataclass(frozen=True)
class Sweep:
    """An order taken for a look, the how-manieth in its state."""

    order: Order
    attempts: int


@dataclass(frozen=True)
class InboxItem:
    """A webhook to be worked off. ``payment_id`` is None for kinds we do not use."""

    id: str
    payment_id: str | None
    attempts: int


@dataclass(frozen=True)
class Alarm:
    """Something a person must look at."""

    id: int
    kind: AlarmKind
    subject: str
    text: str
    at: datetime
    attempts: int


@dataclass(frozen=True)
class JournalLine:
    """One posting with the step that made it; the sum in won is signed."""

    order_id: str
    payment_id: str
    line_id: str
    month: Month
    event_number: int
    at: datetime
    target: State
    cause: str
    actor: str
    account: Account
    amount_won: int


@dataclass(frozen=True)
class Waiting:
    """An order that waits, with what the sweeper and the outbox tried."""

    order: Order
    cause: str
    sweep_attempts: int
    sweep_error: str
    effects: Sequence[Failing]


@dataclass(frozen=True)
class Failing:
    """An effect or a webhook that is not done yet. ``subject`` is an order's or a payment's id."""

    kind: str
    subject: str
    attempts: int
    outcome: str
    due_at: datetime


class OrderStore(Protocol):
    """Orders, their events, postings and effects within one transaction."""

    def get(self, order_id: str) -> Order:
        """Return an order. Raises OrderNotFound."""

    def by_payment_id(self, payment_id: str) -> Order:
        """Return the order of a PortOne payment. Raises OrderNotFound."""

    def by_checkout_token(self, token: str) -> Order:
        """Return the order of a checkout link. Raises OrderNotFound."""

    def open_order(self, line_id: str) -> Order | None:
        """Return the line's open order, if any; of several the one that may still be paid."""

    def lock_line(self, line_id: str) -> None:
        """Let no other transaction that locks it too open or end orders of the line until this one ends."""

    def by_checkout_tokens(self, tokens: Collection[str]) -> Sequence[Order]:
        """Return the orders of these checkout links; unknown ones are left out."""

    def of_line(
        self, line_id: str, limit: int = 20, *, states: Collection[State] | None = None
    ) -> Sequence[Order]:
        """Return a line's orders, newest first; only those in ``states`` when it is given."""

    def events(self, order_id: str) -> Sequence[Event]:
        """Return an order's events, oldest first."""

    def add(self, order: Order, *, cause: str, actor: str) -> bool:
        """Insert an order with its first event; False when the line has one already that may still be paid."""

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

    def claim_sweep(
        self, over: datetime, stale: Mapping[State, datetime], now: datetime, until: datetime
    ) -> Sweep | None:
        """Take, for oneself until then, an unpaid order past its time or one too long in its state."""

    def sweep_again(self, sweep: Sweep, at: datetime, error: str) -> None:
        """Look at the order again later, unless it has moved on."""


class InboxStore(Protocol):
    """Webhooks within one transaction."""

    def add(self, notice: WebhookNotice) -> bool:
        """Keep a webhook; False when it came before."""

    def claim(self, now: datetime, until: datetime) -> InboxItem | None:
        """Take the next due webhook for oneself until then; None when nothing is due."""

    def done(self, item: InboxItem, outcome: str) -> None:
        """Close a webhook."""

    def retry(self, item: InboxItem, at: datetime, error: str) -> None:
        """Put a webhook back for later."""


class AlarmStore(Protocol):
    """Alarms within one transaction."""

    def add(self, kind: AlarmKind, subject: str, text: str) -> None:
        """Raise an alarm; one that is open already stays as it is."""

    def close(self, kind: AlarmKind, subject: str, *, actor: str = "", reason: str = "") -> bool:
        """End an alarm, by hand when somebody gives a reason; False when there is none."""

    def is_acknowledged(self, kind: AlarmKind, subject: str, text: str) -> bool:
        """Whether somebody has looked into the very same and ended its alarm by hand."""

    def open(self, kind: AlarmKind | None = None) -> Sequence[Alarm]:
        """Return the open alarms, oldest first."""

    def count_open(self, kind: AlarmKind) -> int:
        """Return how many alarms of a kind are open."""

    def claim(self, now: datetime, until: datetime) -> Alarm | None:
        """Take the next alarm that has to be sent, for oneself until then; None when there is none."""

    def done(self, alarm: Alarm, outcome: str) -> None:
        """Note that somebody was told."""

    def retry(self, alarm: Alarm, at: datetime, error: str) -> None:
        """Send it again later."""


class JobStore(Protocol):
    """What is done now and then by one worker, within one transaction."""

    def claim(self, name: str, next_due: datetime) -> bool:
        """Take a job that is due, which makes it due again at ``next_due`` (machine time); False when it is not."""

    def is_reconciled(self, day: date) -> bool:
        """Whether there is a report of that day."""

    def report(self, day: date) -> Mapping[str, Any] | None:
        """Return the newest report of a day."""

    def save_report(self, day: date, report: Mapping[str, Any]) -> None:
        """Keep the report of a day, in place of an earlier one."""


class BookStore(Protocol):
    """The ledger as an operator and an auditor read it, within one transaction."""

    def balances(self, order_id: str) -> Mapping[str, int]:
        """Return an order's won per account; they sum to zero."""

    def totals(self, since: datetime | None = None, until: datetime | None = None) -> Mapping[str, int]:
        """Return the won per account of the whole ledger, or of what was posted in between; they sum to zero."""

    def unbalanced(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> Sequence[tuple[str, int]]:
        """Return the (order id, event number) of entries that do not sum to zero: always none."""

    def journal(self, since: datetime, until: datetime) -> Iterator[JournalLine]:
        """Yield the postings made from ``since`` until before ``until``, oldest first."""

    def entries(self, order_id: str) -> Sequence[JournalLine]:
        """Return an order's postings, oldest first."""

    def effects(self, order_id: str) -> Sequence[EffectRecord]:
        """Return what an order's steps asked for outside, oldest first."""

    def moved(self, since: datetime, until: datetime) -> Sequence[Order]:
        """Return the orders whose money moved from ``since`` until before ``until``."""

    def find(self, text: str, limit: int = 50) -> Sequence[Order]:
        """Return orders by id, payment id, line, customer or conversation (or how one begins), newest first."""

    def settling(self, limit: int = 500) -> Sequence[Waiting]:
        """Return the open orders in which money moves or may have moved, oldest first."""

    def overdue(self, moment: datetime, limit: int = 500) -> Sequence[Waiting]:
        """Return the unpaid orders that should have ended before then."""

    def failing(self, attempts: int, limit: int = 500) -> Sequence[Failing]:
        """Return what the outbox and the inbox tried in vain that often or more."""


class EffectStore(Protocol):
    """The outbox within one transaction."""

    def claim(self, now: datetime, until: datetime) -> Effect | None:
        """Take the next due effect for oneself until then; None when nothing is due."""

    def ask_again(self, order: Order, kind: EffectKind) -> None:
        """Ask for something (again) that an order's present step turns out to need."""

    def done(self, effect: Effect, outcome: str) -> None:
        """Close an effect."""

    def retry(self, effect: Effect, at: datetime, error: str) -> None:
        """Put an effect back for later."""

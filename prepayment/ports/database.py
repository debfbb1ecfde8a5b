"""Transactions with all the stores in them, and hearing of what others write."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from prepayment.ports.conversations import ConversationStore, RatingStore
from prepayment.ports.limit_changes import LimitChangeStore
from prepayment.ports.staff import StaffStore
from prepayment.ports.storage import (
    AlarmStore,
    BookStore,
    EffectStore,
    InboxStore,
    JobStore,
    OrderStore,
)
from prepayment.ports.support import SiteCheckStore, TicketStore


class UnitOfWork(Protocol):
    """One transaction. Nothing is kept unless ``commit`` was called."""

    @property
    def orders(self) -> OrderStore:
        """The orders."""

    @property
    def conversations(self) -> ConversationStore:
        """The conversations."""

    @property
    def ratings(self) -> RatingStore:
        """The customers' opinions."""

    @property
    def limit_changes(self) -> LimitChangeStore:
        """The changes of limits."""

    @property
    def tickets(self) -> TicketStore:
        """The conversations with a person."""

    @property
    def site_checks(self) -> SiteCheckStore:
        """The wishes that the web site be checked."""

    @property
    def staff(self) -> StaffStore:
        """The accounts of the staff."""

    @property
    def effects(self) -> EffectStore:
        """The outbox."""

    @property
    def inbox(self) -> InboxStore:
        """The webhooks."""

    @property
    def alarms(self) -> AlarmStore:
        """The alarms."""

    @property
    def jobs(self) -> JobStore:
        """The jobs."""

    @property
    def books(self) -> BookStore:
        """The ledger as it is read."""

    def commit(self) -> None:
        """Keep what was done."""


class Watch(Protocol):
    """Tells when something has been written, by any process. For one thread at a time."""

    def wait(self, seconds: float) -> bool:
        """Wait, at most so long, for something to be written; True when something was since the last call.

        It may be something that changes nothing for the caller. Errors of the database are raised.
        """


class Database(Protocol):
    """Gives transactions."""

    def watch(self) -> AbstractContextManager[Watch]:
        """Begin to watch for what others write."""

    def __call__(self, *, write: bool = True, durable: bool = True) -> AbstractContextManager[UnitOfWork]:
        """Begin a transaction; leaving the block without ``commit`` undoes it.

        With ``write=False`` it only reads and waits for no writer. With ``durable=False`` the commit does not wait for
        the disk: what is kept may be undone by a power failure (never by a killed process), so it is for what is done
        again without harm, such as leases. A later durable commit carries it along.
        """

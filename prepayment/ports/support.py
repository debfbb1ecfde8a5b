"""What customers ask people for, and where it is kept: conversations with a person, checks of the web site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class TicketReason(StrEnum):
    """Why a person is wanted."""

    ASKED = "asked"
    MISUNDERSTOOD = "misunderstood"
    UNAUTHORIZED = "unauthorized"  # a charge that the customer did not make


class TicketState(StrEnum):
    """Where a conversation with a person stands."""

    WAITING = "waiting"
    JOINED = "joined"
    CLOSED = "closed"


@dataclass(frozen=True)
class Ticket:
    """A customer's wish for a person, shown as ``상담 1024번``.

    ``situation`` is three short Korean lines for the staff: who, money, why. ``agent`` is the staff's id of who
    joined, ``agent_name`` the name that customers read.
    """

    number: int
    conversation_id: str
    reason: TicketReason
    urgent: bool
    situation: tuple[str, ...]
    state: TicketState
    opened_at: datetime
    agent: str | None = None
    agent_name: str | None = None
    joined_at: datetime | None = None
    closed_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True)
class TicketEvent:
    """One step of a ticket, never changed afterwards; a step may leave the state as it is (it became urgent)."""

    number: int
    at: datetime
    source: TicketState | None
    target: TicketState
    actor: str
    cause: str


class SiteCheckState(StrEnum):
    """Whether somebody has looked into it."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class SiteCheck:
    """A customer's wish that the web site be checked, shown as ``점검 요청 1024번``."""

    number: int
    conversation_id: str
    situation: str
    opened_at: datetime
    closed_at: datetime | None = None
    closed_by: str = ""
    closed_reason: str = ""

    @property
    def state(self) -> SiteCheckState:
        """Whether somebody has looked into it."""
        return SiteCheckState.OPEN if self.closed_at is None else SiteCheckState.CLOSED


class TicketStore(Protocol):
    """Tickets and their events within one transaction."""

    def open(
        self,
        conversation_id: str,
        reason: TicketReason,
        *,
        urgent: bool,
        situation: tuple[str, ...],
        actor: str,
    ) -> Ticket:
        """Insert a waiting ticket with its first event.

        Raises:
            TicketTaken: the conversation has one that is not closed.
        """

    def current(self, conversation_id: str) -> Ticket | None:
        """Return the conversation's ticket that is not closed."""

    def get(self, number: int) -> Ticket:
        """Return a ticket. Raises TicketNotFound."""

    def waiting(self) -> Sequence[Ticket]:
        """Return who waits: urgent ones first, then who has waited longest."""

    def joined(self, agent: str) -> Sequence[Ticket]:
        """Return the conversations an agent has joined and not left, oldest first."""

    def newest(self, limit: int, *, open_only: bool) -> Sequence[Ticket]:
        """Return the newest tickets, newest first."""

    def change(self, ticket: Ticket, changed: Ticket, *, at: datetime, actor: str, cause: str) -> Ticket:
        """Put ``changed`` in place of what was read, with its event.

        Raises:
            TicketTaken: it moved since it was read.
        """

    def events(self, number: int) -> Sequence[TicketEvent]:
        """Return a ticket's steps, oldest first."""


class SiteCheckStore(Protocol):
    """Wishes that the web site be checked, within one transaction."""

    def add(self, conversation_id: str, situation: str) -> SiteCheck:
        """File one."""

    def newest_of(self, conversation_id: str) -> SiteCheck | None:
        """Return the conversation's newest one."""

    def get(self, number: int) -> SiteCheck:
        """Return one. Raises SiteCheckNotFound."""

    def newest(self, limit: int, *, open_only: bool) -> Sequence[SiteCheck]:
        """Return the newest ones, newest first."""

    def close(self, number: int, *, actor: str, reason: str) -> bool:
        """Note that it was looked into; False when it was closed before."""

"""The accounts of the staff who talk to customers, and where they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True)
class StaffMember:
    """An account.

    ``id`` is the log-in name, ``name`` what customers read. ``password`` is the derived key with its parameters.
    Sessions name the ``generation`` they began in: counting it up ends them all.
    """

    id: str
    name: str
    active: bool
    created_at: datetime
    password: str = field(repr=False)
    generation: int = 1


class StaffEventKind(StrEnum):
    """What can happen to an account, or be done with one."""

    ADDED = "added"
    DISABLED = "disabled"
    ENABLED = "enabled"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  # the name of an event
    SESSIONS_ENDED = "sessions_ended"
    LOGGED_IN = "logged_in"
    LOGGED_OUT = "logged_out"
    TICKET_SHOWN = "ticket_shown"


@dataclass(frozen=True)
class StaffEvent:
    """One thing that happened, never changed afterwards. ``subject`` is a ticket's number, or ""."""

    staff_id: str
    at: datetime
    kind: StaffEventKind
    actor: str
    subject: str = ""


class StaffStore(Protocol):
    """Accounts and their events within one transaction."""

    def add(self, member: StaffMember) -> bool:
        """Insert an account; False when there is one of that id."""

    def get(self, staff_id: str) -> StaffMember | None:
        """Return an account."""

    def all(self) -> Sequence[StaffMember]:
        """Return every account, in the order of their ids."""

    def change(
        self,
        staff_id: str,
        *,
        password: str | None = None,
        active: bool | None = None,
        ends_sessions: bool = False,
    ) -> StaffMember | None:
        """Change what is given; returns the account as it is now, None when there is none."""

    def note(self, staff_id: str, kind: StaffEventKind, *, actor: str, subject: str = "") -> None:
        """Append an event."""

    def events(self, staff_id: str, limit: int = 200) -> Sequence[StaffEvent]:
        """Return the newest events of an account, newest first."""

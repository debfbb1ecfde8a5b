"""Where changes of limits are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from prepayment.limit_changes import ChangeState, LimitChange, LimitChangeEvent


@dataclass(frozen=True)
class DueLimitChange:
    """A change whose outcome is to be found out, the how-manieth time."""

    change: LimitChange
    attempts: int


@dataclass(frozen=True)
class LimitChangeRecord:
    """A change with what the worker tried: how often, what came of it last, and when it goes on (machine time)."""

    change: LimitChange
    attempts: int
    outcome: str
    due_at: datetime | None


class LimitChangeStore(Protocol):
    """Changes of limits and their events within one transaction."""

    def get(self, change_id: str) -> LimitChange:
        """Return a change. Raises LimitChangeNotFound."""

    def in_force(self, line_id: str) -> LimitChange | None:
        """Return the line's change whose outcome is open, if any."""

    def last_done(self, line_id: str) -> LimitChange | None:
        """Return the newest change of the line that took effect, if any."""

    def events(self, change_id: str) -> Sequence[LimitChangeEvent]:
        """Return a change's events, oldest first."""

    def recent(
        self, line_id: str | None = None, *, unsettled: bool = False, limit: int = 50
    ) -> Sequence[LimitChangeRecord]:
        """Return the newest changes, of one line or of all, newest first; with ``unsettled`` those in force."""

    def overdue(self, moment: datetime, limit: int = 500) -> Sequence[LimitChangeRecord]:
        """Return the changes in force that were asked for before then, oldest first."""

    def add(self, change: LimitChange, *, due_at: datetime, cause: str, actor: str) -> bool:
        """Insert a change with its first event; False when the line has one in force.

        From ``due_at`` (machine time) on a worker finds out what became of it.
        """

    def move(
        self, change: LimitChange, target: ChangeState, *, at: datetime, cause: str, actor: str
    ) -> LimitChange:
        """Step a change by compare-and-set on its version, with its event.

        Raises:
            TransitionNotAllowed: the table has no such step.
            TransitionConflict: somebody else moved it first.
        """

    def claim(self, now: datetime, until: datetime) -> DueLimitChange | None:
        """Take the next change that is due for oneself until then; None when none is."""

    def done(self, due: DueLimitChange, outcome: str) -> None:
        """Close the search for its outcome."""

    def retry(self, due: DueLimitChange, at: datetime, error: str) -> None:
        """Look for its outcome again later."""

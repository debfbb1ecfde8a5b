"""A change of a line's limit made from the chat: its states, the table of allowed steps, and the change itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from prepayment.errors import TransitionNotAllowed


class ChangeKind(StrEnum):
    """What is done to the limit."""

    BLOCK = "block"  # set it to 0
    UNBLOCK = "unblock"  # put back what a block of ours replaced


class ChangeState(StrEnum):
    """Where a change stands."""

    REQUESTED = "requested"  # written down; the carrier is being asked
    UNKNOWN = "unknown"  # the carrier gave no clear answer: it may have taken effect
    DONE = "done"
    REFUSED = "refused"  # certainly without effect


# Of these a line has at most one.
IN_FORCE: Final = frozenset({ChangeState.REQUESTED, ChangeState.UNKNOWN})

TRANSITIONS: Final[dict[ChangeState, frozenset[ChangeState]]] = {
    ChangeState.REQUESTED: frozenset({ChangeState.DONE, ChangeState.REFUSED, ChangeState.UNKNOWN}),
    ChangeState.UNKNOWN: frozenset({ChangeState.DONE, ChangeState.REFUSED}),
    ChangeState.DONE: frozenset(),
    ChangeState.REFUSED: frozenset(),
}


def check_transition(source: ChangeState, target: ChangeState) -> None:
    """Check a step against the table.

    Raises:
        TransitionNotAllowed: the table has no such step.
    """
    if target not in TRANSITIONS[source]:
        raise TransitionNotAllowed(f"{source} -> {target}")


@dataclass(frozen=True)
class LimitChange:
    """One wish to block or unblock, from the customer's yes to its outcome. Limits in won, moments aware.

    ``limit_before_won`` is what the carrier is to find, ``limit_after_won`` what it is to set.
    """

    id: str
    line_id: str
    conversation_id: str
    customer_id: str
    kind: ChangeKind
    state: ChangeState
    limit_before_won: int
    limit_after_won: int
    created_at: datetime
    updated_at: datetime
    version: int = 1

    @property
    def is_in_force(self) -> bool:
        """Whether its outcome is still open."""
        return self.state in IN_FORCE


@dataclass(frozen=True)
class LimitChangeEvent:
    """One step of a change, never altered afterwards. ``cause`` says what led to it, ``actor`` who."""

    change_id: str
    number: int
    at: datetime
    source: ChangeState | None
    target: ChangeState
    cause: str
    actor: str

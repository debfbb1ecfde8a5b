"""What an operator reads of one order besides the order itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from prepayment.orders import EffectKind, State


@dataclass(frozen=True)
class EffectRecord:
    """A row of the outbox. ``state`` is the one that the step led to which asked for it; times are machine time."""

    kind: EffectKind
    state: State
    attempts: int
    due_at: datetime
    done_at: datetime | None
    outcome: str

"""The result of reading a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["won", "all", "minimum", "none", "ambiguous"]


@dataclass(frozen=True, slots=True)
class Amount:
    """The sum named by a message.

    `kind`        "won": exactly one sum; "all": everything that is outstanding; "minimum": the least that can be
                  paid; "none": no sum; "ambiguous": sums are mentioned, but which one is meant has to be asked.
    `won`         whole won, set only when `kind` is "won"; may be zero or negative (the rules refuse those).
    `candidates`  whole won, the distinct readings in the order of the message: `(won,)` for "won", the sums worth
                  offering for "ambiguous" (possibly none), empty otherwise.
    `span`        start and end of what was read, as indexes into the text given to `parse`; None for "none".
    """

    kind: Kind
    won: int | None = None
    candidates: tuple[int, ...] = ()
    span: tuple[int, int] | None = None


NOTHING = Amount("none")

"""One place in a message that says how much."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Share(Enum):
    """What a mention names."""

    SUM = "a sum"
    ALL = "everything"
    MINIMUM = "the least"
    HALF = "half"
    PART = "some part"


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention at `start`..`end`. `won` is None unless it is a sum that can be read in exactly one way."""

    share: Share
    start: int
    end: int
    won: int | None = None
    candidates: tuple[int, ...] = ()
    unclear: bool = False
    restates: bool = False  # after a sum, only says what that is made of
    doubtful: bool = False  # may be an ordinary word; counts only beside another sum

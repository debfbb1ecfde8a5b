"""Money on the wire."""

from typing import Any


def is_won(value: Any, minimum: int = 1) -> bool:
    """Whether `value` is a whole number of won from `minimum` up (a bool is not a number here)."""
    return isinstance(value, int) and not isinstance(value, bool) and minimum <= value < 10**12

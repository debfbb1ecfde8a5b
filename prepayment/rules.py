"""The rules of prepaying, as pure functions of what was used, what was prepaid and what time it is.

Source of the facts: the product's seed article; see docs/rules.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from prepayment.calendar import Month
from prepayment.errors import (
    BelowMinimum,
    ExceedsOutstanding,
    InvalidAmount,
    NothingToPrepay,
    OutstandingBelowMinimum,
)

MINIMUM_WON: Final = 30_000
SUPPORT_NUMBER: Final = "114"
ORDER_LIFETIME: Final = timedelta(minutes=15)
IDENTITY_MAX_AGE: Final = timedelta(minutes=10)
IDENTITY_ATTEMPTS_MAX: Final = 5
ALL: Final = "all"
MINIMUM: Final = "minimum"

Wish = int | Literal["all", "minimum"]


@dataclass(frozen=True)
class Usage:
    """A line's small payments in one month, in won.

    ``used_won`` was spent, ``prepaid_won`` of it is prepaid already; ``limit_won`` is the monthly limit (0: blocked).
    """

    month: Month
    used_won: int
    prepaid_won: int
    limit_won: int

    @property
    def outstanding_won(self) -> int:
        """What can still be prepaid, in won."""
        return max(0, self.used_won - self.prepaid_won)

    @property
    def blocked(self) -> bool:
        """Whether small payments are blocked (limit 0)."""
        return self.limit_won == 0

    def available_after(self, prepaying_won: int) -> int:
        """Return the limit left to spend after prepaying so many won; 0 while blocked."""
        return max(0, self.limit_won - (self.outstanding_won - prepaying_won))

    @property
    def available_won(self) -> int:
        """The limit left to spend now, in won."""
        return self.available_after(0)


@dataclass(frozen=True)
class Quote:
    """A sum that may be prepaid now, and what it leads to. All sums in won."""

    month: Month
    amount_won: int
    outstanding_won: int
    available_now_won: int
    available_after_won: int
    blocked: bool

    @property
    def remainder_won(self) -> int:
        """What stays on the bill."""
        return self.outstanding_won - self.amount_won

    @property
    def strands_remainder(self) -> bool:
        """Whether the rest would be too little to be prepaid later this month."""
        return 0 < self.remainder_won < MINIMUM_WON


def check_prepayable(usage: Usage) -> None:
    """Check that any sum at all can be prepaid.

    Raises:
        NothingToPrepay: nothing is outstanding this month.
        OutstandingBelowMinimum: less than the minimum is outstanding.
    """
    if usage.outstanding_won == 0:
        raise NothingToPrepay(usage.prepaid_won)
    if usage.outstanding_won < MINIMUM_WON:
        raise OutstandingBelowMinimum(usage.outstanding_won, MINIMUM_WON)


def wished_won(usage: Usage, wish: Wish) -> int:
    """Return the sum a wish stands for, in won."""
    if wish == ALL:
        return usage.outstanding_won
    return MINIMUM_WON if wish == MINIMUM else wish


def quote(usage: Usage, wish: Wish) -> Quote:
    """Check a wished sum (won, "all", or "minimum") against this month's usage.

    Raises:
        RuleViolation: the first rule that the wish breaks.
    """
    if isinstance(wish, int) and wish <= 0:
        raise InvalidAmount(wish)
    check_prepayable(usage)
    amount_won = wished_won(usage, wish)
    if amount_won < MINIMUM_WON:
        raise BelowMinimum(amount_won, MINIMUM_WON, usage.outstanding_won)
    if amount_won > usage.outstanding_won:
        raise ExceedsOutstanding(amount_won, usage.outstanding_won)
    return Quote(
        month=usage.month,
        amount_won=amount_won,
        outstanding_won=usage.outstanding_won,
        available_now_won=usage.available_won,
        available_after_won=usage.available_after(amount_won),
        blocked=usage.blocked,
    )


def order_expiry(created_at: datetime) -> datetime:
    """Return when an unpaid order made now ends: 15 minutes on, never past its month in Seoul."""
    return min(created_at + ORDER_LIFETIME, Month.of(created_at).end)


def cancellable(month: Month, now: datetime) -> bool:
    """Whether a prepayment made in ``month`` can still be cancelled: only within that month."""
    return Month.of(now) == month


def cancel_deadline(month: Month) -> datetime:
    """Return the start of the last day on which a prepayment of ``month`` can be cancelled (and is usable)."""
    return month.last_day

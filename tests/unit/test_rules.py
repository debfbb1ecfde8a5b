"""What may be prepaid, and what it leads to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepayment.calendar import SEOUL, Month
from prepayment.errors import (
    BelowMinimum,
    ExceedsOutstanding,
    InvalidAmount,
    NothingToPrepay,
    OutstandingBelowMinimum,
    RuleViolation,
)
from prepayment.rules import (
    ALL,
    MINIMUM,
    MINIMUM_WON,
    Usage,
    Wish,
    cancel_deadline,
    cancellable,
    order_expiry,
    quote,
    wished_won,
)

NOVEMBER = Month(2026, 11)
won = st.integers(min_value=0, max_value=2_000_000)
usages = st.builds(Usage, month=st.just(NOVEMBER), used_won=won, prepaid_won=won, limit_won=won)
wishes = st.one_of(st.sampled_from((ALL, MINIMUM)), st.integers(min_value=-1_000_000, max_value=200_000_000))


def usage(used: int, prepaid: int = 0, limit: int = 300_000) -> Usage:
    return Usage(NOVEMBER, used, prepaid, limit)


@given(usages, wishes)
def test_a_quote_is_never_under_the_minimum_nor_over_what_is_outstanding(month: Usage, wish: Wish) -> None:
    try:
        quoted = quote(month, wish)
    except RuleViolation:
        return

    assert MINIMUM_WON <= quoted.amount_won <= month.outstanding_won
    assert quoted.remainder_won >= 0
    assert quoted.available_after_won >= quoted.available_now_won


@given(usages, wishes)
def test_every_wish_is_either_quoted_or_refused_by_a_rule(month: Usage, wish: Wish) -> None:
    """No other exception, and a wish within the rules is not refused."""
    try:
        quoted = quote(month, wish)
    except RuleViolation:
        assert not MINIMUM_WON <= wished_won(month, wish) <= month.outstanding_won
    else:
        assert quoted.amount_won == wished_won(month, wish)


def test_a_wish_in_words_stands_for_a_sum() -> None:
    assert wished_won(usage(180_000, prepaid=50_000), ALL) == 130_000
    assert wished_won(usage(180_000), MINIMUM) == 30_000
    assert wished_won(usage(180_000), 70_000) == 70_000


@pytest.mark.parametrize(
    ("month", "wish", "error"),
    [
        (usage(180_000), 29_999, BelowMinimum),
        (usage(180_000), 20_000, BelowMinimum),
        (usage(180_000), 180_001, ExceedsOutstanding),
        (usage(180_000), 100_000_000, ExceedsOutstanding),
        (usage(120_000, prepaid=50_000), 70_001, ExceedsOutstanding),
        (usage(180_000), 0, InvalidAmount),
        (usage(180_000), -50_000, InvalidAmount),
        (usage(0), ALL, NothingToPrepay),
        (usage(50_000, prepaid=50_000), 30_000, NothingToPrepay),
        (usage(25_000), 25_000, OutstandingBelowMinimum),
        (usage(29_999), ALL, OutstandingBelowMinimum),
        (usage(29_999), MINIMUM, OutstandingBelowMinimum),
        (usage(0), MINIMUM, NothingToPrepay),
    ],
)
def test_a_wish_against_a_rule_is_refused_with_that_rule(
    month: Usage, wish: Wish, error: type[RuleViolation]
) -> None:
    with pytest.raises(error):
        quote(month, wish)


def test_the_minimum_itself_and_all_of_it_can_be_prepaid() -> None:
    assert quote(usage(180_000), MINIMUM_WON).amount_won == 30_000
    assert quote(usage(30_000), ALL).amount_won == 30_000


def test_a_rest_too_small_to_prepay_later_is_pointed_out() -> None:
    assert quote(usage(180_000), 160_000).strands_remainder
    assert not quote(usage(180_000), 150_000).strands_remainder
    assert not quote(usage(180_000), ALL).strands_remainder


def test_prepaying_restores_the_limit_by_the_sum() -> None:
    quoted = quote(usage(180_000, limit=300_000), 50_000)

    assert (quoted.available_now_won, quoted.available_after_won) == (120_000, 170_000)


def test_a_blocked_line_may_prepay_but_stays_blocked() -> None:
    quoted = quote(usage(90_000, limit=0), 50_000)

    assert quoted.blocked
    assert quoted.available_after_won == 0


def test_a_prepayment_can_be_cancelled_until_the_last_second_of_its_month() -> None:
    last_second = datetime(2026, 11, 30, 23, 59, 59, tzinfo=SEOUL)

    assert cancellable(NOVEMBER, last_second)
    assert not cancellable(NOVEMBER, last_second + timedelta(seconds=1))
    assert cancel_deadline(NOVEMBER).date().isoformat() == "2026-11-30"


def test_an_order_lives_fifteen_minutes() -> None:
    made = datetime(2026, 11, 10, 3, 0, tzinfo=UTC)

    assert order_expiry(made) == made + timedelta(minutes=15)


def test_an_order_never_outlives_its_month() -> None:
    made = datetime(2026, 11, 30, 23, 55, tzinfo=SEOUL)

    assert order_expiry(made) == datetime(2026, 12, 1, tzinfo=SEOUL)

"""When people answer in the chat."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepayment.calendar import SEOUL
from prepayment.desk_hours import DeskHours

WEEK = DeskHours.parse("mon-fri 09:00-18:00, sat 09:00-13:00")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026, of which the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("moment", "closes"),
    [
        (at(23, 9), at(23, 18)),
        (at(23, 17, 59), at(23, 18)),
        (at(28, 12), at(28, 13)),
        (at(23, 8, 59), None),
        (at(23, 18), None),
        (at(28, 13), None),
        (at(29, 12), None),
        # The 23rd, 10:00 in Seoul.
        (datetime(2026, 11, 23, 1, 0, tzinfo=UTC), at(23, 18)),
    ],
)
def test_it_is_open_from_its_opening_until_before_its_closing(
    moment: datetime, closes: datetime | None
) -> None:
    assert WEEK.closing(moment) == closes
    assert WEEK.is_open(moment) is (closes is not None)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (at(23, 8), at(23, 9)),
        (at(23, 9), at(24, 9)),
        (at(27, 18), at(28, 9)),
        (at(28, 13), at(30, 9)),
        (at(30, 23, 59), datetime(2026, 12, 1, 9, 0, tzinfo=SEOUL)),
    ],
)
def test_the_next_opening_is_the_first_one_after_the_moment(moment: datetime, opens: datetime) -> None:
    assert WEEK.next_opening(moment) == opens


def test_midnight_is_the_end_of_a_day() -> None:
    always = DeskHours.parse("mon-sun 00:00-24:00")
    assert always.closing(at(23, 23, 59)) == at(24, 0)
    assert always.is_open(at(29, 0))


@given(st.integers(min_value=0, max_value=2 * 365 * 24 * 60))
def test_it_is_open_at_the_next_opening_and_never_at_its_closing(minutes: int) -> None:
    moment = at(1, 0) + timedelta(minutes=minutes)
    opens = WEEK.next_opening(moment)
    closes = WEEK.closing(opens)
    assert closes is not None
    assert moment < opens < closes
    assert not WEEK.is_open(closes)


@pytest.mark.parametrize(
    ("hours", "korean"),
    [
        ("mon-fri 09:00-18:00", "평일 09:00~18:00"),
        ("MON-FRI 09:00-18:00, sat 10:00-13:00", "평일 09:00~18:00, 토요일 10:00~13:00"),
        ("mon-sun 00:00-24:00", "매일 00:00~24:00"),
        ("sat-sun 10:00-12:30", "주말 10:00~12:30"),
        ("tue-thu 10:00-12:00", "화-목 10:00~12:00"),
    ],
)
def test_hours_are_told_in_korean(hours: str, korean: str) -> None:
    assert str(DeskHours.parse(hours)) == korean


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "mon-fri",
        "mon-fri 9-18",
        "fri-mon 09:00-18:00",
        "mon 18:00-09:00",
        "mon 09:00-09:00",
        "mon 09:00-25:00",
        "day 09:00-18:00",
    ],
)
def test_hours_that_cannot_be_read_are_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"hours|hour|time"):
        DeskHours.parse(wrong)

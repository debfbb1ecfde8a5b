"""Months and days are Seoul's, whatever zone a moment comes in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepayment.calendar import SEOUL, Month, korean_date, korean_time

moments = st.datetimes(timezones=st.just(UTC)).filter(lambda moment: 2000 <= moment.year < 2100)


def test_the_month_turns_at_midnight_in_seoul_not_in_utc() -> None:
    last = datetime(2026, 11, 30, 14, 59, 59, tzinfo=UTC)

    assert Month(2026, 11) == Month.of(last)
    assert Month(2026, 12) == Month.of(last + timedelta(seconds=1))


@given(moments)
def test_every_moment_lies_within_its_month(moment: datetime) -> None:
    month = Month.of(moment)

    assert month.start <= moment < month.end
    assert month.next().start == month.end
    assert month.next().previous() == month


@given(moments)
def test_a_month_reads_back_from_its_text(moment: datetime) -> None:
    month = Month.of(moment)

    assert Month.parse(str(month)) == month
    assert month.last_day.day == (month.end - timedelta(seconds=1)).astimezone(SEOUL).day


@pytest.mark.parametrize("text", ["2026-13", "2026-0", "26-11", "2026-11-01", "", "2026-00"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a month"):
        Month.parse(text)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Month.of(datetime(2026, 11, 1))  # noqa: DTZ001  # the very thing that is refused


def test_dates_and_times_are_said_as_in_seoul() -> None:
    moment = datetime(2026, 11, 30, 3, 5, tzinfo=UTC)

    assert korean_date(moment) == "11월 30일"
    assert korean_time(moment) == "오후 12:05"
    assert korean_time(moment + timedelta(hours=12)) == "오전 12:05"

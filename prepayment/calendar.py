"""Months, days and deadlines as the customer knows them: Asia/Seoul."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month in Seoul, written ``2026-11``."""

    year: int
    number: int

    @classmethod
    def of(cls, moment: datetime) -> Month:
        """Return the month an aware moment falls into in Seoul.

        Raises:
            ValueError: the moment has no time zone.
        """
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        local = moment.astimezone(SEOUL)
        return cls(local.year, local.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``YYYY-MM``.

        Raises:
            ValueError: the text is not of that form.
        """
        match = _MONTH.fullmatch(text)
        if match is None:
            raise ValueError(f"not a month (YYYY-MM): {text!r}")
        return cls(int(match[1]), int(match[2]))

    @property
    def start(self) -> datetime:
        """The first moment of the month in Seoul."""
        return datetime(self.year, self.number, 1, tzinfo=SEOUL)

    @property
    def end(self) -> datetime:
        """The first moment after the month in Seoul."""
        return self.next().start

    @property
    def last_day(self) -> datetime:
        """Midnight at the start of the month's last day in Seoul."""
        return (self.end - timedelta(days=1)).replace(hour=0)

    def next(self) -> Month:
        """Return the following month."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    def previous(self) -> Month:
        """Return the month before."""
        return Month(self.year - (self.number == 1), (self.number - 2) % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


def korean_date(moment: datetime) -> str:
    """Return ``11월 30일`` for an aware moment, as of Seoul."""
    local = moment.astimezone(SEOUL)
    return f"{local.month}월 {local.day}일"


def korean_time(moment: datetime) -> str:
    """Return ``오후 3:05`` for an aware moment, as of Seoul."""
    local = moment.astimezone(SEOUL)
    return f"{'오전' if local.hour < 12 else '오후'} {local.hour % 12 or 12}:{local.minute:02d}"

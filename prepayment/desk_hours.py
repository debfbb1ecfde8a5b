"""When people answer in the chat: hours of the week, as of Seoul. Public holidays are not known here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from prepayment.calendar import SEOUL

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_KOREAN_DAYS: Final = "월화수목금토일"
_SPAN: Final = re.compile(
    rf"(?P<first>{'|'.join(_DAYS)})(?:-(?P<last>{'|'.join(_DAYS)}))?"
    r" (?P<opens>\d\d:\d\d)-(?P<closes>\d\d:\d\d)"
)
_MIDNIGHT: Final = "24:00"


@dataclass(frozen=True)
class Span:
    """Days of the week (Monday is 0) from ``first`` to ``last`` with the same hours; ``closes`` 0:00 is midnight."""

    first: int
    last: int
    opens: time
    closes: time

    def on(self, day: datetime) -> tuple[datetime, datetime] | None:
        """Return opening and closing on the day that begins at ``day`` (midnight in Seoul); None on other days."""
        if not self.first <= day.weekday() <= self.last:
            return None
        closing_day = day if self.closes > time() else day + timedelta(days=1)
        return (_at(day, self.opens), _at(closing_day, self.closes))

    def __str__(self) -> str:
        closes = f"{self.closes:%H:%M}" if self.closes > time() else _MIDNIGHT
        return f"{_korean_days(self.first, self.last)} {self.opens:%H:%M}~{closes}"


@dataclass(frozen=True)
class DeskHours:
    """The hours of a week, written ``mon-fri 09:00-18:00, sat 09:00-13:00``."""

    spans: tuple[Span, ...]

    @classmethod
    def parse(cls, text: str) -> DeskHours:
        """Read hours.

        Raises:
            ValueError: they are not of that form, or an end comes before its beginning.
        """
        return cls(tuple(_span(part.strip()) for part in text.lower().split(",")))

    def is_open(self, moment: datetime) -> bool:
        """Whether somebody answers at an aware moment."""
        return self.closing(moment) is not None

    def closing(self, moment: datetime) -> datetime | None:
        """Return when it closes, for a moment at which it is open; else None."""
        ends = [closes for opens, closes in self._around(moment, days=1) if opens <= moment < closes]
        return max(ends, default=None)

    def next_opening(self, moment: datetime) -> datetime:
        """Return the first opening after a moment."""
        return min(opens for opens, _ in self._around(moment, days=8) if opens > moment)

    def _around(self, moment: datetime, *, days: int) -> list[tuple[datetime, datetime]]:
        today = moment.astimezone(SEOUL).replace(hour=0, minute=0, second=0, microsecond=0)
        week = [today + timedelta(days=number) for number in range(days)]
        return [hours for day in week for span in self.spans if (hours := span.on(day)) is not None]

    def __str__(self) -> str:
        """Return them in Korean: ``평일 09:00~18:00``."""
        return ", ".join(str(span) for span in self.spans)


def _span(text: str) -> Span:
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError(f'not hours like "mon-fri 09:00-18:00": {text!r}')
    first = _DAYS.index(match["first"])
    last = _DAYS.index(match["last"]) if match["last"] else first
    opens = time.fromisoformat(match["opens"])
    closes = time() if match["closes"] == _MIDNIGHT else time.fromisoformat(match["closes"])
    if last < first or (closes <= opens and closes > time()):
        raise ValueError(f"hours that end before they begin: {text!r}")
    return Span(first, last, opens, closes)


def _at(day: datetime, hour: time) -> datetime:
    return day.replace(hour=hour.hour, minute=hour.minute)


def _korean_days(first: int, last: int) -> str:
    named = {(0, 4): "평일", (5, 6): "주말", (0, 6): "매일"}
    if first == last:
        return f"{_KOREAN_DAYS[first]}요일"
    return named.get((first, last), f"{_KOREAN_DAYS[first]}-{_KOREAN_DAYS[last]}")

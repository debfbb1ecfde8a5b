"""Days as an operator names them: in Seoul."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from prepayment.calendar import SEOUL
from prepayment.ops.output import printable
from prepayment.ops.refusals import Refusal

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def day_named(text: str, now: datetime) -> date:
    """Read ``YYYY-MM-DD``, ``today`` or ``yesterday``. Raises Refusal."""
    today = now.astimezone(SEOUL).date()
    if text in {"today", "yesterday"}:
        return today - timedelta(days=text == "yesterday")
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    # Moments of the first and the last days there are do not fit into every time zone.
    if day is None or not 2000 <= day.year <= 9000:
        raise Refusal(f"{printable(text)[:40]!r} is no day: YYYY-MM-DD, today or yesterday.")
    return day


def days_named(first: str, last: str, now: datetime) -> tuple[date, date]:
    """Read the first and the last day of a span. Raises Refusal."""
    first_day, last_day = day_named(first, now), day_named(last, now)
    if last_day < first_day:
        raise Refusal(f"--to {last_day} is before --from {first_day}.")
    return first_day, last_day


def start_of(day: date) -> datetime:
    """Return a day's first moment in Seoul."""
    return datetime.combine(day, time(), SEOUL)


def end_of(day: date) -> datetime:
    """Return the first moment after a day in Seoul."""
    return start_of(day + timedelta(days=1))

"""Runs of Arabic digits and the marks typed between them: a plain number, a date, a telephone number, a range."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

LONGEST = 12  # digits; longer runs are card, order or account numbers

# A blank beside a comma, or in its place, is let pass where only thousands can be meant: "50, 000", "50 000원".
_RUN = re.compile(
    r"[0-9]+(?:(?:[.,:/~·-]| ,(?=000(?![0-9]))|, (?=000(?![0-9]))|(?<![0-9]{4}) (?=000(?: 000)* ?원))[0-9]+)*"
)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+")
_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,3})\.[0-9]{1,4}")
_DOTTED = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_ITEM = r"(?:0|[1-9][0-9]{0,7})"
_NUMBER = rf"(?:{_GROUPED.pattern}|{_ITEM})"
_LIST = re.compile(rf"{_ITEM}(?:[,·]{_ITEM}){{1,3}}|{_NUMBER}[~-]{_NUMBER}")
_RANGE_SIGN = re.compile(r"[~-]")
_LIST_SIGN = re.compile(r"[,·]")


class Shape(Enum):
    """What a run of digits looks like."""

    PLAIN = "50000"
    GROUPED = "50,000"
    DECIMAL = "3.5"
    DOTTED = "50.000"  # a decimal, or a thousand with a dot for the comma
    LIST = "3~5"  # also "3,5", "3·5" and "3-5"
    BROKEN = "50,00"  # commas in the wrong places
    CODE = "2024.12.31"  # dates, times, telephone and order numbers


@dataclass(frozen=True, slots=True)
class Run:
    """A run of digits: `number` / `scale` is its value, or for a LIST the `parts`; BROKEN and CODE have neither."""

    start: int
    end: int
    shape: Shape
    number: int = 0
    scale: int = 1
    parts: tuple[int, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether the run is a whole number."""
        return self.shape in (Shape.PLAIN, Shape.GROUPED)


def read_run(text: str, start: int) -> Run:
    """Return the longest run of digits at `start`, where a digit must stand."""
    match = _RUN.match(text, start)
    if match is None:
        raise ValueError("no digit here")
    run, end = match[0].replace(" ", ""), match.end()
    if len(run) > 2 * LONGEST:
        return Run(start, end, Shape.CODE)
    if run.isdigit():
        if len(run) > LONGEST or (run[0] == "0" and len(run) > 1):
            return Run(start, end, Shape.CODE)
        return Run(start, end, Shape.PLAIN, int(run))
    if _GROUPED.fullmatch(run):
        return Run(start, end, Shape.GROUPED, int(run.replace(",", "")))
    if _DECIMAL.fullmatch(run):
        fraction = run.partition(".")[2]
        shape = Shape.DOTTED if _DOTTED.fullmatch(run) else Shape.DECIMAL
        return Run(start, end, shape, int(run.replace(".", "")), 10 ** len(fraction))
    if _LIST.fullmatch(run):
        separator = _RANGE_SIGN if _RANGE_SIGN.search(run) else _LIST_SIGN
        parts = tuple(int(part.replace(",", "")) for part in separator.split(run))
        return Run(start, end, Shape.LIST, parts=parts)
    if set(run) <= set("0123456789,.") and "," in run:
        return Run(start, end, Shape.BROKEN)
    return Run(start, end, Shape.CODE)

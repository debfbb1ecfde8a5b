"""Reads one number: "50,000", "오만", "5만 5천", "3.5만", "12만3천4백", with or without 원.

A number is a row of parts, each a coefficient and a unit, in falling order: units below 만 form a group, and
만, 억 and 조 multiply the group before them. Whether the number is a sum of money is decided elsewhere, from what
stands around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from prepayment.amounts.digits import Run, Shape, read_run
from prepayment.amounts.vocabulary import CLOSING

DIGIT = {digit: value for value, digit in enumerate("영일이삼사오육칠팔구")}
SMALL = {"십": 10, "백": 100, "천": 1_000}
LARGE = {"만": 1_0000, "억": 1_0000_0000, "조": 1_0000_0000_0000}
# Ways in which "만원" and "천원" are written by ear or by a slip of the finger; each holds the unit and 원.
BY_EAR = {
    "마넌": "만",
    "마눤": "만",
    "마논": "만",
    "만넌": "만",
    "마원": "만",
    "먄원": "만",
    "처넌": "천",
    "처눤": "천",
}
UNUSED = 10**18  # larger than every unit: the next one may be any

_THOUSANDS = re.compile(r"k(?![a-z])", re.IGNORECASE)
_BLANKS = re.compile(r" {1,3}")
_WON = re.compile(r"원|윈|웡|냥|₩|(?:won|krw)(?![a-z])", re.IGNORECASE)
_WON_BY_EAR = re.compile(r"(?:언|뭔|웜|우너)(?=만|이?요|으로|정도|[^가-힣]|$)")
# Words that begin with 원 and are no unit when a blank stands before them.
_OTHER_WORD = re.compile(r"원(?:하|해|래|금|인|칙|룸|본|망|가|격|활|두|할|동력)")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in a text. Unless it can be read in exactly one way, `value` is None and `candidates` its readings."""

    start: int
    end: int  # after 원, if there is one
    digits_end: int  # before 원
    value: int | None
    candidates: tuple[int, ...] = ()
    run: Run | None = None  # set when the number is nothing but Arabic digits
    won: bool = False
    large: bool = False  # is counted in 천, 만, 억 or 조
    arabic: bool = False  # has Arabic digits
    loose: bool = False  # has a blank between a coefficient and its unit


@dataclass(frozen=True, slots=True)
class _Reading:
    """A number being read: what has been added up so far and which units may still follow."""

    end: int
    total: int = 0
    group: int = 0
    next_large: int = UNUSED  # the next large unit must be smaller
    next_small: int = 1_0000  # the next unit of the group must be smaller
    last_unit: int = 0
    trailing: int | None = None  # a last number without a unit
    won: bool = False
    broken: bool = False  # not a number in good order
    options: tuple[int, ...] = ()  # the values, when a coefficient is one of several ("5,6만")
    arabic: bool = False
    loose: bool = False
    closed: bool = False  # nothing more can be joined

    @property
    def value(self) -> int:
        return self.total + self.group


@dataclass(frozen=True, slots=True)
class _Coefficient:
    """What stands before a unit: one value, or several to choose from, each divided by `scale`."""

    start: int
    end: int
    values: tuple[int, ...]
    scale: int = 1
    arabic: bool = False
    gap: bool = False  # a blank stands before it


def skip_blanks(text: str, position: int) -> int:
    """Return the position after at most three blanks."""
    match = _BLANKS.match(text, position)
    return match.end() if match else position


def find_won(text: str, position: int, *, by_ear: bool = False) -> int | None:
    """Return the end of the word for won that stands at `position`, perhaps after a blank, or None."""
    start = skip_blanks(text, position)
    if start > position and _OTHER_WORD.match(text, start):
        return None
    match = _WON.match(text, start)
    if match is None and by_ear and start == position:
        match = _WON_BY_EAR.match(text, start)
    return match.end() if match else None


def closes_word(text: str, position: int) -> bool:
    """Whether a Korean number may end here: no letter follows, or an ending, or the beginning of a verb of paying."""
    return not "가" <= text[position : position + 1] <= "힣" or CLOSING.match(text, position) is not None


def read_numeral(text: str, start: int) -> Numeral | None:
    """Return the number that begins at `start`, or None when none does."""
    reading = _Reading(start)
    # Before each blank: where to go back to when what follows turns out to be another word ("5만 천천히").
    checkpoints: list[_Reading] = []
    while not reading.closed:
        longer = _join(text, reading, first=reading.end == start)
        if longer is None:
            break
        if reading.end > start and text[reading.end] == " ":
            checkpoints.append(reading)
        reading = longer
    if reading.end == start:
        return _only_digits(text, read_run(text, start)) if text[start] in "0123456789" else None
    while checkpoints and not reading.won and not _ends_well(text, reading):
        reading = checkpoints.pop()
    return _finish(text, start, reading)


def _ends_well(text: str, reading: _Reading) -> bool:
    return find_won(text, reading.end, by_ear=True) is not None or closes_word(text, reading.end)


def _join(text: str, reading: _Reading, *, first: bool) -> _Reading | None:
    """Return the reading with one more part, or None when no part follows that fits."""
    start = reading.end if first else skip_blanks(text, reading.end)
    gap = start > reading.end
    if text[start : start + 1] in set("0123456789"):
        return _join_run(text, reading, read_run(text, start), first=first)
    end = start
    while text[end : end + 1] in DIGIT and end - start < 16:
        end += 1
    if end == start:
        return _join_bare_unit(text, reading, start)
    # Several digits in a row, "오륙만", mean one or the other.
    coefficient = _Coefficient(start, end, tuple(DIGIT[digit] for digit in text[start:end]), gap=gap)
    longer = _join_unit(text, reading, coefficient)
    if longer is not None or find_won(text, end) is None:
        # A last digit counts only when 원 follows: "5만이요" ends in a particle, not in a two.
        return longer
    digit = coefficient.values[0]
    broken = reading.broken or len(coefficient.values) > 1
    return replace(reading, end=end, group=reading.group + digit, trailing=digit, broken=broken, closed=True)


def _join_run(text: str, reading: _Reading, run: Run, *, first: bool) -> _Reading | None:
    """Join digits, with the unit after them or, at the end of a number, without one."""
    gap = run.start > reading.end
    if run.shape is Shape.LIST and max(run.parts) < 1_000:
        return _join_unit(text, reading, _Coefficient(run.start, run.end, run.parts, arabic=True, gap=gap))
    if run.shape in (Shape.DECIMAL, Shape.DOTTED) and first:
        return _join_unit(
            text, reading, _Coefficient(run.start, run.end, (run.number,), run.scale, arabic=True)
        )
    if not run.whole:
        return None
    longer = _join_unit(text, reading, _Coefficient(run.start, run.end, (run.number,), arabic=True, gap=gap))
    if longer is not None or first or run.number >= reading.next_small:
        return longer
    if gap and find_won(text, run.end) is None and (run.number < 100 or not closes_word(text, run.end)):
        # "5만 5000" is one number, "5만 30" and "5만 2024년" are not.
        return None
    return replace(
        reading, end=run.end, group=reading.group + run.number, trailing=run.number, arabic=True, closed=True
    )


def _find_unit(text: str, position: int) -> tuple[int, int, bool] | None:
    """Return size and end of the unit at `position` and whether it holds 원, or None."""
    by_ear = BY_EAR.get(text[position : position + 2])
    name = by_ear or text[position : position + 1]
    size = SMALL.get(name) or LARGE.get(name)
    return (size, position + (2 if by_ear else 1), by_ear is not None) if size else None


def _join_bare_unit(text: str, reading: _Reading, position: int) -> _Reading | None:
    """Join a unit without a coefficient: "천원", "백만", "십이만"'s 십, and the 만 that closes a group."""
    found = _find_unit(text, position)
    if found is None:
        return None
    unit, end, won = found
    joined = replace(reading, end=end, last_unit=unit, won=won, closed=won)
    if unit < 1_0000:
        if unit >= reading.next_small:
            return None
        return replace(joined, group=reading.group + unit, next_small=unit)
    # Only 만 stands for one of itself, and only at the beginning; "1억만" ends in the particle "only".
    alone = not reading.group and unit == 1_0000 and not reading.total
    if unit >= reading.next_large or not (reading.group or alone):
        return None
    total = reading.total + (reading.group or 1) * unit
    return replace(joined, total=total, group=0, next_large=unit, next_small=1_0000)


def _join_unit(text: str, reading: _Reading, coefficient: _Coefficient) -> _Reading | None:
    """Join a coefficient with the unit after it, perhaps after a blank; None when there is none that fits."""
    position = skip_blanks(text, coefficient.end)
    found = _find_unit(text, position)
    if found is None:
        return None
    unit, end, won = found
    values, scale = coefficient.values, coefficient.scale
    several = len(values) > 1
    joined = replace(
        reading,
        end=end,
        last_unit=unit,
        won=won,
        closed=won or several or scale > 1,
        broken=reading.broken or several or any(value * unit % scale for value in values),
        arabic=reading.arabic or coefficient.arabic,
        loose=reading.loose or position > coefficient.end,
    )
    if unit < 1_0000:
        if unit >= reading.next_small:
            return None
        group = reading.group + values[0] * unit // scale
        options = tuple(reading.value + value * unit // scale for value in values) if several else ()
        if several and text[end : end + 1] in LARGE:  # "이삼십만"
            options = tuple(option * LARGE[text[end]] for option in options)
            joined = replace(joined, end=end + 1)
        # "15백" is not a way of writing numbers.
        broken = joined.broken or (values[0] > 9 and scale == 1) or group >= 1_0000
        return replace(
            joined,
            group=group,
            next_small=unit,
            broken=broken,
            closed=joined.closed or broken,
            options=options,
        )
    if unit >= reading.next_large or values[0] >= reading.next_small * scale:
        return None
    totals = tuple(reading.total + (reading.group * scale + value) * unit // scale for value in values)
    return replace(
        joined,
        total=totals[0],
        group=0,
        next_large=unit,
        next_small=1_0000,
        # "3천 5만" may be two numbers.
        broken=joined.broken or (coefficient.gap and reading.group > 0),
        options=totals if several and len({len(str(value)) for value in values}) == 1 else (),  # not "4~50만"
    )


def _finish(text: str, start: int, reading: _Reading) -> Numeral:
    won_end = reading.end if reading.won else find_won(text, reading.end, by_ear=reading.last_unit >= 1_000)
    candidates: tuple[int, ...] = ()
    if reading.broken:
        candidates = tuple(dict.fromkeys(reading.options))
    elif won_end is None:
        candidates = _other_readings(reading)
    return Numeral(
        start=start,
        end=won_end or reading.end,
        digits_end=reading.end,
        value=None if reading.broken or candidates else reading.value,
        candidates=candidates,
        won=won_end is not None,
        large=reading.value >= 1_000 or reading.last_unit >= 1_000,
        arabic=reading.arabic,
        loose=reading.loose,
    )


def _other_readings(reading: _Reading) -> tuple[int, ...]:
    """Return the two readings of a number without 원 that can be read in two ways."""
    rest = reading.trailing
    if rest is not None and 0 < rest < 10 and reading.last_unit >= 1_000:
        # The last unit may have been left out: "3만5" is 35,000 or 30,005.
        return reading.value - rest + rest * reading.last_unit // 10, reading.value
    if rest is None and reading.next_large == LARGE["억"] and reading.group:
        # Likewise "1억 5천".
        return reading.total + reading.group * 1_0000, reading.value
    thousands = reading.value // 1_0000
    if reading.last_unit == 1_0000 and 1_000 <= thousands < 1_0000:
        # 만 is also the particle "only": "5천만" is 50,000,000 or only 5,000.
        return reading.value, thousands
    return ()


def _only_digits(text: str, run: Run) -> Numeral:
    """Return the number that is written in nothing but Arabic digits."""
    digits_end, scale = run.end, 1
    if run.whole and run.number <= 9_999 and _THOUSANDS.match(text, run.end):
        digits_end, scale = run.end + 1, 1_000  # "50k"
    end = find_won(text, digits_end)
    value: int | None = None
    candidates: tuple[int, ...] = ()
    if run.whole or (run.shape is Shape.DOTTED and end is not None):
        value = run.number * scale  # won have no decimals: in "50.000원" the dot stands for a comma
    elif run.shape is Shape.DOTTED:
        candidates = (run.number,)
    elif run.shape is Shape.LIST and min(run.parts) >= 1_000:
        candidates = tuple(dict.fromkeys(run.parts))
    return Numeral(
        start=run.start,
        end=end or digits_end,
        digits_end=digits_end,
        value=value,
        candidates=candidates,
        run=run,
        won=end is not None,
        large=scale > 1,
        arabic=True,
    )

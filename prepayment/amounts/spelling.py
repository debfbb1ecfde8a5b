"""Writing sums of money for people to read."""

from __future__ import annotations

DIGITS = "영일이삼사오육칠팔구"
SMALL_UNITS = ((1_000, "천"), (100, "백"), (10, "십"))
LARGE_UNITS = ((1_0000_0000_0000, "조"), (1_0000_0000, "억"), (1_0000, "만"), (1, ""))
LIMIT = 1_0000_0000_0000_0000


def format_won(won: int) -> str:
    """Return whole won in digits: 50000 -> "50,000원"."""
    return f"{won:,}원"


def to_korean(won: int) -> str:
    """Return whole won in words, without spaces: 35000 -> "삼만오천원", -1000 -> "마이너스 천원".

    Raises ValueError from ten quadrillion (10**16) on, for which there is no word here.
    """
    if abs(won) >= LIMIT:
        raise ValueError(f"no Korean word for sums of {LIMIT} won and more: {won}")
    if won < 0:
        return "마이너스 " + to_korean(-won)
    if won == 0:
        return "영원"
    words = []
    rest = won
    for size, name in LARGE_UNITS:
        group, rest = divmod(rest, size)
        if group:
            # Ten thousand is said "만", but a hundred million is "일억".
            words.append(("" if group == 1 and name == "만" else _group(group)) + name)
    return "".join(words) + "원"


def _group(number: int) -> str:
    """Spell 1..9999; a one before 천, 백 or 십 is not said."""
    words = []
    for size, name in SMALL_UNITS:
        digit, number = divmod(number, size)
        if digit:
            words.append(("" if digit == 1 else DIGITS[digit]) + name)
    return "".join(words) + (DIGITS[number] if number else "")

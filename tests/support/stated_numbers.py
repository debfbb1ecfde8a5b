"""Finds the sums and telephone numbers that a text states, to compare them with the rules."""

from __future__ import annotations

import re

from prepayment.rules import MINIMUM_WON, SUPPORT_NUMBER

# Where a text may name a limit of nothing, as in a blocked line: a state, not a rule that can drift.
ALLOWED_AMOUNTS = frozenset({f"{MINIMUM_WON:,}원", "0원"})
HANGUL_DIGITS = "일이삼사오육칠팔구"
HANGUL_UNITS = "십백천만억"
AMOUNT = re.compile(
    rf"\d[\d,.]*(?:\s*\d*[{HANGUL_UNITS}]+)*\s*원"
    rf"|\d[\d,.]*\s*[천만억]"
    rf"|[{HANGUL_DIGITS}]?[{HANGUL_UNITS}](?:\s?[{HANGUL_DIGITS}{HANGUL_UNITS}])*\s?원"
)
PHONE_NUMBER = re.compile(r"(?<![\d,])(?:\d{2,4}(?:-\d{3,4}){1,2}|\d{7,}|\d{3,4})(?![\d,년원])")


def wrong_amounts(shown: str) -> list[str]:
    """Return the won amounts written out in a text that are not the minimum as the rules have it."""
    return [amount for amount in AMOUNT.findall(shown) if amount not in ALLOWED_AMOUNTS]


def wrong_phone_numbers(shown: str, *, also: frozenset[str] = frozenset()) -> list[str]:
    """Return the telephone numbers in a text that are not the customer centre's, nor among ``also``."""
    return [number for number in PHONE_NUMBER.findall(shown) if number not in {SUPPORT_NUMBER, *also}]

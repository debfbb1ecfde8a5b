"""Takes out of a typed message what must not be kept: before storage, the dialogue engine and every log.

Order matters: a resident number may look like a card or an account, a card like an account. Sums stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Final

from stdnum import luhn
from stdnum.exceptions import ValidationError
from stdnum.kr import rrn

RESIDENT_NUMBER: Final = "[주민등록번호 가림]"
CARD_NUMBER: Final = "[카드번호 가림]"
CARD_EXPIRY: Final = "[유효기간 가림]"
PASSWORD: Final = "[비밀번호 가림]"  # noqa: S105  # the words shown in its place
PHONE_NUMBER: Final = "[전화번호 가림]"
ACCOUNT_NUMBER: Final = "[계좌번호 가림]"

# Between the digits of one number: spaces, dashes and dots of all kinds, and characters that cannot be seen.
_INVISIBLE: Final = "\u00ad\u200b-\u200f\u2060\ufeff"
_DASHES: Final = "\\-\u2010-\u2015\u2212\uff0d"
_GAP: Final = rf"[\s{_DASHES}{_INVISIBLE}.·_/]"
_BEFORE: Final = r"(?<!\d)"
_AFTER: Final = r"(?!\d)"
# A long bare number that is named as money is money.
_NOT_MONEY: Final = r"(?!\s*[만천백억조]?\s*원)"

_RESIDENT: Final = re.compile(
    rf"{_BEFORE}\d{{6}}(?:{_GAP}{{0,3}}\d{{7}}|[{_DASHES}]\d(?:[\d*●xX]{{0,6}}))(?![\d*])"
)
_CARD_GAP: Final = rf"(?:{_GAP}|,){{0,3}}"
_CARD: Final = re.compile(rf"{_BEFORE}\d(?:{_CARD_GAP}\d){{12,}}")
_EXPIRY: Final = re.compile(
    rf"((?:유효\s*기간|만료일?)[^\d\n]{{0,6}}){_BEFORE}(?:0[1-9]|1[0-2])\s*/?\s*\d{{2}}(?:\d{{2}})?{_AFTER}"
)
_SECRET: Final = re.compile(
    r"((?:비밀\s*번호|비번|암호|cvc|cvv|pin\s*번호)\s*(?:앞?\s*(?:두|네|2|4|6)\s*자리)?\s*(?:은|는|이|가)?\s*[:=]?\s*)"
    r"(?=[!-~]*\d)[!-~]{2,}",
    re.IGNORECASE,
)
_PHONE: Final = re.compile(
    rf"{_BEFORE}(?:\+?82{_GAP}{{0,2}}(?:\(0\))?|0)(?:1[016789]|[2-7]\d?|70|80){_GAP}{{0,2}}\d{{3,4}}{_GAP}{{0,2}}\d{{4}}{_AFTER}{_NOT_MONEY}"
)
_ACCOUNT: Final = re.compile(
    rf"{_BEFORE}(?:\d{{2,6}}(?:[{_DASHES}]\d{{2,8}}){{2,4}}|\d{{10,16}}){_AFTER}{_NOT_MONEY}"
)
_SUM_WITH_COMMAS: Final = re.compile(r"\d{1,3}(?:,\d{3})+")
_CARD_DIGITS: Final = range(13, 20)
_ACCOUNT_DIGITS: Final = range(10, 17)


def redact(text: str) -> str:
    """Return the text with masks in the place of resident, card, phone and account numbers and passwords."""
    text = _RESIDENT.sub(_mask(RESIDENT_NUMBER, _is_resident), text)
    text = _CARD.sub(_without_cards, text)
    text = _EXPIRY.sub(rf"\1{CARD_EXPIRY}", text)
    text = _SECRET.sub(rf"\1{PASSWORD}", text)
    text = _PHONE.sub(PHONE_NUMBER, text)
    return _ACCOUNT.sub(_mask(ACCOUNT_NUMBER, _is_account), text)


def _mask(words: str, is_one: Callable[[str], bool]) -> Callable[[re.Match[str]], str]:
    return lambda match: words if is_one(match[0]) else match[0]


def _digits(text: str) -> str:
    """Return the digits of a text, of whatever script, as ASCII."""
    return "".join(str(unicodedata.decimal(character)) for character in text if character.isdecimal())


def _is_resident(text: str) -> bool:
    digits = _digits(text)
    try:
        # Numbers given out since October 2020 have no check digit any more, so only the date can tell.
        return isinstance(rrn.get_birth_date(digits), date)
    except ValidationError:
        return False


def _is_account(text: str) -> bool:
    return len(_digits(text)) in _ACCOUNT_DIGITS


def _without_cards(match: re.Match[str]) -> str:
    """Mask every card number in a run of digits and gaps; other numbers may stand next to it."""
    text = match[0]
    groups = list(re.finditer(r"\d+", text))
    for first, group in enumerate(groups):
        for last in reversed(groups[first : first + _CARD_DIGITS[-1]]):
            if _is_card(text[group.start() : last.end()]):
                return text[: group.start()] + CARD_NUMBER + _CARD.sub(_without_cards, text[last.end() :])
    return text


def _is_card(text: str) -> bool:
    digits = _digits(text)
    return (
        len(digits) in _CARD_DIGITS
        # No card begins with 0 or 1, every phone number does.
        and digits[0] not in "01"
        and luhn.is_valid(digits)
        and not _SUM_WITH_COMMAS.fullmatch(text)
    )

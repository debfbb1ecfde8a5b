"""Finds the sums of money in a message and tells them from dates, telephone numbers, counts and ordinary words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prepayment.amounts import vocabulary as words
from prepayment.amounts.digits import Run, Shape
from prepayment.amounts.mention import Mention, Share
from prepayment.amounts.numerals import BY_EAR, DIGIT, Numeral, closes_word, read_numeral

_BEGINNING = re.compile(r"[0-9영일이삼사오육칠팔구십백천만마먄처]")
_UNITS = frozenset("십백천만마먄처")
_BEFORE, _AFTER = 14, 28  # how many characters around a number are looked at
_LONGEST_BARE = 8  # digits: without 원 or commas, more of them are a telephone, order or card number
_MOST = 100  # numbers in a message; which of more is meant need not be found out
_ALONE = re.compile(rf"{words.TAIL}[^가-힣a-zA-Z0-9]*")
_ANOTHER = re.compile(r"\s?(?:[0-9]|[일이삼사오육칠팔구]?[십백천만])")
_SHORT_DATE = re.compile(r"[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_LONG_DATE = re.compile(rf"(?:19|20){_SHORT_DATE.pattern}")
_SERVICE_NUMBER = re.compile(r"1[568][0-9]{2}")  # 1588, 1588-0010


def find_sums(text: str) -> Iterator[Mention]:
    """Yield the sums in a normalized text, in order; after too many numbers, an unclear one and no more."""
    text = words.DIGIT_GROUPS.sub(lambda match: "¤" * len(match[0]), text)
    position = count = 0
    while (beginning := _BEGINNING.search(text, position)) is not None:
        if _ends_word(text, beginning.start()):
            position = beginning.end()
            continue
        numeral = read_numeral(text, beginning.start())
        if numeral is None:
            position = beginning.end()
            while beginning[0] in DIGIT and text[position : position + 1] in DIGIT:
                position += 1  # no number begins in the middle of a row of digits either
            continue
        position = numeral.end
        count += 1
        if count > _MOST:
            yield Mention(Share.SUM, numeral.start, numeral.end, unclear=True)
            return
        mention = _Context(text, numeral).judge()
        if mention is not None:
            yield mention


def _ends_word(text: str, position: int) -> bool:
    """Whether the letter is the end of a word and no number, though a number may follow after a blank."""
    if words.WORD_END.match(text, position):
        return True
    before = text[max(0, position - _BEFORE) : position]
    if not words.SUBJECT_END.match(text, position) or words.ADVERB_BEFORE.search(before):
        return False
    # The particle 이 follows a syllable that ends in a consonant.
    return "가" <= before[-1:] <= "힣" and (ord(before[-1]) - ord("가")) % 28 != 0


class _Context:
    """A number and what stands around it."""

    def __init__(self, text: str, numeral: Numeral) -> None:
        self.text = text
        self.numeral = numeral
        self.before = text[max(0, numeral.start - _BEFORE) : numeral.start]
        self.after = text[numeral.end : numeral.end + _AFTER]
        self.word = text[numeral.start : numeral.digits_end]

    def judge(self) -> Mention | None:
        """Return the sum that the number is, clear or not, or None when it is something else."""
        numeral = self.numeral
        if numeral.run is not None:
            kept = self._digits_are_money(numeral.run)
        elif numeral.arabic:
            kept = self._mixed_is_money()
        else:
            kept = self._letters_are_money()
        if not kept or words.FOREIGN_BEFORE.search(self.before):
            return None
        settled = numeral.won or words.UNCLEAR_AFTER.match(self.after) is not None
        if not settled and words.COUNTER.match(self.after):
            return None
        negative = words.MINUS_BEFORE.search(self.before) is not None
        candidates = numeral.candidates if numeral.value is None else (numeral.value,)
        unclear = numeral.value is None
        if self._continues():
            candidates, unclear = (), True
        elif self._qualified(negative):
            unclear = True
        sign = -1 if negative else 1
        return Mention(
            Share.SUM,
            numeral.start,
            numeral.end,
            won=None if unclear or numeral.value is None else sign * numeral.value,
            candidates=tuple(sign * value for value in candidates),
            unclear=unclear,
            doubtful=self._is_ordinary and not self._ordinary_word_is_money(),
        )

    @property
    def _alone(self) -> bool:
        """Whether the message is nothing but this number."""
        return not self.text[: self.numeral.start].strip() and bool(_ALONE.fullmatch(self.after))

    def _digits_are_money(self, run: Run) -> bool:
        numeral = self.numeral
        if run.shape is Shape.CODE:
            return False
        if numeral.won:
            return run.shape is not Shape.DECIMAL
        if words.WORD_BEFORE_CODE.search(self.before) and not words.CURRENCY_BEFORE.search(self.before):
            return False
        if run.shape is Shape.LIST:
            return all(part and part % 1_000 == 0 for part in run.parts)
        if run.shape is Shape.BROKEN:
            return re.search(r"[0-9]{3}", self.word) is not None
        if run.shape is Shape.DECIMAL:
            return False
        if run.shape is Shape.DOTTED:
            return run.number % 1_000 == 0
        if numeral.large:
            return run.number > 0
        if run.number < 1_000 or words.CODE_WORD.search(self.before):
            return False
        if run.shape is Shape.PLAIN and run.number >= 10**_LONGEST_BARE:
            return False
        if run.shape is Shape.PLAIN and run.number % 100 and len(self.word) == 4:
            # A year, a service number such as 1588, a code: only by itself is it a sum.
            other = 1950 <= run.number < 2100 or _SERVICE_NUMBER.fullmatch(self.word)
            return self._alone and not other
        eight = len(self.word) == 8
        return not (eight and (_LONG_DATE.fullmatch(self.word) or _SERVICE_NUMBER.match(self.word)))

    def _mixed_is_money(self) -> bool:
        numeral = self.numeral
        if numeral.won:
            return True
        if not numeral.large or self.word.endswith("조"):
            return False
        if numeral.loose:
            # "17 만 되나요" may also be "only the 17th".
            return self._alone or bool(
                closes_word(self.text, numeral.end) and words.PAYING_NEXT.match(self.after)
            )
        return True

    def _letters_are_money(self) -> bool:
        numeral, word = self.numeral, self.word
        if word[0] in _UNITS and words.VAGUE_BEFORE.search(self.before):
            return False
        if word in BY_EAR and not closes_word(self.text, numeral.end):
            return False
        if numeral.won:
            if len(word) == 1 and word not in _UNITS:
                return False  # 사원, 구원, 영원: words, and nobody spells out four won
            if self._attached:
                together = self.text[numeral.digits_end : numeral.end].lstrip(" ")
                return (
                    closes_word(self.text, numeral.end) and len(together) == numeral.end - numeral.digits_end
                )
            return not (word in _UNITS and words.IDIOM.match(self.text, numeral.start))
        if self._attached:
            return False
        if not numeral.large or word.endswith("조") or not closes_word(self.text, numeral.end):
            return False
        return not self._is_ordinary or (len(word) > 1 and not words.ORDINARY_AFTER.match(self.after))

    @property
    def _is_ordinary(self) -> bool:
        return not self.numeral.won and self.word in words.ORDINARY

    def _ordinary_word_is_money(self) -> bool:
        if self.word in ("이만", "일만") and re.match(r"\s?(?:할|하)", self.after):
            return False
        if words.FAREWELL.search(self.before + self.word + self.after):
            return False
        if self.word == "오만":
            return words.ARROGANCE_AFTER.match(self.after) is None
        return (
            self._alone
            or words.ORDINARY_SUM.match(self.word + self.after) is not None
            or words.PAYING_NEXT.match(self.after) is not None
            or _ANOTHER.match(self.after) is not None
        )

    @property
    def _attached(self) -> bool:
        """Whether a letter or digit stands directly before the number that is not known to go with numbers."""
        before = self.before
        return ("가" <= before[-1:] <= "힣" or before[-1:].isdigit()) and not (
            words.LEADING_WORD.search(before) or words.SUM_BEFORE.search(before)
        )

    def _continues(self) -> bool:
        """Whether the number may be the end of something longer, so that its own value is worth nothing."""
        before, numeral, word = self.before, self.numeral, self.word
        if (
            words.RANGE_BEFORE.search(before)
            or words.POINT_BEFORE.search(before)
            or words.SPACED_DIGITS.search(before)
        ):
            return True
        if word[0] in _UNITS and (words.NATIVE_BEFORE.search(before) or words.DIGIT_BEFORE.search(before)):
            return words.YES_BEFORE.search(before) is None
        if numeral.arabic:
            return False
        if word.startswith("만 ") and "가" <= before[-1:] <= "힣":
            return True  # "선결제만 오천원": only, or ten thousand
        if word.startswith("이 ") and self.text[numeral.digits_end : numeral.digits_end + 1] != " ":
            return True  # "이 만원": two of them, or this one
        # "요금이만원": the 이 may be a particle.
        return self._attached or (word[0] == "이" and "가" <= before[-1:] <= "힣")

    def _qualified(self, negative: bool) -> bool:
        """Whether something beside the number makes it another thing than the sum to pay, or leaves that open."""
        numeral, after, word = self.numeral, self.after, self.word
        if words.BOUND_BEFORE.search(self.before) or (
            not negative and words.UNCLEAR_SIGN.search(self.before)
        ):
            return True
        if words.UNCLEAR_AFTER.match(after):
            return True
        if numeral.won:
            return False
        if word in words.ORDINARY and word != "오만":
            return True
        if numeral.run is not None:
            if numeral.large and numeral.run.number < 10:
                return True  # "4k" may be the sharpness of a film
            six_digits = numeral.run.shape is Shape.PLAIN and _SHORT_DATE.fullmatch(word) is not None
            return six_digits or after[:1] in tuple("십백천억")
        if after[:1] in tuple("0123456789십백천억") or (numeral.arabic and words.LAST_DIGIT.match(after)):
            return True
        # "12.31만" may be a date and the particle "only".
        return re.match(r"[0-9]+\.[0-9]{2,}", word) is not None

"""Sums as customers read them."""

from __future__ import annotations

import pytest

from prepayment.amounts import format_won, to_korean


@pytest.mark.parametrize(
    ("won", "digits"),
    [(0, "0원"), (999, "999원"), (50_000, "50,000원"), (1_234_567, "1,234,567원"), (-1_000, "-1,000원")],
)
def test_digits_have_commas(won: int, digits: str) -> None:
    assert format_won(won) == digits


@pytest.mark.parametrize(
    ("won", "words"),
    [
        (0, "영원"),
        (1, "일원"),
        (10, "십원"),
        (1_000, "천원"),
        (10_000, "만원"),
        (11_111, "만천백십일원"),
        (35_000, "삼만오천원"),
        (110_000, "십일만원"),
        (1_234_567, "백이십삼만사천오백육십칠원"),
        (10_000_000, "천만원"),
        (100_000_000, "일억원"),
        (100_010_000, "일억만원"),
        (1_0000_0000_0000, "일조원"),
        (-50_000, "마이너스 오만원"),
    ],
)
def test_words_leave_out_the_ones_nobody_says(won: int, words: str) -> None:
    assert to_korean(won) == words


@pytest.mark.parametrize("won", [10**16, -(10**16)])
def test_a_sum_without_a_word_is_refused(won: int) -> None:
    with pytest.raises(ValueError, match="no Korean word"):
        to_korean(won)

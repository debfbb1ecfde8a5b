"""A sum written in any usual way is read back as the same sum."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepayment.amounts import format_won, parse, to_korean

sums = st.integers(min_value=0, max_value=999_999_999)
# Sums people pay end in zeros more often than chance would have it.
round_sums = st.builds(lambda head, zeros: head * 10**zeros, st.integers(1, 9_999), st.integers(0, 5))
any_sum = sums | round_sums
# One to nine won are spelled like words ("사원" is an employee) and are not read.
spelled_sum = any_sum.filter(lambda won: won >= 10)
ENDINGS = [
    "",
    "이요",
    "만",
    "만요",
    "으로",
    "으로요",
    "이에요",
    "입니다",
    " 정도",
    " 정도요",
    "쯤",
    " 선결제해줘",
    " 부탁드려요",
    "만 먼저요",
]
OPENINGS = ["", "네 5월 17일에 ", "그럼 ", "아니 ", "아니요, ", "총 ", "딱 ", "이번 달 ", "선결제 ", "음... "]


def won(text: str) -> int | None:
    return parse(text).won


def groups_of_ten_thousand(number: int) -> list[tuple[int, str]]:
    """Split into (group below ten thousand, its large unit), without empty groups."""
    groups = [(number // 10**8, "억"), (number // 10**4 % 10**4, "만"), (number % 10**4, "")]
    return [group for group in groups if group[0]]


def in_mixed_units(group: int) -> str:
    """Write 1..9999 as people mix digits and letters: 5400 -> "5천4백"."""
    parts = [(group // 1_000, "천"), (group // 100 % 10, "백"), (group // 10 % 10, "십"), (group % 10, "")]
    return "".join(f"{digit}{unit}" for digit, unit in parts if digit)


@given(spelled_sum)
def test_words(number: int) -> None:
    assert won(to_korean(number)) == number


@given(any_sum)
def test_digits(number: int) -> None:
    assert won(f"{number}원") == number
    assert won(f"{number} 원") == number
    assert won(f"₩{number}원") == number


@given(any_sum)
def test_digits_with_commas(number: int) -> None:
    assert won(format_won(number)) == number


@given(st.integers(10_000, 999_999_999))
def test_digits_with_commas_need_no_won(number: int) -> None:
    assert won(f"{number:,}") == number


@given(any_sum.filter(bool), st.sampled_from(["", " "]))
def test_digits_with_large_units(number: int, blank: str) -> None:
    """12345678 as 1234만5678원 and 1234만 5678원."""
    assert (
        won(blank.join(f"{group}{unit}" for group, unit in groups_of_ten_thousand(number)) + "원") == number
    )


@given(any_sum.filter(bool), st.sampled_from(["", " "]))
def test_digits_with_every_unit(number: int, blank: str) -> None:
    """12345678 as 1천2백3십4만5천6백7십8원, also with a blank after 만."""
    text = blank.join(in_mixed_units(group) + unit for group, unit in groups_of_ten_thousand(number))
    assert won(text + "원") == number


@given(spelled_sum)
def test_words_with_a_blank_after_each_large_unit(number: int) -> None:
    text = to_korean(number).replace("억", "억 ").replace("만", "만 ").replace(" 원", "원")
    assert won(text) == number
    assert won(text.replace("원", " 원")) == number


@given(st.integers(1, 999_999), st.integers(1, 9))
def test_tenths_of_ten_thousand(whole: int, tenth: int) -> None:
    """3.5만원."""
    whole %= 10_000
    assert won(f"{whole}.{tenth}만원") == whole * 10_000 + tenth * 1_000


@given(st.integers(1, 99), st.integers(1, 9))
def test_ten_thousands_and_thousands_need_no_won(ten_thousands: int, thousands: int) -> None:
    number = ten_thousands * 10_000 + thousands * 1_000
    assert won(f"{ten_thousands}만{thousands}천") == number
    assert won(f"{ten_thousands}만 {thousands}천이요") == number
    assert won(to_korean(number).removesuffix("원")) == number


@given(any_sum)
def test_full_width_digits(number: int) -> None:
    assert won(f"{number:,}원".translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})) == number


@given(spelled_sum.filter(bool), st.sampled_from(OPENINGS), st.sampled_from(ENDINGS))
def test_polite_words_around_a_sum_do_not_change_it(number: int, opening: str, ending: str) -> None:
    for text in (f"{number}원", f"{number:,}원", to_korean(number)):
        assert won(opening + text + ending) == number


@given(any_sum.filter(bool))
def test_a_minus_makes_a_sum_negative(number: int) -> None:
    assert won(f"-{number}원") == -number
    assert won(f"마이너스 {number}원") == -number


@given(spelled_sum, spelled_sum)
def test_the_second_sum_replaces_the_one_taken_back(first: int, second: int) -> None:
    for between in (" 말고 ", " 아니고 ", "... 아니 ", "이 아니라 "):
        amount = parse(to_korean(first) + between + f"{second}원")
        if first == second:
            assert amount.kind == "ambiguous"
        else:
            assert amount.won == second


@given(spelled_sum, spelled_sum)
def test_two_different_sums_are_never_chosen_between(first: int, second: int) -> None:
    for between in (" ", ", ", "이랑 ", "이나 ", " 또는 ", "에서 ", "~", " 아니면 "):
        amount = parse(f"{first:,}원{between}{second:,}원")
        if first != second:
            assert (amount.kind, amount.won) == ("ambiguous", None)
            assert set(amount.candidates) == {first, second}


@pytest.mark.parametrize("message", ["사원", "구원", "영원", "일원"])
def test_words_that_would_spell_less_than_ten_won_are_words(message: str) -> None:
    assert parse(message).kind == "none"

"""A sum that a word beside it makes a bound, a difference or one of several is never taken for the one to pay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepayment.amounts import parse

SUMS = ["5만원", "5만", "오만원", "오만", "삼만오천원", "만원", "50,000원", "50000원", "십만", "5마넌", "50k"]
OTHER_SUMS = ["7만원", "7만", "칠만", "칠만원", "70000", "70,000원", "팔마넌", "7만5천", "칠만 오천원"]
BEFORE = """
최소|최소한|최대|최대한|적어도|못해도|많아야|많아봐야|기껏해야|많게는|적게는|아무리 많아도|최고|최저|적게 잡아도
추가로|한도|한도가|한도는|월 한도
"""
AFTER = """
 이상| 이하|미만| 초과| 넘게| 넘지 않게| 안 넘게| 못 넘게| 안으로| 안에서| 안쪽| 내로| 이내로| 한도 내에서| 밑으로
 아래로| 언저리| 남짓
 내외| 전후| 위로|대| 대로| 선에서| 사이|까지|까지만|부터|씩| 정도씩| 정도 이상|의 절반| 반만|의 반| 초반| 두 번
 2번| 두 배| 곱하기 2| x2
 더| 더 낼게요| 정도 더| 조금 더|하고 조금 더|에서 조금 빼고| 추가로| 빼고| 빼고 다| 정도 빼고| 뺀 나머지| 제외하고
 남기고 다| 남게| 줄여줘
보다 조금| 조금 넘게| 좀 안되게| 채 안되게| 되게| 채워서| 맞춰서| 될 때까지| 되기 전까지| 플러스 알파|+a| 플마| 얼마
 중에서| 단위로
"""
BETWEEN = """
 |, | / |~| ~ | - |에서 |에서|이나 |나 |이랑 |하고 |과 |와 |+| 플러스 |도 | 또는 | 혹은 | 아니면 |이든 | vs |? |. |인지
할까 | 할까요 |도 되고 |보다는 |인데 |에다 |에 | 더하기 | 다음에 | 그리고 |요 |정도 | 내지 |씩
"""


def words(table: str, joint: str = "") -> st.SearchStrategy[str]:
    """Return the words of a table, whose lines end a word, too; each with `joint` after it."""
    return st.sampled_from(
        [word + joint for line in table.strip("\n").split("\n") for word in line.split("|")]
    )


@given(words(BEFORE, " "), st.sampled_from(SUMS))
def test_a_bound_before_a_sum_leaves_it_open(before: str, written: str) -> None:
    assert parse(before + written).kind == "ambiguous"


@given(st.sampled_from(SUMS), words(AFTER))
def test_a_bound_or_a_difference_after_a_sum_keeps_it_from_being_chosen(written: str, after: str) -> None:
    assert parse(written + after).kind in ("ambiguous", "none")


@given(
    st.sampled_from(SUMS), words(BETWEEN), st.sampled_from(OTHER_SUMS), st.sampled_from(["", "요", " 결제"])
)
def test_however_two_sums_are_joined_none_is_chosen(
    written: str, between: str, other: str, ending: str
) -> None:
    assert parse(written + between + other + ending).kind in ("ambiguous", "none")


@pytest.mark.parametrize("between", [" 말고 ", "말고", " 아니고 ", " 아니 ", "에서 ", " ㄴㄴ ", " → "])
@given(st.sampled_from(SUMS), st.sampled_from(OTHER_SUMS))
def test_a_sum_taken_back_is_never_the_answer(between: str, written: str, other: str) -> None:
    taken_back = parse(written).won
    assert parse(written + between + other + "으로 바꿔줘").won != taken_back

"""Any text at all gets an answer, and dates, telephone numbers and counts never become money."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepayment.amounts import parse

# Pieces that mean something to the reader, in any order.
WORDS = """
5 0 50000 3.5 3~5 , . - ~ ? 만 천 백 십 억 조 원 영 일 이 삼 오 육 만원 천원 마넌 won ₩ $ k 다 전액 전부 절반 싹 남은 거
나머지 말고 아니 한도 이만 각 오만 총액 all k 에서 으로 바꿔 이랑 하고 더 빼고 두 번 몇 수 월 일 개 명 살 번호 %
마이너스 결제 낼게요 해줘 요 ５ ㅋ 🙏
"""
MARKS = [
    " ",
    "  ",
    "\n",
    "\t",
    "\u200b",
    "\u200f",
    "\u202e",
    "\u3000",
    "\x00",
    "\x1b",
    "\u20e3",
    "\u1106\u1161\u11ab",
    "\u11ab",
]
PIECES = st.sampled_from([*WORDS.split(), *MARKS])
KINDS = {"won", "all", "minimum", "none", "ambiguous"}


@given(st.text(max_size=300) | st.lists(PIECES, max_size=40).map("".join))
def test_any_text_gets_a_complete_answer(text: str) -> None:
    amount = parse(text)
    assert amount.kind in KINDS
    assert (amount.won is None) == (amount.kind != "won")
    assert (amount.span is None) == (amount.kind == "none")
    if amount.span is not None:
        assert 0 <= amount.span[0] < amount.span[1] <= len(text)


@given(st.lists(PIECES, max_size=20).map("".join))
def test_invisible_marks_change_nothing(text: str) -> None:
    plain, marked = parse(text), parse("\u200f".join(text) + "\u200b")
    if not set(text) & {"\u1106", "\u11ab"}:  # between separately typed letters a mark does part them
        assert (plain.kind, plain.won, plain.candidates) == (marked.kind, marked.won, marked.candidates)


@pytest.mark.parametrize(
    "piece",
    [
        "5",
        "0",
        "만",
        "천 ",
        "5만",
        "5만원 ",
        "십",
        "일이",
        "5,",
        "1-",
        "3.",
        "~5",
        "이 ",
        "다 ",
        "전부 다 ",
        "말고",
        "5만원 아니 ",
        " ",
        "\u200b",
        "마",
    ],
)
def test_ten_thousand_characters_get_an_answer(piece: str) -> None:
    amount = parse((piece * 10_000)[:10_000])
    assert amount.kind in KINDS


def test_more_numbers_than_anyone_means_are_ambiguous() -> None:
    assert parse("5월 17일 " * 200).kind == "ambiguous"
    assert parse("5만원 " * 1_000).kind == "ambiguous"


dates = st.dates(datetime.date(1950, 1, 1), datetime.date(2099, 12, 31))
DATE_FORMS = [
    "%Y-%m-%d",
    "%Y.%m.%d",
    "%Y. %m. %d",
    "%Y/%m/%d",
    "%Y년 %m월 %d일",
    "%m월 %d일",
    "%m/%d",
    "%m월%d일",
    "%Y년",
    "%Y%m%d",
    "%y.%m.%d",
]
WORDS_AROUND = [
    ("", ""),
    ("", "에"),
    ("", "까지 되나요"),
    ("선결제 ", "에 했어요"),
    ("(", ")"),
    ("", "에 결제한 거요"),
    ("지난 ", ""),
    ("", "부터"),
]


@given(dates, st.sampled_from(DATE_FORMS), st.sampled_from(WORDS_AROUND))
def test_a_date_is_no_sum(date: datetime.date, form: str, around: tuple[str, str]) -> None:
    # Not strftime: its %m월 depends on the locale's encoding.
    text = form.replace("%Y", f"{date.year}").replace("%y", f"{date.year % 100:02}")
    text = text.replace("%m", f"{date.month:02}").replace("%d", f"{date.day:02}")
    assert parse(around[0] + text + around[1]).kind == "none"


@given(
    st.times(),
    st.sampled_from(["{h}시 {m}분", "{h}:{m:02}", "{h}시{m}분", "오후 {h}시"]),
    st.sampled_from(WORDS_AROUND),
)
def test_a_time_is_no_sum(time: datetime.time, form: str, around: tuple[str, str]) -> None:
    assert parse(around[0] + form.format(h=time.hour, m=time.minute) + around[1]).kind == "none"


digits = st.characters(min_codepoint=ord("0"), max_codepoint=ord("9"))


@given(
    st.sampled_from(["010", "011", "02", "031", "070", "080"]),
    st.text(digits, min_size=4, max_size=4),
    st.text(digits, min_size=4, max_size=4),
    st.sampled_from(["-", "", " ", "."]),
    st.sampled_from(
        [
            ("", ""),
            ("제 번호는 ", "이에요"),
            ("", "로 전화주세요"),
            ("번호 ", "요"),
            ("", " 입니다"),
            ("", "만 돼요"),
        ]
    ),
)
def test_a_telephone_number_is_no_sum(
    area: str, exchange: str, number: str, separator: str, around: tuple[str, str]
) -> None:
    assert parse(around[0] + separator.join((area, exchange, number)) + around[1]).kind == "none"


@given(st.text(digits, min_size=16, max_size=16), st.sampled_from(["-", "", " "]))
def test_a_card_number_is_no_sum(number: str, separator: str) -> None:
    text = separator.join(number[start : start + 4] for start in range(0, 16, 4))
    assert parse(text).kind == "none"
    assert parse("카드번호 " + text).kind == "none"


COUNTERS = [
    "명",
    "개",
    "번",
    "살",
    "년",
    "일",
    "월",
    "층",
    "포인트",
    "달러",
    "%",
    "개월",
    "시간",
    "회",
    "건",
    "GB",
]


@given(st.integers(0, 999_999), st.sampled_from(COUNTERS))
def test_a_count_is_no_sum(number: int, counter: str) -> None:
    assert parse(f"{number}{counter}").kind == "none"
    assert parse(f"{number:,}{counter}이요").won is None


@given(st.integers(0, 999))
def test_a_small_number_without_won_is_no_sum(number: int) -> None:
    assert parse(f"{number}").kind == "none"


@given(dates, st.integers(1, 9_999))
def test_a_sum_beside_a_date_is_read(date: datetime.date, thousands: int) -> None:
    won = thousands * 1_000
    assert parse(f"{date.month}월 {date.day}일에 {won}원").won == won
    assert parse(f"{date:%Y-%m-%d} {won:,}원 선결제").won == won

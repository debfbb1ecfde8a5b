"""What is masked in a typed message, and what has to survive."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from prepayment.adapters.redaction import redact
from prepayment.amounts import format_won, to_korean


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("4111111111111111", "[카드번호 가림]"),
        ("4111 1111 1111 1111로 결제", "[카드번호 가림]로 결제"),
        ("4111-1111-1111-1111", "[카드번호 가림]"),
        ("4111.1111.1111.1111", "[카드번호 가림]"),
        ("4111,1111,1111,1111", "[카드번호 가림]"),
        ("4111\u200b1111\u200b1111\u200b1111", "[카드번호 가림]"),
        ("４１１１ １１１１ １１１１ １１１１", "[카드번호 가림]"),
        ("3782 822463 10005 (아멕스)", "[카드번호 가림] (아멕스)"),
        ("30569309025904", "[카드번호 가림]"),
        ("4111 1111 1111 1111, 5555 5555 5555 4444", "[카드번호 가림], [카드번호 가림]"),
        ("제 카드4111111111111111예요 50,000원", "제 카드[카드번호 가림]예요 50,000원"),
        ("유효기간 12/30", "유효기간 [유효기간 가림]"),
        ("비밀번호 1234", "비밀번호 [비밀번호 가림]"),
        ("비밀번호는 12qw!@", "비밀번호는 [비밀번호 가림]"),
        ("CVC 123", "CVC [비밀번호 가림]"),
        ("900101-1234567", "[주민등록번호 가림]"),
        ("9001011234567", "[주민등록번호 가림]"),
        ("900101 - 1234567 입니다", "[주민등록번호 가림] 입니다"),
        ("900101-1", "[주민등록번호 가림]"),
        ("900101-1******", "[주민등록번호 가림]"),
        ("021231-4123456", "[주민등록번호 가림]"),
        ("010-1234-5678", "[전화번호 가림]"),
        ("01012345678로 보내 주세요", "[전화번호 가림]로 보내 주세요"),
        ("010 1234 5678", "[전화번호 가림]"),
        ("+82 10-1234-5678", "[전화번호 가림]"),
        ("02-123-4567", "[전화번호 가림]"),
        ("110-123-456789 신한", "[계좌번호 가림] 신한"),
        ("계좌 3333-01-1234567", "계좌 [계좌번호 가림]"),
        ("110123456789", "[계좌번호 가림]"),
    ],
)
def test_row_49_personal_numbers_are_masked(typed: str, kept: str) -> None:
    assert redact(typed) == kept


@pytest.mark.parametrize(
    "text",
    [
        "50,000원",
        "1234567원",
        "12345678901원",
        "1,234,567,890,123원",
        "5만원 말고 3만원",
        "3만5천원이요",
        "5월 17일에 선결제했어요",
        "2026-11-22 15:30",
        "2026년 11월 22일",
        "20261122",
        "30000-50000원 사이",
        "114에 전화할게요",
        "1588-0010",
        "비밀번호를 잊었어요",
        "비밀번호 오류가 나요",
        "유효기간이 언제까지예요?",
        "30000 50000 120000",
        "1.5만원",
        "",
    ],
)
def test_sums_dates_and_questions_survive(text: str) -> None:
    assert redact(text) == text


@given(st.integers(min_value=1, max_value=999_999_999_999))
def test_every_sum_survives_however_it_is_written(won: int) -> None:
    for text in (format_won(won), f"{won}원", f"{won:,}", to_korean(won), f"{won}원 선결제해 줘"):
        assert redact(text) == text


@given(
    st.from_regex(r"\A[2-9][0-9]{11,17}\Z"),
    st.sampled_from(["", " ", "-", ".", " - ", "\u00a0", "\u2013"]),
    st.sampled_from(["", "카드 ", "결제는 "]),
)
def test_row_49_no_card_number_survives_however_it_is_grouped(body: str, gap: str, before: str) -> None:
    number = body + luhn.calc_check_digit(body)
    typed = gap.join(number[place : place + 4] for place in range(0, len(number), 4))
    assert not re.search(r"\d{4}", redact(f"{before}{typed} 예요"))


@given(st.text(max_size=200))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    assert redact(redact(text)) == redact(text)


def test_a_long_run_of_digits_is_searched_to_its_end() -> None:
    """The longest message: numbers that are no card, and the card behind them."""
    assert redact("9 " * 480 + "4111111111111111").endswith(" 9 [카드번호 가림]")

"""What customers type, line by line, against what it means."""

from __future__ import annotations

from pathlib import Path

import pytest

from prepayment.amounts import Amount, parse


def read_table() -> list[tuple[str, str]]:
    """Return the (message, expected) pairs of the tables beside this file."""
    pairs = []
    for table in sorted(Path(__file__).parent.glob("*.tsv")):
        # Only "\n" ends a line: some messages hold other characters that end one.
        for line in table.read_text(encoding="utf-8").split("\n"):
            if line and not line.startswith("#"):
                expected, _, message = line.partition("\t")
                pairs.append((message.replace("\\n", "\n"), expected))
    return pairs


TABLE = read_table()


def outcome(amount: Amount) -> str:
    return str(amount.won) if amount.kind == "won" else amount.kind


@pytest.mark.parametrize(("message", "expected"), TABLE)
def test_a_message_means_what_the_table_says(message: str, expected: str) -> None:
    assert outcome(parse(message)) == expected


@pytest.mark.parametrize(("message", "expected"), TABLE)
def test_an_answer_is_complete(message: str, expected: str) -> None:
    """Only a sum has a value, it is its own only candidate, and everything but silence points into the message."""
    amount = parse(message)
    assert (amount.won is None) == (amount.kind != "won")
    if amount.kind == "won":
        assert amount.candidates == (amount.won,)
    if amount.kind in ("none", "all", "minimum"):
        assert amount.candidates == ()
    assert (amount.span is None) == (amount.kind == "none")
    if amount.span is not None:
        start, end = amount.span
        assert 0 <= start < end <= len(message)


def test_no_message_stands_in_the_tables_twice() -> None:
    messages = [message for message, _ in TABLE]
    assert len(messages) == len(set(messages))


@pytest.mark.parametrize(
    ("message", "candidates"),
    [
        ("5만원이랑 3만원", (50_000, 30_000)),
        ("3~5만원", (30_000, 50_000)),
        ("5,6만원", (50_000, 60_000)),
        ("이삼십만원", (200_000, 300_000)),
        ("십이삼만원", (120_000, 130_000)),
        ("30,000~50,000원", (30_000, 50_000)),
        ("3만5", (35_000, 30_005)),
        ("5천만", (50_000_000, 5_000)),
        ("1억 5천", (150_000_000, 100_005_000)),
        ("5k", (5_000,)),
        ("50k~70k", (50_000, 70_000)),
        ("오만에서 칠만", (50_000, 70_000)),
        ("한도 30만원인데 지금 얼마 남았어요", (300_000,)),
        ("5만원 이상", (50_000,)),
        ("3점5만원", ()),
        ("올인", ()),
    ],
)
def test_an_ambiguous_message_offers_its_readings(message: str, candidates: tuple[int, ...]) -> None:
    amount = parse(message)
    assert (amount.kind, amount.candidates) == ("ambiguous", candidates)


@pytest.mark.parametrize(
    ("message", "read"),
    [
        ("선결제 5만원 해줘", "5만원"),
        ("\u200b선결제 5\ufe0f\u20e3만원이요", "5\ufe0f\u20e3만원"),
        ("5만원 말고 삼만 오천 원으로", "삼만 오천 원"),
        ("남은 거 전액 결제", "전액"),
        ("그럼 \u1106\u1161\u11ab\u110b\u116f\u11ab만", "\u1106\u1161\u11ab\u110b\u116f\u11ab"),
        ("5만원이랑 3만원이요", "5만원이랑 3만원"),
        ("50k만요", "50k"),
        ("50, 000원이요", "50, 000원"),
        ("각\u11ab 5만원이요", "5만원"),
        ("네 다요", "다"),
    ],
)
def test_the_span_covers_what_was_read(message: str, read: str) -> None:
    span = parse(message).span
    assert span is not None
    assert message[span[0] : span[1]] == read

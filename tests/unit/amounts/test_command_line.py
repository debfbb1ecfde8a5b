"""`python -m prepayment.amounts` answers line by line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from prepayment.rules import MINIMUM_WON

ROOT = Path(__file__).resolve().parents[3]


def run(messages: bytes) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "prepayment.amounts"],
        input=messages,
        capture_output=True,
        cwd=ROOT,
        check=True,
        timeout=60,
    )
    assert done.stderr == b""
    return done.stdout.decode().splitlines()


def test_each_line_gets_the_sum_or_a_word() -> None:
    messages = "5만원\n삼만오천원\n전액\n5월 17일에\n5만원이랑 3만원\n5만원 말고 3만원\n"
    assert run(messages.encode()) == ["50000", "35000", "all", "none", "ambiguous", "30000"]


def test_the_least_that_can_be_paid_is_the_sum_of_the_rules() -> None:
    assert run("최소 금액으로\n제일 적게요\n".encode()) == [str(MINIMUM_WON)] * 2


def test_a_negative_sum_cannot_be_paid_and_zero_is_a_sum() -> None:
    assert run("-5만원\n0원\n".encode()) == ["none", "0"]


def test_an_empty_line_is_answered_and_the_last_line_needs_no_end() -> None:
    assert run("\n5만원\r\n\n삼만원".encode()) == ["none", "50000", "none", "30000"]


def test_broken_bytes_and_stray_carriage_returns_do_not_shift_the_answers() -> None:
    assert run(b"\xff\xfe\n" + "안녕\r하세요\n오만원\n".encode()) == ["none", "none", "50000"]


def test_nothing_in_gives_nothing_out() -> None:
    assert run(b"") == []

"""What the chat says of a payment: nothing is done before it is applied, nothing failed that is only not known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from actions.announce_payment import RESPONSES
from prepayment.orders import State

ROOT = Path(__file__).parents[2]
DONE = re.compile("완료|끝났어요|되살아났|반영됐")
FAILED = re.compile("실패|승인하지 않|안 됐|못했|결제된 금액은 없|이루어지지 않")
APPLIED = {
    "utter_result_applied",
    "utter_result_applied_blocked",
    "utter_result_applied_without_limit",
}
NOT_KNOWN = {
    "utter_result_unknown",
    "utter_result_review",
    "utter_history_settling",
    "utter_problem_order_in_progress",
}


def texts() -> dict[str, str]:
    files = sorted((ROOT / "data" / "responses").glob("*.yml"))
    responses = [yaml.safe_load(file.read_text(encoding="utf-8"))["responses"] for file in files]
    return {name: " ".join(v["text"] for v in said) for part in responses for name, said in part.items()}


TEXTS = texts()


def test_only_an_applied_prepayment_is_called_complete() -> None:
    assert {name for name, text in TEXTS.items() if re.search("선결제가 (모두 )?완료", text)} == APPLIED
    assert RESPONSES[State.APPLIED] in APPLIED


@pytest.mark.parametrize("name", sorted(NOT_KNOWN))
def test_what_is_not_known_is_called_neither_done_nor_failed(name: str) -> None:
    assert not DONE.search(TEXTS[name])
    assert not FAILED.search(TEXTS[name])


def test_what_is_not_known_asks_not_to_pay_twice() -> None:
    assert "두 번 결제" in TEXTS[RESPONSES[State.UNKNOWN]]
    assert "다시 결제하지 말아" in TEXTS[RESPONSES[State.REVIEW]]


@pytest.mark.parametrize("state", [State.DECLINED, State.EXPIRED])
def test_what_was_not_charged_says_that_nothing_was_charged(state: State) -> None:
    assert "결제된 금액은 없어요" in TEXTS[RESPONSES[state]]

"""Choosing a button in the shell."""

from __future__ import annotations

import pytest

from assistant.line_input import chosen

BUTTONS = [{"title": "네", "payload": "/affirm"}, {"title": "아니요", "payload": "/deny"}]


@pytest.mark.parametrize(
    ("typed", "sent"),
    [("1", "/affirm"), ("2", "/deny"), ("0", "0"), ("3", "3"), ("50000", "50000"), ("네", "네"), ("", "")],
)
def test_the_number_of_a_button_stands_for_its_payload(typed: str, sent: str) -> None:
    assert sent == chosen(typed, BUTTONS)


def test_without_buttons_a_number_is_text() -> None:
    assert chosen("1", []) == "1"

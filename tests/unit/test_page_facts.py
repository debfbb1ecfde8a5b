"""The pages' and the chat app's own texts agree with the rules."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from prepayment.rules import MINIMUM_WON
from tests.support.stated_numbers import wrong_amounts, wrong_phone_numbers
from web.korean_messages import PROBLEMS

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "web" / "templates").rglob("*.html"))
LOCALES = sorted((ROOT / "widget" / "src" / "chat" / "locales").glob("*.json"))
CODE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<svg.*?</svg>|<[^>]*>", re.DOTALL)
# How the minimum is written where it is a heading.
SHORT_MINIMUM = f"{MINIMUM_WON // 10_000}만"


def stated(text: str) -> list[str]:
    """Return what a text states against the rules."""
    return [
        *(sum_ for sum_ in wrong_amounts(text) if not sum_.startswith(SHORT_MINIMUM)),
        *wrong_phone_numbers(text),
    ]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_page_states_no_number_of_its_own(template: Path) -> None:
    assert stated(CODE.sub(" ", template.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("locale", LOCALES, ids=lambda path: path.name)
def test_the_chat_apps_strings_state_no_number_of_their_own(locale: Path) -> None:
    strings: dict[str, str] = json.loads(locale.read_text(encoding="utf-8"))

    assert {key: stated(text) for key, text in strings.items() if stated(text)} == {}


def test_the_gateways_messages_state_no_number_of_their_own() -> None:
    assert {code: stated(one.message) for code, one in PROBLEMS.items() if stated(one.message)} == {}


def test_a_wrong_number_would_be_found() -> None:
    assert stated("20,000원부터, 문의는 1588-0010") == ["20,000원", "1588-0010"]
    assert stated("4만원부터") == ["4만원"]
    assert stated("3만원, 30,000원부터, 문의는 114") == []

"""Sums in messages as entities."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from assistant.amount_extractor import AmountEntityExtractor


def entities(text: str) -> list[dict[str, Any]]:
    message = Message({TEXT: text})
    AmountEntityExtractor().process([message])
    found: list[dict[str, Any]] = message.get(ENTITIES)
    return found


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("5만원 선결제 해줘", 50_000),
        ("삼만오천원이요", 35_000),
        ("전액 낼게요", "all"),
        ("한도만큼이요", "all"),
        ("최소 금액으로 해주세요", "minimum"),
        ("0원", 0),
        ("5만원 말고 3만원", 30_000),
    ],
)
def test_one_sum_becomes_the_amount(typed: str, value: int | str) -> None:
    (entity,) = entities(typed)

    assert ("amount", value) == (entity["entity"], entity["value"])
    assert entity["extractor"] == "AmountEntityExtractor"
    assert 0 <= entity["start"] < entity["end"] <= len(typed)


def test_two_sums_without_a_correction_become_candidates() -> None:
    (entity,) = entities("3만원 5만원")

    assert (entity["entity"], sorted(entity["value"])) == ("amount_candidates", [30_000, 50_000])


@pytest.mark.parametrize("typed", ["", "5월 17일에 결제했어요", "안녕하세요", "😀"])
def test_a_message_without_a_sum_has_no_entity(typed: str) -> None:
    assert entities(typed) == []


def test_entities_found_before_are_kept() -> None:
    message = Message({TEXT: "5만원", ENTITIES: [{"entity": "order_id", "value": "x"}]})

    AmountEntityExtractor().process([message])

    assert [entity["entity"] for entity in message.get(ENTITIES)] == ["order_id", "amount"]


@given(st.text(max_size=200))
def test_at_most_one_entity_within_the_text(typed: str) -> None:
    found = entities(typed)

    assert len(found) <= 1
    assert all(0 <= entity["start"] <= entity["end"] <= len(typed) for entity in found)

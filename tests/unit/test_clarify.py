"""Asking back: which readings are offered, in which words, and what their buttons send."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.clarify import Clarify

DOMAIN = {
    "responses": {
        "utter_choice_ask_block_limit": [{"text": "소액결제를 막고 싶어요"}],
        "utter_choice_ask_unblock_limit": [{"text": "차단을 풀고 싶어요"}],
        "utter_choice_request_prepayment": [{"text": "지금 선결제할래요"}],
        "utter_greet": [{"text": "안녕하세요"}],
    }
}


def ask(
    ranking: list[tuple[str, float]],
    entities: list[dict[str, Any]] | None = None,
    domain: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the one message that the action says."""
    latest = {
        "intent_ranking": [{"name": name, "confidence": confidence} for name, confidence in ranking],
        "entities": entities or [],
    }
    tracker = Tracker.from_dict({"sender_id": "cv1", "slots": {}, "latest_message": latest, "events": []})
    dispatcher = CollectingDispatcher()
    assert asyncio.run(Clarify().run(dispatcher, tracker, DOMAIN if domain is None else domain)) == []
    (message,) = dispatcher.messages
    return dict(message)


def test_the_two_likeliest_readings_are_offered_in_the_customers_words() -> None:
    message = ask([("ask_block_limit", 0.5), ("ask_unblock_limit", 0.4), ("request_prepayment", 0.1)])

    assert message["response"] == "utter_clarify_two"
    assert (message["first"], message["first_payload"]) == ("소액결제를 막고 싶어요", "/ask_block_limit")
    assert (message["second"], message["second_payload"]) == ("차단을 풀고 싶어요", "/ask_unblock_limit")


def test_a_reading_that_is_far_less_likely_is_not_offered() -> None:
    message = ask([("ask_block_limit", 0.55), ("ask_unblock_limit", 0.05)])

    assert message["response"] == "utter_clarify_one"
    assert "second" not in message


@pytest.mark.parametrize("unspoken", ["out_of_scope", "greet", "nlu_fallback"])
def test_what_has_no_button_of_its_own_is_passed_over(unspoken: str) -> None:
    message = ask([(unspoken, 0.5), ("ask_block_limit", 0.4)])

    assert (message["response"], message["first_payload"]) == ("utter_clarify_one", "/ask_block_limit")


def test_when_nothing_can_be_offered_the_bot_says_what_it_can_do() -> None:
    assert ask([("out_of_scope", 0.5), ("greet", 0.4)])["response"] == "utter_fallback"
    assert ask([])["response"] == "utter_fallback"


def test_a_named_sum_goes_with_the_prepayment_and_with_nothing_else() -> None:
    ranking = [("request_prepayment", 0.5), ("ask_block_limit", 0.4)]

    message = ask(ranking, [{"entity": "amount", "value": 50_000}])

    assert message["first_payload"] == '/request_prepayment{"amount": 50000}'
    assert message["second_payload"] == "/ask_block_limit"
    assert ask(ranking, [{"entity": "amount", "value": "all"}])["first_payload"] == (
        '/request_prepayment{"amount": "all"}'
    )


def test_a_sum_that_could_be_two_goes_nowhere() -> None:
    entities = [{"entity": "amount_candidates", "value": [30_000, 50_000]}]

    assert ask([("request_prepayment", 0.5)], entities)["first_payload"] == "/request_prepayment"


def test_a_message_it_cannot_read_is_an_apology_with_a_reference() -> None:
    message = ask([("ask_block_limit", 0.5)], domain={"responses": {"utter_choice_ask_block_limit": []}})

    assert message["response"] == "utter_error"
    assert message["reference"]

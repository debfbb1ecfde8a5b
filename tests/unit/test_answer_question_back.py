"""A typed yes or no after a question back does what its button does; without one nothing is open."""

from __future__ import annotations

from typing import Any

import pytest

from actions.answer_question_back import closed_by_silence, meant_payload, pressed
from actions.said import last_bubble

BUTTONS = [
    {"title": "지금 선결제할래요", "payload": '/request_prepayment{"amount": 50000}'},
    {"title": "아니에요", "payload": "/nlu_fallback"},
]


def said(response: str) -> dict[str, Any]:
    """Return the bot's bubble made from a response."""
    return {"event": "bot", "metadata": {"utter_action": response}, "data": {"buttons": BUTTONS}}


def meant(events: list[dict[str, Any]], *, yes: bool) -> str | None:
    """Return what a yes or no after these events presses."""
    return meant_payload(last_bubble(events), yes=yes)


USER = {"event": "user", "text": "네"}
ACTION = {"event": "action", "name": "action_listen"}


def test_yes_to_one_reading_is_its_button() -> None:
    assert meant([USER, said("utter_clarify_one"), ACTION, USER], yes=True) == BUTTONS[0]["payload"]


def test_yes_to_two_readings_says_not_which() -> None:
    assert meant([USER, said("utter_clarify_two"), ACTION, USER], yes=True) is None


@pytest.mark.parametrize("question", ["utter_clarify_one", "utter_clarify_two"])
def test_no_to_a_question_back_is_the_button_for_neither(question: str) -> None:
    assert meant([USER, said(question), ACTION, USER], yes=False) == "/nlu_fallback"


@pytest.mark.parametrize("offer", ["utter_block_own", "utter_unblock_own", "utter_urgent_ticket"])
def test_yes_to_an_offer_is_its_first_button_and_no_leaves_it(offer: str) -> None:
    assert meant([USER, said(offer), ACTION, USER], yes=True) == BUTTONS[0]["payload"]
    assert meant([USER, said(offer), ACTION, USER], yes=False) is None


@pytest.mark.parametrize(
    "events",
    [
        [USER],
        [said("utter_greet"), USER],
        # The question is an older one: something was said and answered since.
        [said("utter_clarify_one"), USER, said("utter_usage"), USER],
        [said("utter_clarify_one"), USER, USER],
        [{"event": "bot", "metadata": None}, USER],
    ],
)
@pytest.mark.parametrize("yes", [True, False])
def test_without_a_question_back_nothing_is_meant(events: list[dict[str, Any]], yes: bool) -> None:
    assert meant(events, yes=yes) is None


def test_a_message_that_begins_a_new_session_answers_a_question_that_silence_has_closed() -> None:
    session = {"event": "session_started"}

    assert closed_by_silence([session, USER, said("utter_confirm"), session, ACTION, USER])
    assert not closed_by_silence([session, USER, said("utter_confirm"), ACTION, USER])


def test_the_first_message_of_all_comes_after_no_silence() -> None:
    assert not closed_by_silence([{"event": "session_started"}, ACTION, USER])


def test_what_is_pressed_stands_in_the_place_of_the_answer_with_its_sum() -> None:
    reverted, listening, message = pressed(BUTTONS[0]["payload"])

    assert (reverted["event"], listening["name"]) == ("rewind", "action_listen")
    assert message["parse_data"]["intent"] == {"name": "request_prepayment", "confidence": 1.0}
    assert message["parse_data"]["entities"] == [{"entity": "amount", "value": 50_000}]


def test_a_payload_without_sums_has_no_entities() -> None:
    assert pressed("/ask_block_limit")[-1]["parse_data"]["entities"] == []


def test_only_payloads_can_be_pressed() -> None:
    with pytest.raises(ValueError, match="payload"):
        pressed("선결제할래요")

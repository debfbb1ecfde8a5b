"""How often in a row the customer was not understood, as Rasa's events tell it."""

from __future__ import annotations

from typing import Any

import pytest

from actions.not_understood import not_understood_in_a_row

Events = list[dict[str, Any]]


def turn(intent: str, *actions: str, said: str = "") -> Events:
    """A message with what followed it."""
    spoken = [{"event": "bot", "metadata": {"utter_action": said}}] if said else []
    return [
        {"event": "user", "parse_data": {"intent": {"name": intent}}},
        *({"event": "action", "name": action} for action in actions),
        *spoken,
        {"event": "action", "name": "action_listen"},
    ]


NOT_UNDERSTOOD = turn("nlu_fallback", "action_not_understood", said="utter_fallback")
IN_THE_FORM = turn("nlu_fallback", "action_not_understood", "prepay_form", said="utter_confirm")
PRESENT: Events = [{"event": "user", "parse_data": {"intent": {"name": "nlu_fallback"}}}]


@pytest.mark.parametrize(
    ("before", "times"),
    [
        ([], 1),
        (NOT_UNDERSTOOD, 2),
        ([*NOT_UNDERSTOOD, *NOT_UNDERSTOOD], 3),
        ([*IN_THE_FORM, *IN_THE_FORM, *IN_THE_FORM], 4),
        ([*NOT_UNDERSTOOD, *turn("greet", "utter_greet")], 1),
        ([*turn("greet", "utter_greet"), *NOT_UNDERSTOOD], 2),
        # A sum was heard in which there was none: the fallback is what was said.
        (turn("inform_amount", "action_open_prepayment", said="utter_fallback"), 2),
    ],
    ids=["never", "once", "twice", "in the form", "understood since", "understood before", "no sum"],
)
def test_every_turn_since_the_last_understood_one_counts(before: Events, times: int) -> None:
    assert not_understood_in_a_row([*before, *PRESENT]) == times


@pytest.mark.parametrize(
    "between",
    [
        turn("faq_methods", "action_clarify", said="utter_clarify_two"),
        turn("out_of_scope", "prepay_form", said="utter_aside_in_form"),
        turn("EXTERNAL_payment_result", "action_announce_payment"),
        [*turn("deny", "action_answer_question_back"), {"event": "rewind"}],
    ],
    ids=["a question back", "something off topic", "news of a payment", "a typed no that was put back"],
)
def test_what_is_no_sign_of_understanding_leaves_the_count_as_it_is(between: Events) -> None:
    assert not_understood_in_a_row([*NOT_UNDERSTOOD, *between, *PRESENT]) == 2
    assert not_understood_in_a_row([*between, *PRESENT]) == 1


@pytest.mark.parametrize(
    "between",
    [turn("EXTERNAL_agent_left", "action_agent_left"), [{"event": "session_started"}]],
    ids=["a talk with a person", "a new session"],
)
def test_the_count_begins_anew(between: Events) -> None:
    assert not_understood_in_a_row([*NOT_UNDERSTOOD, *NOT_UNDERSTOOD, *between, *PRESENT]) == 1

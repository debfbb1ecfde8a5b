"""A typed yes or no outside every form: to the question back that the bot asked last, or to nothing at all."""

from __future__ import annotations

import json
import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActionExecuted, UserUtteranceReverted, UserUttered
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, SafeAction
from actions.said import before_last_message, last_bubble, response_of
from prepayment.bootstrap import App

ONE_READING = "utter_clarify_one"
TWO_READINGS = frozenset({"utter_clarify_two", "utter_clarify_which"})
# What offers something with its first button, which asks for an explicit yes of its own.
OFFERS = frozenset(
    {
        "utter_block_own",
        "utter_block_rule",
        "utter_unblock_own",
        "utter_urgent_ticket",
        "utter_urgent_ticket_closed",
    }
)
NEITHER = "/nlu_fallback"
PAYLOAD = re.compile(r"/(?P<intent>\w+)(?P<entities>\{.*\})?")


class AnswerQuestionBack(SafeAction):
    """Takes a typed answer for the button that says the same."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_answer_question_back"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Go on as if the button had been pressed; without a question back say that nothing is open."""
        yes = tracker.latest_message.get("intent", {}).get("name") == "affirm"
        said = last_bubble(tracker.events)
        payload = meant_payload(said, yes=yes)
        if payload is not None:
            return pressed(payload)
        if said is not None and response_of(said) in TWO_READINGS:
            dispatcher.utter_message(response="utter_clarify_which", **_choices(said))
        elif closed_by_silence(tracker.events):
            dispatcher.utter_message(response="utter_question_closed")
        else:
            dispatcher.utter_message(response="utter_affirm_nothing" if yes else "utter_deny_nothing")
        return []


def meant_payload(said: dict[str, Any] | None, *, yes: bool) -> str | None:
    """Return what the button sends that a yes or no to the bot's last bubble stands for; None when it asked nothing.

    A yes to two readings does not say which one.
    """
    response = response_of(said)
    if said is None or response not in TWO_READINGS | OFFERS | {ONE_READING}:
        return None
    if yes:
        return None if response in TWO_READINGS else str(said["data"]["buttons"][0]["payload"])
    return None if response in OFFERS else NEITHER


def closed_by_silence(events: list[dict[str, Any]]) -> bool:
    """Whether the last message began a new session: what was asked before it is forgotten."""
    kinds = [event.get("event") for event in before_last_message(events)]
    since = kinds[::-1].index("user") if "user" in kinds else 0
    return "session_started" in kinds[len(kinds) - since :]


def pressed(payload: str) -> Events:
    """Return the events that put a button's payload in the place of the last message."""
    match = PAYLOAD.fullmatch(payload)
    if match is None:
        raise ValueError("not a button's payload")
    values: dict[str, Any] = json.loads(match["entities"] or "{}")
    parse_data = {
        "text": payload,
        "intent": {"name": match["intent"], "confidence": 1.0},
        "entities": [{"entity": name, "value": value} for name, value in values.items()],
    }
    # What is reverted is the message and the listening before it.
    return [UserUtteranceReverted(), ActionExecuted("action_listen"), UserUttered(payload, parse_data)]


def _choices(question: dict[str, Any]) -> dict[str, str]:
    """Return what a question back offered, as the values of its response."""
    first, second, *_ = question["data"]["buttons"]
    return {
        "first": first["title"],
        "first_payload": first["payload"],
        "second": second["title"],
        "second_payload": second["payload"],
    }

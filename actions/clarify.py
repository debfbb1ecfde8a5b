"""Asks back when a message could mean more than one thing: the likeliest readings as buttons."""

from __future__ import annotations

import json
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, new_reference

# A second reading is offered when it is at least this share as likely as the first.
WORTH_OFFERING = 0.25
CHOICE = "utter_choice_"


class Clarify(Action):
    """Offers the one or two likeliest readings of the last message, in the customer's own words."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_clarify"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Ask; when no reading has words of its own, say what can be asked."""
        try:
            titles = choice_titles(domain)
            readings = likeliest(tracker.latest_message.get("intent_ranking", []), titles)
            choices = {
                f"{place}{part}": value
                for place, intent in zip(("first", "second"), readings, strict=False)
                for part, value in (("", titles[intent]), ("_payload", payload(intent, tracker)))
            }
            if not choices:
                dispatcher.utter_message(response="utter_fallback")
            elif len(readings) == 1:
                dispatcher.utter_message(response="utter_clarify_one", **choices)
            else:
                dispatcher.utter_message(response="utter_clarify_two", **choices)
        except Exception:
            dispatcher.messages.clear()
            dispatcher.utter_message(response="utter_error", reference=new_reference(self.name(), tracker))
        return []


def choice_titles(domain: dict[str, Any]) -> dict[str, str]:
    """Return, per intent that can be offered, what its button says."""
    return {
        name.removeprefix(CHOICE): variants[0]["text"]
        for name, variants in domain.get("responses", {}).items()
        if name.startswith(CHOICE)
    }


def likeliest(ranking: list[dict[str, Any]], titles: dict[str, str]) -> list[str]:
    """Return the one or two best intents of a ranking (best first) that can be offered."""
    offered = [reading for reading in ranking if reading["name"] in titles][:2]
    worth = [r["name"] for r in offered if r["confidence"] >= WORTH_OFFERING * offered[0]["confidence"]]
    return [str(name) for name in worth]


def payload(intent: str, tracker: Tracker) -> str:
    """Return what the button sends: the intent, and for a prepayment the one sum that was named."""
    sums = [e["value"] for e in tracker.latest_message.get("entities", []) if e.get("entity") == "amount"]
    if intent == "request_prepayment" and len(sums) == 1:
        return f"/{intent}{json.dumps({'amount': sums[0]})}"
    return f"/{intent}"

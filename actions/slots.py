"""The slots of a prepayment and how a transaction leaves them."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

TRANSACTION_SLOTS = (
    "amount",
    "confirm_prepayment",
    "amount_problem",
    "can_prepay",
    "resume_after_login",
)


def transaction_over() -> list[dict[str, Any]]:
    """Return the events that forget a transaction: no sum may reach the next one."""
    return [SlotSet(name, None) for name in TRANSACTION_SLOTS]


def value_before_this_turn(tracker: Tracker, slot: str) -> Any:
    """Return what a slot held before the customer's last message; None when it held nothing."""
    events = list(tracker.events)
    while events and events[-1].get("event") != "user":
        events.pop()
    for event in reversed(events):
        if event.get("event") == "slot" and event.get("name") == slot:
            return event.get("value")
    return None


def sum_in_this_turn(tracker: Tracker) -> bool:
    """Whether the customer's last message holds a sum."""
    entities = tracker.latest_message.get("entities", [])
    return any(entity.get("entity") in {"amount", "amount_candidates"} for entity in entities)

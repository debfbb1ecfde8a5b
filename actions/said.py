"""What the bot said last before the customer's message."""

from __future__ import annotations

from typing import Any


def before_last_message(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what came before the customer's last message."""
    last = max((place for place, event in enumerate(events) if event.get("event") == "user"), default=0)
    return events[:last]


def last_bubble(events: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the bot's bubble that the last message follows; None when it follows another message, or nothing."""
    before = before_last_message(events)
    said = next((event for event in reversed(before) if event.get("event") in {"bot", "user"}), None)
    return said if said is not None and said["event"] == "bot" else None


def response_of(bubble: dict[str, Any] | None) -> str | None:
    """Return the name of the response that a bubble was made from."""
    return None if bubble is None else (bubble.get("metadata") or {}).get("utter_action")

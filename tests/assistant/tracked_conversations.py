"""Conversations written by Rasa's own SQL tracker store."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

SLOT = "action_clarify"
"""Rasa puts the names of slots into the same column as those of actions."""


class TrackedConversations:
    """A tracker store in a SQLite file; conversations go on from one call to the next."""

    def __init__(self, file: Path) -> None:
        """Make the store."""
        self.url = f"sqlite:///{file}"
        self._store = SQLTrackerStore(domain=Domain.empty(), host=self.url)
        self._events: dict[str, list[Event]] = {}

    def add(self, conversation: str, *events: Event) -> None:
        """Store events of a conversation."""
        kept = self._events.setdefault(conversation, [SessionStarted(timestamp=1.0)])
        kept += events
        tracker = DialogueStateTracker.from_events(conversation, kept, slots=[AnySlot(SLOT, mappings=[])])
        asyncio.run(self._store.save(tracker))

    def turn(
        self,
        conversation: str,
        text: str,
        intent: str | None,
        *actions: str,
        at: float,
        ranking: list[tuple[str, float]] | None = None,
    ) -> None:
        """Store what a customer typed at the Unix time `at`, how it was parsed, and the actions that answered."""
        readings = [(intent, 0.9)] if ranking is None else ranking
        self.add(conversation, user(text, intent, at, readings), *answer(at, *actions))

    def close(self) -> None:
        """Give the file back."""
        self._store.engine.dispose()


def user(text: str, intent: str | None, at: float, readings: list[tuple[str | None, float]]) -> UserUttered:
    """Return a user event as Rasa's processor makes it: the intent leads the ranking."""
    ranking: list[dict[str, Any]] = [{"name": name, "confidence": value} for name, value in readings]
    parsed = {
        "intent": {"name": intent, "confidence": ranking[0]["confidence"] if ranking else 0.0},
        "intent_ranking": ranking,
        "entities": [],
        "text": text,
    }
    return UserUttered(text, parsed["intent"], [], parsed, timestamp=at, input_channel="rest")


def answer(at: float, *actions: str) -> list[Event]:
    """Return the events of the bot's turn, with others between them that do not matter."""
    events: list[Event] = [SlotSet(SLOT, True, timestamp=at)]
    for action in actions:
        events += [ActionExecuted(action, timestamp=at), BotUttered("답", timestamp=at)]
    return [*events, ActionExecuted("action_listen", timestamp=at)]

"""Rasa's tracker store, read beside Rasa: what the dialogue said stands there while Rasa itself is away."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

_EVENTS = sa.table(
    "events",
    *(sa.column(name) for name in ("id", "sender_id", "type_name", "timestamp", "data")),
)


class TrackerStore:
    """The events of conversations; ``close`` it at the end."""

    def __init__(self, url: str) -> None:
        self._engine = sa.create_engine(url)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def said(self, conversation_id: str) -> list[dict[str, Any]]:
        """Return what the dialogue said so far: events with ``text`` and ``metadata.utter_action``."""
        query = sa.select(_EVENTS.c.data).where(
            _EVENTS.c.sender_id == conversation_id, _EVENTS.c.type_name == "bot"
        )
        with self._engine.connect() as connection:
            return [json.loads(data) for data in connection.scalars(query.order_by(_EVENTS.c.id))]

    def age(self, conversation_id: str, by: timedelta) -> None:
        """Make everything in a conversation so much older."""
        of_it = sa.select(_EVENTS).where(_EVENTS.c.sender_id == conversation_id)
        with self._engine.begin() as connection:
            for row in connection.execute(of_it).all():
                then = row.timestamp - by.total_seconds()
                data = json.dumps(json.loads(row.data) | {"timestamp": then})
                change = sa.update(_EVENTS).where(_EVENTS.c.id == row.id)
                connection.execute(change.values(timestamp=then, data=data))

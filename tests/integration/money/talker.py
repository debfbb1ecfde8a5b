"""A small dialogue engine: it repeats what it hears, and can be away, mute or slow."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from prepayment.errors import NotSent
from prepayment.ports import Reply


@dataclass
class Talker:
    """Implements ``ports.Assistant``.

    ``heard`` is what came in, as (conversation, text or intent). While ``away`` every call raises NotSent, while
    ``mute`` it answers with nothing, while ``broken`` it raises what no adapter should; ``slow`` makes a turn last so
    long (seconds). ``most_at_once`` is how many turns of one conversation ran at the same time.
    """

    away: bool = False
    mute: bool = False
    broken: bool = False
    slow: float = 0
    heard: list[tuple[str, str]] = field(default_factory=list)
    most_at_once: int = 0
    _running: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, conversation_id: str, text: str) -> Sequence[Reply]:
        """Repeat a message."""
        return self._turn(conversation_id, text)

    def inject(self, conversation_id: str, intent: str, entities: Mapping[str, str]) -> Sequence[Reply]:
        """Repeat an event with its entities."""
        return self._turn(conversation_id, " ".join([intent, *map(str, entities.values())]))

    def texts(self) -> list[str]:
        """What came in, in order."""
        return [text for _, text in self.heard]

    def _turn(self, conversation_id: str, text: str) -> Sequence[Reply]:
        with self._lock:
            self.heard.append((conversation_id, text))
            running = self._running[conversation_id] = self._running.get(conversation_id, 0) + 1
            self.most_at_once = max(self.most_at_once, running)
        try:
            threading.Event().wait(self.slow)
            if self.broken:
                raise ZeroDivisionError
            if self.away:
                raise NotSent("the dialogue engine is away")
            return [] if self.mute else [Reply(f"들은 말: {text}")]
        finally:
            with self._lock:
                self._running[conversation_id] -= 1

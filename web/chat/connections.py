"""The sockets that are connected to this process."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass
class Connection:
    """A connected socket: its conversation, where it comes from, how far it has seen, when its token ends (Unix s)."""

    sid: str
    conversation_id: str
    address: str
    seq: int = 0
    token_exp: int = 0


class Connections:
    """All of them; used from the event loop only."""

    def __init__(self) -> None:
        self._by_sid: dict[str, Connection] = {}

    def add(self, connection: Connection) -> None:
        """Remember a socket."""
        self._by_sid[connection.sid] = connection

    def remove(self, sid: str) -> None:
        """Forget a socket."""
        self._by_sid.pop(sid, None)

    def get(self, sid: str) -> Connection | None:
        """Return a socket; None for one that is gone."""
        return self._by_sid.get(sid)

    def all(self) -> list[Connection]:
        """Return every socket."""
        return list(self._by_sid.values())

    def of(self, conversation_id: str) -> list[Connection]:
        """Return the sockets of a conversation: several tabs, several devices."""
        return [one for one in self._by_sid.values() if one.conversation_id == conversation_id]

    def seen(self) -> dict[str, int]:
        """Return, for each conversation, how far the socket has seen that is furthest behind."""
        seen: dict[str, int] = {}
        for one in self._by_sid.values():
            seen[one.conversation_id] = min(one.seq, seen.get(one.conversation_id, one.seq))
        return seen

    def ending_before(self, moment: float) -> Iterable[Connection]:
        """Return the sockets whose tokens end before a moment (Unix seconds)."""
        return [one for one in self._by_sid.values() if one.token_exp < moment]

"""Pushes new rows of the connected conversations, whoever wrote them: this process, another one, the worker."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from prepayment.ports import Message
from prepayment.service.conversations import Conversations
from web.chat.connections import Connection, Connections

logger = logging.getLogger(__name__)

POLL_SECONDS: Final = 0.25
_PAUSE_AFTER_ERROR_SECONDS: Final = 2.0

Emit = Callable[[Connection, Message], Awaitable[None]]


class Feed:
    """Tails the messages table; every socket gets each row once, in order."""

    def __init__(self, conversations: Conversations, connections: Connections, emit: Emit) -> None:
        self._conversations = conversations
        self._connections = connections
        self._emit = emit
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Look at once: something was written here."""
        self._wake.set()

    async def run(self) -> None:
        """Push until cancelled."""
        while True:
            try:
                async with asyncio.timeout(POLL_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            try:
                await self._push()
            except Exception:
                logger.exception("the feed could not be read")
                await asyncio.sleep(_PAUSE_AFTER_ERROR_SECONDS)

    async def _push(self) -> None:
        seen = self._connections.seen()
        if not seen:
            return
        last = await asyncio.to_thread(self._conversations.last_seqs, list(seen))
        for conversation_id, seq in seen.items():
            if last.get(conversation_id, 0) > seq:
                rows = await asyncio.to_thread(self._conversations.messages, conversation_id, after=seq)
                await self._send(conversation_id, rows, last[conversation_id])

    async def _send(self, conversation_id: str, rows: Sequence[Message], last_seq: int) -> None:
        for connection in self._connections.of(conversation_id):
            for row in rows:
                # While we waited the socket may have taken up another conversation.
                if connection.conversation_id == conversation_id and row.seq > connection.seq:
                    connection.seq = row.seq
                    await self._emit(connection, row)
            if connection.conversation_id == conversation_id:
                # Events are rows too, but nobody is shown them.
                connection.seq = max(connection.seq, last_seq)

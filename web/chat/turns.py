"""Answers what was said, beside the sockets: storing is quick, the dialogue engine may take its time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from prepayment.service.conversations import Conversations

logger = logging.getLogger(__name__)

# Threads of its own: a dialogue engine that hangs must not keep messages from being stored.
_AT_ONCE: Final = 32
# Whoever stops the process waits ten seconds before they kill it.
LAST_WORDS_SECONDS: Final = 8.0

Typing = Callable[[str, bool], Awaitable[None]]
Failed = Callable[[str], Awaitable[None]]


class Turns:
    """Runs the turns of conversations in the background, each conversation's one after the other."""

    def __init__(
        self, conversations: Conversations, *, typing: Typing, failed: Failed, answered: Callable[[], None]
    ) -> None:
        self._conversations = conversations
        self._typing = typing
        self._failed = failed
        self._answered = answered
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="turn")
        self._again: dict[str, bool] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, conversation_id: str) -> None:
        """See to it that everything said so far gets its answer."""
        if conversation_id in self._again:
            self._again[conversation_id] = True
            return
        self._again[conversation_id] = True
        task = asyncio.create_task(self._answer(conversation_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Take no more turns, and let those under way come to their end. What is left the worker answers."""
        ending = asyncio.create_task(
            asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)
        )
        await asyncio.wait([ending], timeout=LAST_WORDS_SECONDS)

    async def _answer(self, conversation_id: str) -> None:
        await self._typing(conversation_id, True)
        try:
            await self._answer_all(conversation_id)
        except Exception:
            logger.exception("a turn of %s failed", conversation_id)
            await self._failed(conversation_id)
        await self._typing(conversation_id, False)

    async def _answer_all(self, conversation_id: str) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._again[conversation_id]:
                self._again[conversation_id] = False
                await loop.run_in_executor(self._threads, self._conversations.answer_all, conversation_id)
                self._answered()
        finally:
            del self._again[conversation_id]

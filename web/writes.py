"""Hears of what any process writes to the database, and wakes those here who wait for it."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from typing import Final

from prepayment.ports import Watch

logger = logging.getLogger(__name__)

PAUSE_AFTER_ERROR_SECONDS: Final = 2.0
_STOP_WITHIN_SECONDS: Final = 1.0


class Writes:
    """One thread that watches, for as many listeners on the event loop as there are."""

    def __init__(self, watch: Callable[[], AbstractContextManager[Watch]]) -> None:
        self._watch = watch
        self._listeners: set[asyncio.Event] = set()

    @contextmanager
    def waking(self, listener: asyncio.Event) -> Iterator[None]:
        """Set an event with every write, as long as the block lasts; whoever waits for it clears it."""
        self._listeners.add(listener)
        try:
            yield
        finally:
            self._listeners.discard(listener)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Watch as long as the block lasts."""
        stop = threading.Event()
        thread = threading.Thread(
            target=self._listen, args=(asyncio.get_running_loop(), stop), name="writes", daemon=True
        )
        thread.start()
        try:
            yield
        finally:
            stop.set()

    def _listen(self, loop: asyncio.AbstractEventLoop, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                with self._watch() as watch:
                    while not stop.is_set():
                        if watch.wait(_STOP_WITHIN_SECONDS) and not stop.is_set():
                            loop.call_soon_threadsafe(self._wake)
            except Exception:
                if not stop.is_set():
                    logger.exception("the database does not tell of writes")
                stop.wait(PAUSE_AFTER_ERROR_SECONDS)

    def _wake(self) -> None:
        for listener in self._listeners:
            listener.set()

"""Asking outside for what only rounds an answer off: it must not keep anybody waiting."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from typing import Final

from prepayment.errors import OutcomeUnknown

SECONDS: Final = 2.0
_AT_ONCE: Final = 8


class Soon:
    """Gives a call so many seconds; one that takes longer goes on by itself, and nobody reads its answer."""

    def __init__(self, name: str, seconds: float = SECONDS) -> None:
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix=name)
        self._seconds = seconds

    def ask[Answer](self, call: Callable[[], Answer]) -> Answer:
        """Return what the call returns. Raises what it raises, and OutcomeUnknown when it takes too long."""
        asked = self._threads.submit(call)
        try:
            return asked.result(self._seconds)
        except TooLong:
            asked.cancel()
            raise OutcomeUnknown("no answer soon enough") from None

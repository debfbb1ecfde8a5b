"""Doing the same thing in several threads that start together."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

DEADLINE_SECONDS = 60


def at_once[Result](number: int, act: Callable[[int], Result]) -> list[Result]:
    """Call ``act(0)`` to ``act(number - 1)`` at the same moment; returns what they returned, or raises."""
    gate = threading.Barrier(number)

    def enter(index: int) -> Result:
        gate.wait(timeout=DEADLINE_SECONDS)
        return act(index)

    with ThreadPoolExecutor(number) as pool:
        futures = [pool.submit(enter, index) for index in range(number)]
        return [future.result(timeout=DEADLINE_SECONDS) for future in futures]

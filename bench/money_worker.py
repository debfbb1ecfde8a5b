"""The worker of the money measurement: its duties in a thread each, woken as soon as there may be work."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from prepayment.bootstrap import App
from prepayment.worker import Duty, duties

# These wait for what others did, in seconds at most; the rest look at what time did.
QUICK_SECONDS = 0.5

Wake = Callable[[], None]


class _Bells:
    """Wakes duties that wait."""

    def __init__(self, all_duties: tuple[Duty, ...]) -> None:
        self._of_duty = {duty.name: threading.Event() for duty in all_duties}
        self._quick = [self._of_duty[duty.name] for duty in all_duties if duty.idle_seconds < QUICK_SECONDS]
        self.is_over = False

    def wake(self) -> None:
        """Let those look that wait for what others did."""
        for bell in self._quick:
            bell.set()

    def end(self) -> None:
        """Let all end."""
        self.is_over = True
        for bell in self._of_duty.values():
            bell.set()

    def wait(self, duty: Duty) -> None:
        """Wait until there may be work."""
        self._of_duty[duty.name].wait(duty.idle_seconds)

    def reset(self, duty: Duty) -> None:
        """Take note that the duty looks for work."""
        self._of_duty[duty.name].clear()


@contextmanager
def working(app: App, after: Callable[[], None]) -> Iterator[Wake]:
    """Do all duties until the block ends; ``after`` is called after every piece of work, in the thread that did it.

    Gives what wakes the worker. Whatever a duty raises is raised at the end of the block.
    """
    all_duties = duties(app)
    bells = _Bells(all_duties)

    def work(duty: Duty) -> None:
        while not bells.is_over:
            bells.reset(duty)
            is_busy = duty.work()
            after()
            if is_busy:
                bells.wake()
            else:
                bells.wait(duty)

    with ThreadPoolExecutor(len(all_duties)) as threads:
        done = [threads.submit(work, duty) for duty in all_duties]
        try:
            yield bells.wake
        finally:
            bells.end()
    for duty in done:
        duty.result()

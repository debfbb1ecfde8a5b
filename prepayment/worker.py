"""The worker process: works off outbox and inbox, sweeps orders, reconciles, answers what was left waiting.

``python -m prepayment.worker``; several may run at once.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from prepayment.bootstrap import App, bootstrap, configure_logging

logger = logging.getLogger(__name__)

IDLE_SECONDS = 0.2
SWEEP_EVERY_SECONDS = 1.0
JOBS_EVERY_SECONDS = 10.0
# A message this old has no living process behind it: web answers within seconds or apologises.
LEFT_OVER_AFTER = timedelta(seconds=30)


class Worker:
    """Runs until it is told to stop; an error is logged and never ends it."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._stop = threading.Event()
        self._last: dict[str, float] = {}

    def stop(self) -> None:
        """End after the step under way."""
        self._stop.set()

    def run(self) -> None:
        """Work until stopped."""
        logger.info("worker ready")
        while not self._stop.is_set():
            if not self.step():
                self._stop.wait(IDLE_SECONDS)

    def step(self) -> bool:
        """Do one round; True when there may be more to do at once."""
        app = self._app
        busy = [self._try(app.effects.run_next), self._try(app.inbox.run_next)]
        if not any(busy):
            self._try(lambda: app.conversations.answer_left_over(LEFT_OVER_AFTER))
        if self._is_time("sweep", SWEEP_EVERY_SECONDS):
            while self._try(app.sweeper.run_next) and not self._stop.is_set():
                pass
            while self._try(app.alarms.run_next) and not self._stop.is_set():
                pass
        if self._is_time("jobs", JOBS_EVERY_SECONDS):
            self._try(app.reconciliation.run_due)
        return any(busy)

    def _is_time(self, name: str, every_seconds: float) -> bool:
        now = time.monotonic()
        if now - self._last.get(name, -every_seconds) < every_seconds:
            return False
        self._last[name] = now
        return True

    def _try[Result](self, work: Callable[[], Result]) -> Result | None:
        # Each kind of work stands alone: what stops one must not stop the others.
        try:
            return work()
        except Exception:
            logger.exception("a step of the worker failed")
            return None


def main() -> None:
    """Run a worker until SIGTERM or SIGINT."""
    configure_logging()
    app = bootstrap()
    worker = Worker(app)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    try:
        worker.run()
    finally:
        app.close()


if __name__ == "__main__":
    main()

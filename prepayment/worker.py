"""The worker process: works off outbox and inbox, sweeps orders, reconciles, answers what was left waiting.

``python -m prepayment.worker``; several may run at once.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from prepayment.bootstrap import App, bootstrap, configure_logging
from prepayment.errors import PrepaymentError

logger = logging.getLogger(__name__)

# A message this old may have no living process behind it; if it has, that one holds the turn.
LEFT_OVER_AFTER = timedelta(seconds=10)
# Whatever is under way when it stops is taken up again by another worker, or after the restart.
STOP_SECONDS = 10.0


@dataclass(frozen=True)
class Duty:
    """One kind of work. ``work`` does the next piece and returns whether there was one; else it waits so long."""

    name: str
    work: Callable[[], bool]
    idle_seconds: float


def duties(app: App) -> tuple[Duty, ...]:
    """Return what a worker does, each in a thread of its own: a slow PortOne must not keep the carrier waiting."""

    def answer_left_over() -> bool:
        app.conversations.answer_left_over(LEFT_OVER_AFTER)
        return False

    return (
        Duty("outbox", app.effects.run_next, 0.2),
        Duty("inbox", app.inbox.run_next, 0.2),
        Duty("limits", app.limit_control.run_next, 1.0),
        Duty("chat", answer_left_over, 0.2),
        Duty("sweeper", app.sweeper.run_next, 1.0),
        Duty("alarms", app.alarms.run_next, 1.0),
        Duty("reconciliation", app.reconciliation.run_due, 10.0),
    )


class Worker:
    """Runs until it is told to stop; an error is logged and never ends it."""

    def __init__(self, app: App) -> None:
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(duty,), name=duty.name, daemon=True)
            for duty in duties(app)
        ]

    def stop(self) -> None:
        """End after the pieces of work under way."""
        self._stop.set()

    def run(self) -> None:
        """Work until stopped."""
        for thread in self._threads:
            thread.start()
        logger.info("worker ready")
        self._stop.wait()
        deadline = time.monotonic() + STOP_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _run(self, duty: Duty) -> None:
        while not self._stop.is_set():
            try:
                busy = duty.work()
            except PrepaymentError as error:
                logger.warning("%s: %s", duty.name, type(error).__name__)
                busy = False
            except Exception:
                logger.exception("%s failed", duty.name)
                busy = False
            if not busy:
                self._stop.wait(duty.idle_seconds)


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

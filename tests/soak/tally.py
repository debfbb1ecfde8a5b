"""What happened in a soak, counted by many threads."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Tally:
    """``orders`` is how many were opened; ``wrong`` holds what must not happen, as sentences."""

    wanted: int
    orders: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def opened(self) -> None:
        """Count an order."""
        with self._lock:
            self.orders += 1

    def happened(self, what: str) -> None:
        """Count something."""
        with self._lock:
            self.counts[what] += 1

    def broke(self, fault: str) -> None:
        """Count a fault that was switched on."""
        with self._lock:
            self.faults[fault] += 1

    def is_over(self) -> bool:
        """Whether no new order is to be opened."""
        return self.stop.is_set() or self.orders >= self.wanted

    def failed(self, who: str, error: BaseException) -> None:
        """Note an error that nobody should ever see."""
        with self._lock:
            self.wrong.append(f"{who}: {type(error).__name__}: {error}")


class ErrorsOfWorkers(logging.Handler):
    """A worker logs what it did not expect and goes on: here that is something wrong."""

    def __init__(self, tally: Tally) -> None:
        super().__init__(logging.ERROR)
        self._tally = tally

    def emit(self, record: logging.LogRecord) -> None:
        """Take a record that carries an exception."""
        if record.exc_info and record.exc_info[1]:
            self._tally.failed("worker", record.exc_info[1])

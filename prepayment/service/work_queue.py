"""Working off what was written down to be done: outbox, inbox, alarms. One piece at a time, by any worker."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from prepayment.alarms import AlarmKind
from prepayment.errors import PrepaymentError
from prepayment.ports import UnitOfWork
from prepayment.service.backoff import backoff
from prepayment.service.parts import Parts

logger = logging.getLogger(__name__)

# How long a piece is one worker's own: longer than the longest outside call.
LEASE: Final = timedelta(seconds=90)
ALARM_AFTER_ATTEMPTS: Final = 8  # some four minutes

# Books the result of a piece and returns it for the records.
Finish = Callable[[UnitOfWork], str]


class Piece(Protocol):
    """A piece of work that was claimed, the how-manieth time."""

    @property
    def attempts(self) -> int:
        """How often it was claimed, this time included."""


class Store[Item: Piece](Protocol):
    """Where pieces stand within one transaction."""

    def claim(self, now: datetime, until: datetime) -> Item | None:
        """Take the next due piece for oneself until then; None when nothing is due."""

    def done(self, item: Item, outcome: str) -> None:
        """Close a piece."""

    def retry(self, item: Item, at: datetime, error: str) -> None:
        """Put a piece back for later."""


@dataclass(frozen=True)
class WorkQueue[Item: Piece]:
    """``work`` does the part outside; what it returns books the result, in the transaction that closes the piece.

    ``subject`` names a piece in logs and alarms. ``rings``: what keeps failing raises an alarm until it is done.
    With ``durable=False`` closing need not survive a power failure: the piece is done again without harm.
    """

    parts: Parts
    store: Callable[[UnitOfWork], Store[Item]]
    work: Callable[[Item], Finish]
    subject: Callable[[Item], str]
    rings: bool = True
    durable: bool = True

    def run_next(self) -> bool:
        """Do the next due piece; False when nothing is due."""
        now = self.parts.clock.machine_now()
        with self.parts.database(durable=False) as unit:
            item = self.store(unit).claim(now, now + LEASE)
            unit.commit()
        if item is None:
            return False
        try:
            finish = self.work(item)
        except PrepaymentError as error:
            self._put_back(item, type(error).__name__)
            return True
        with self.parts.database(durable=self.durable) as unit:
            self.store(unit).done(item, finish(unit))
            if self.rings and item.attempts > ALARM_AFTER_ATTEMPTS:
                unit.alarms.close(AlarmKind.FAILING, self.subject(item))
            unit.commit()
        return True

    def _put_back(self, item: Item, problem: str) -> None:
        subject = self.subject(item)
        logger.warning("%s, attempt %d: %s", subject, item.attempts, problem)
        with self.parts.database(durable=False) as unit:
            again = self.parts.clock.machine_now() + backoff(item.attempts)
            self.store(unit).retry(item, again, problem)
            if self.rings and item.attempts == ALARM_AFTER_ATTEMPTS:
                text = f"{subject} failed {item.attempts} times: {problem}"
                unit.alarms.add(AlarmKind.FAILING, subject, text)
            unit.commit()

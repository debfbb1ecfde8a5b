"""Sends alarms to whoever operates the product, until each has arrived once."""

from __future__ import annotations

import logging
from datetime import timedelta

from prepayment.alarms import AlarmKind
from prepayment.errors import OutsideError
from prepayment.service.backoff import backoff
from prepayment.service.cancelling import reason_detail
from prepayment.service.parts import Parts

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)


class Alarms:
    """Works off the alarms that nobody was told of yet."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def run_next(self) -> bool:
        """Send the next alarm; False when there is none."""
        now = self._parts.clock.machine_now()
        with self._parts.database(durable=False) as unit:
            alarm = unit.alarms.claim(now, now + LEASE)
            unit.commit()
        if alarm is None:
            return False
        try:
            self._parts.bell.ring(f"[{alarm.kind}] {alarm.text}")
        except OutsideError as error:
            logger.warning("alarm %d, attempt %d: %s", alarm.id, alarm.attempts + 1, type(error).__name__)
            with self._parts.database(durable=False) as unit:
                unit.alarms.retry(alarm, self._parts.clock.machine_now() + backoff(alarm.attempts + 1))
                unit.commit()
            return True
        with self._parts.database(durable=False) as unit:
            unit.alarms.sent(alarm)
            unit.commit()
        return True

    def close_difference(self, subject: str, *, reason: str, actor: str) -> bool:
        """End the alarm of a difference that a person has looked into; False when there is none.

        The other kinds end with what they are about. The same difference is not raised again, another one of it is.

        Raises:
            ValueError: no reason was given.
        """
        text = str(reason_detail(reason)["reason"])
        with self._parts.database() as unit:
            closed = unit.alarms.close(AlarmKind.DIFFERENCE, subject, actor=actor, reason=text)
            unit.commit()
        return closed

"""Sends alarms to whoever operates the product, until each has arrived once."""

from __future__ import annotations

from prepayment.alarms import AlarmKind
from prepayment.ports import Alarm
from prepayment.service.cancelling import reason_detail
from prepayment.service.parts import Parts
from prepayment.service.work_queue import Finish, WorkQueue


class Alarms:
    """Works off the alarms that nobody was told of yet: ``run_next`` sends the next, False when there is none."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.run_next = WorkQueue(
            parts,
            lambda unit: unit.alarms,
            self._send,
            lambda alarm: f"alarm:{alarm.id}",
            rings=False,
            durable=False,
        ).run_next

    def _send(self, alarm: Alarm) -> Finish:
        self._parts.bell.ring(f"[{alarm.kind}] {alarm.text}")
        return lambda _: "sent"

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

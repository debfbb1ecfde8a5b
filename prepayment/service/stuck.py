"""What does not go on by itself, or not in time: the operator's work list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from prepayment.orders import State
from prepayment.ports import Failing, Waiting
from prepayment.ports.limit_changes import LimitChangeRecord
from prepayment.service.parts import Parts

# What the worker normally needs is seconds; longer than this is worth a look.
PATIENCE: Final = timedelta(minutes=2)
FAILING_FROM: Final = 3  # attempts


class Next(StrEnum):
    """Who goes on with it."""

    WORKER = "the worker tries again"
    OPERATOR = "an operator decides"


@dataclass(frozen=True)
class Stuck:
    """One thing that waits. ``subject`` is an order's, payment's or limit change's id, or what an alarm is about."""

    subject: str
    what: str
    why: str
    since: datetime
    next: Next


class WorkList:
    """Reads what is stuck; changes nothing."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def listing(self) -> Sequence[Stuck]:
        """Return everything that waits for a person or for longer than it should, orders first."""
        now, machine_now = self._parts.clock.now(), self._parts.clock.machine_now()
        with self._parts.database(write=False) as unit:
            settling = unit.books.settling()
            overdue = unit.books.overdue(now - PATIENCE)
            failing = unit.books.failing(FAILING_FROM)
            alarms = unit.alarms.open()
            limits = unit.limit_changes.overdue(now - PATIENCE)
        orders = [
            _order(waiting)
            for waiting in settling
            if waiting.order.state is State.REVIEW or now - waiting.order.updated_at >= PATIENCE
        ]
        named = {stuck.subject for stuck in orders}
        return [
            *orders,
            *(_order(waiting) for waiting in overdue),
            *(_limit(record) for record in limits),
            *(_failing(item, machine_now) for item in failing if item.subject not in named),
            *(
                Stuck(alarm.subject, str(alarm.kind), alarm.text, alarm.at, Next.OPERATOR)
                for alarm in alarms
                if alarm.subject not in named
            ),
        ]


def _order(waiting: Waiting) -> Stuck:
    order = waiting.order
    tried = [
        f"{effect.kind} tried {effect.attempts} times: {effect.outcome}"
        for effect in waiting.effects
        if effect.attempts
    ]
    if waiting.sweep_attempts:
        tried.append(f"swept {waiting.sweep_attempts} times: {waiting.sweep_error or 'no news'}")
    return Stuck(
        subject=order.id,
        what=str(order.state),
        why="; ".join([waiting.cause, *tried]),
        since=order.updated_at,
        next=Next.OPERATOR if order.state is State.REVIEW else Next.WORKER,
    )


def _limit(record: LimitChangeRecord) -> Stuck:
    change = record.change
    tried = f": tried {record.attempts} times: {record.outcome}" if record.attempts else ""
    return Stuck(
        subject=change.id,
        what=f"{change.kind} {change.state}",
        why=f"the carrier has not answered{tried}",
        since=change.created_at,
        next=Next.WORKER,
    )


def _failing(item: Failing, now: datetime) -> Stuck:
    return Stuck(
        subject=item.subject,
        what=item.kind,
        why=f"tried {item.attempts} times: {item.outcome}",
        since=min(item.due_at, now),
        next=Next.WORKER,
    )

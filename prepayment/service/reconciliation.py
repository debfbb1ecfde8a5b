"""Compares the books of PortOne, the ledger and the carrier, heals what reading heals, and reports the rest.

Both directions: what one of them has and another has not. Orders whose money is moving are left to the worker.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from prepayment.alarms import AlarmKind
from prepayment.calendar import SEOUL
from prepayment.errors import OrderNotFound
from prepayment.ledger import Account, holder_of
from prepayment.orders import SETTLING, UNPAID, Order, State
from prepayment.ports import Booking, PaymentReading
from prepayment.service.parts import Parts
from prepayment.service.settlement import Settlement
from prepayment.service.verdicts import decide

logger = logging.getLogger(__name__)

ACTOR: Final = "reconciliation"
ROLLING_EVERY: Final = timedelta(minutes=5)
ROLLING_BACK: Final = timedelta(hours=2)
DAILY_LOOK_EVERY: Final = timedelta(minutes=10)
# A day is compared when what was under way at its end has come to rest.
DAILY_NOT_BEFORE: Final = time(0, 30)
DAYS_BACK: Final = 7
# What never was charged was never taken to the carrier by us.
_NEVER_CHARGED: Final = UNPAID | {State.EXPIRED, State.WITHDRAWN}
_CHARGED: Final = frozenset({"PAID", "PARTIAL_CANCELLED", "CANCELLED"})
# A store may sell other things too: these are ours (service.ordering makes them).
_OUR_PAYMENT: Final = re.compile(r"pp[0-9a-f]{32}")


@dataclass(frozen=True)
class Difference:
    """One thing that does not agree, in won. ``subject`` is an order's id, or a payment's that no order has."""

    kind: str
    subject: str
    expected_won: int
    found_won: int

    @property
    def text(self) -> str:
        """The difference in a sentence for an operator."""
        return f"{self.kind} {self.subject}: {self.expected_won:,} won expected, {self.found_won:,} won found"


@dataclass
class Report:
    """What was compared from ``since`` until before ``until``. Sums in won."""

    since: datetime
    until: datetime
    payments: int = 0
    bookings: int = 0
    orders: int = 0
    healed: list[str] = field(default_factory=list)
    under_way: list[str] = field(default_factory=list)
    in_review: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    charged_won: int = 0
    refunded_won: int = 0
    booked_at_carrier_won: int = 0
    ledger_won: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON-ready values."""
        return {**asdict(self), "since": self.since.isoformat(), "until": self.until.isoformat()}


class Reconciliation:
    """Compares a window of time, or a day in Seoul."""

    def __init__(self, parts: Parts, settlement: Settlement) -> None:
        self._parts = parts
        self._settlement = settlement

    def run_due(self) -> bool:
        """Do what is due of the rolling and the daily comparison; False when nothing is. One worker does it.

        Raises:
            OutsideError: PortOne or the carrier did not answer; it is tried again at the next turn.
        """
        rolling, daily = (
            self._claim("reconcile-rolling", ROLLING_EVERY),
            self._claim("reconcile-daily", DAILY_LOOK_EVERY),
        )
        now = self._parts.clock.now()
        if rolling:
            self.compare(now - ROLLING_BACK, now + timedelta(minutes=1))
        day = self._day_to_do(now.astimezone(SEOUL)) if daily else None
        if day is not None:
            self.run_day(day)
        return rolling or day is not None

    def run_day(self, day: date) -> Report:
        """Compare a day in Seoul and keep the report. Raises OutsideError."""
        since = datetime.combine(day, time(), SEOUL)
        report = self.compare(since, since + timedelta(days=1), whole_ledger=True)
        with self._parts.database() as unit:
            unit.jobs.save_report(day, report.as_json())
            unit.commit()
        return report

    def compare(self, since: datetime, until: datetime, *, whole_ledger: bool = False) -> Report:
        """Compare what moved from ``since`` until before ``until``; every difference raises an alarm.

        The ledger's own balance is checked for that time, or for all of it.

        Raises:
            OutsideError: PortOne or the carrier did not answer.
        """
        payments = {
            reading.payment_id: reading for reading in self._parts.gateway.list_payments(since, until)
        }
        bookings = {
            booking.order_id: booking for booking in self._parts.carrier.list_prepayments(since, until)
        }
        report = Report(since, until, payments=len(payments), bookings=len(bookings))
        orders = self._orders(since, until, payments, bookings, report)
        for order in orders.values():
            self._compare(order, payments, bookings, report)
        self._check_ledger(report, () if whole_ledger else (since, until))
        self._raise_alarms(orders, report)
        return report

    def _claim(self, name: str, every: timedelta) -> bool:
        with self._parts.database() as unit:
            mine = unit.jobs.claim(name, self._parts.clock.machine_now() + every)
            unit.commit()
        return mine

    def _day_to_do(self, local: datetime) -> date | None:
        """The newest day without a report: yesterday when its time has come, or one when no worker ran."""
        first = 1 if local.time() >= DAILY_NOT_BEFORE else 2
        days = [local.date() - timedelta(days=back) for back in range(first, DAYS_BACK + 1)]
        with self._parts.database(write=False) as unit:
            return next((day for day in days if not unit.jobs.is_reconciled(day)), None)

    def _orders(
        self,
        since: datetime,
        until: datetime,
        payments: Mapping[str, PaymentReading],
        bookings: Mapping[str, Booking],
        report: Report,
    ) -> dict[str, Order]:
        """The orders that the window is about, and those of earlier differences; what no order has is reported."""
        with self._parts.database(write=False) as unit:
            orders = {order.id: order for order in unit.books.moved(since, until)}
            for reading in payments.values():
                try:
                    order = unit.orders.by_payment_id(reading.payment_id)
                except OrderNotFound:
                    _unknown_payment(reading, report)
                else:
                    orders[order.id] = order
            earlier = [alarm.subject.partition(":")[2] for alarm in unit.alarms.open(AlarmKind.DIFFERENCE)]
            for order_id in [*bookings, *earlier]:
                if order_id in orders:
                    continue
                try:
                    orders[order_id] = unit.orders.get(order_id)
                except OrderNotFound:
                    booking = bookings.get(order_id)
                    if booking is not None and not booking.revoked:
                        report.differences.append(
                            Difference("booking_without_order", order_id, 0, booking.amount_won)
                        )
        report.orders = len(orders)
        return orders

    def _compare(
        self,
        order: Order,
        payments: Mapping[str, PaymentReading],
        bookings: Mapping[str, Booking],
        report: Report,
    ) -> None:
        reading = payments.get(order.payment_id) or self._parts.gateway.read(order.payment_id)
        if decide(order, reading, self._parts.policy) is not None:
            settled = self._settlement.sync(order.id, actor=ACTOR)
            if settled.state is not order.state:
                report.healed.append(order.id)
            order = settled
        if order.state is State.REVIEW:
            report.in_review.append(order.id)
            return
        if order.state in SETTLING:
            report.under_way.append(order.id)
            return
        charged, refunded = _moved(reading)
        report.charged_won += charged
        report.refunded_won += refunded
        applied = order.booked_won if holder_of(order.state) is Account.CARRIER else 0
        booked = self._booked(order, bookings)
        report.booked_at_carrier_won += booked
        found = {"portone": charged - refunded, "carrier": booked}
        wrong = {kind: won for kind, won in found.items() if won != applied}
        if wrong and not self._has_moved_on(order):
            report.differences += [Difference(kind, order.id, applied, won) for kind, won in wrong.items()]

    def _has_moved_on(self, order: Order) -> bool:
        """Whether the order is another by now than the one that was compared: the next comparison will tell."""
        with self._parts.database(write=False) as unit:
            return unit.orders.get(order.id).version != order.version

    def _booked(self, order: Order, bookings: Mapping[str, Booking]) -> int:
        """What the carrier has booked for an order, in won; asked for when the window does not show it."""
        booking = bookings.get(order.id)
        if booking is not None:
            return 0 if booking.revoked else booking.amount_won
        if order.state in _NEVER_CHARGED:
            return 0
        month = self._parts.carrier.bookings(order.line_id, order.month)
        return sum(found.amount_won for found in month if found.order_id == order.id)

    def _check_ledger(self, report: Report, window: tuple[datetime, ...]) -> None:
        with self._parts.database(write=False) as unit:
            totals = unit.books.totals(*window)
            for order_id, number in unit.books.unbalanced(*window):
                report.differences.append(Difference(f"ledger_entry_{number}", order_id, 0, 1))
        report.ledger_won = totals
        if sum(totals.values()) != 0:
            report.differences.append(Difference("ledger", "all", 0, sum(totals.values())))

    def _raise_alarms(self, orders: Mapping[str, Order], report: Report) -> None:
        """Raise an alarm for every difference, and end those of orders that agree by now."""
        found = {f"{difference.kind}:{difference.subject}": difference for difference in report.differences}
        with self._parts.database() as unit:
            for alarm in unit.alarms.open(AlarmKind.DIFFERENCE):
                about = alarm.subject.partition(":")[2]
                if alarm.subject not in found and about in orders and about not in report.under_way:
                    unit.alarms.close(AlarmKind.DIFFERENCE, alarm.subject)
            for subject, difference in found.items():
                if not unit.alarms.is_acknowledged(AlarmKind.DIFFERENCE, subject, difference.text):
                    unit.alarms.add(AlarmKind.DIFFERENCE, subject, difference.text)
            unit.commit()
        for difference in report.differences:
            logger.error("the books differ: %s", difference.text)


def _unknown_payment(reading: PaymentReading, report: Report) -> None:
    charged, refunded = _moved(reading)
    if charged != refunded and _OUR_PAYMENT.fullmatch(reading.payment_id):
        report.differences.append(
            Difference("payment_without_order", reading.payment_id, 0, charged - refunded)
        )


def _moved(reading: PaymentReading) -> tuple[int, int]:
    """How much was charged and given back, in won."""
    if reading.status not in _CHARGED:
        return 0, 0
    charged = reading.total_won or 0
    return charged, charged if reading.status == "CANCELLED" else reading.cancelled_won or 0

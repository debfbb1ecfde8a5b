"""From a wish to an open order with a checkout link."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime

from prepayment.alarms import AlarmKind
from prepayment.calendar import Month
from prepayment.errors import OrderInProgress, PrepaymentsPaused, TransitionConflict
from prepayment.orders import UNPAID, Order, State
from prepayment.ports import Customer, UnitOfWork
from prepayment.rules import (
    IDENTITY_ATTEMPTS_MAX,
    IDENTITY_MAX_AGE,
    Quote,
    Wish,
    check_prepayable,
    order_expiry,
    quote,
)
from prepayment.service.parts import Parts

_ATTEMPTS = 5  # against others that open or close an order of the line at the same moment


class Ordering:
    """Quotes sums and opens orders."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def check(self, line_id: str) -> None:
        """Check that the line could prepay some sum now.

        Raises:
            RuleViolation: it could not, and why.
            OutsideError: the carrier did not answer.
        """
        self._refuse_while_paused()
        self._refuse_while_settling(line_id)
        check_prepayable(self._parts.carrier.usage(line_id, Month.of(self._parts.clock.now())))

    def quote(self, line_id: str, wish: Wish) -> Quote:
        """Check a wished sum (won, "all", or "minimum") against what is outstanding at this moment.

        Raises:
            RuleViolation: the first rule it breaks.
            OutsideError: the carrier did not answer.
        """
        return quote(self._parts.carrier.usage(line_id, Month.of(self._parts.clock.now())), wish)

    def open(self, conversation_id: str, customer: Customer, wish: Wish) -> Order:
        """Open an order for a wished sum, or return the open one of the same sum.

        An open unpaid order of another sum is withdrawn: its link then says so.

        Raises:
            RuleViolation: a rule, or another order that is being settled, stands against it.
            OutsideError: the carrier did not answer.
        """
        self._refuse_while_paused()
        quoted = self.quote(customer.line_id, wish)
        for _ in range(_ATTEMPTS):
            try:
                order = self._open(conversation_id, customer, quoted)
            except TransitionConflict:
                continue
            if order is not None:
                return order
        raise TransitionConflict(f"orders of line {customer.line_id} keep changing")

    def checkout_url(self, order: Order) -> str:
        """Return the link of an order's checkout."""
        return f"{self._parts.public_url}/pay/{order.checkout_token}"

    def receipt_url(self, order: Order) -> str:
        """Return the link of an order's receipt; there is one once it was applied."""
        return f"{self.checkout_url(order)}/receipt"

    def withdraw(self, line_id: str, *, cause: str) -> Order | None:
        """Withdraw the line's open unpaid order; returns it, or None when there is none."""
        with self._parts.database() as unit:
            order = unit.orders.open_order(line_id)
            if order is None or order.state not in UNPAID:
                return None
            withdrawn = self._end(unit, order, cause)
            unit.commit()
            return withdrawn

    def _refuse_while_paused(self) -> None:
        with self._parts.database(write=False) as unit:
            found = unit.alarms.count_open(AlarmKind.DIFFERENCE)
        if found >= self._parts.pause_at_differences:
            raise PrepaymentsPaused(f"{found} differences between the books are open")

    def _refuse_while_settling(self, line_id: str) -> None:
        with self._parts.database(write=False) as unit:
            order = unit.orders.open_order(line_id)
        if order is not None and order.state not in UNPAID:
            raise OrderInProgress(order.id, order.amount_won)

    def _open(self, conversation_id: str, customer: Customer, quoted: Quote) -> Order | None:
        now = self._parts.clock.now()
        with self._parts.database() as unit:
            # So that tabs that ask at the same moment come one after another instead of undoing each other.
            unit.orders.lock_line(customer.line_id)
            current = unit.orders.open_order(customer.line_id)
            if current is not None:
                if current.state not in UNPAID:
                    raise OrderInProgress(current.id, current.amount_won)
                same = current.amount_won == quoted.amount_won and current.month == quoted.month
                if same and now < current.expires_at and not _stranded(current, now):
                    if current.conversation_id != conversation_id:
                        # The result is told where the customer is now.
                        current = unit.orders.update(current, conversation_id=conversation_id)
                        unit.commit()
                    return current
                self._end(unit, current, _why_ended(current, quoted, now))
            order = Order(
                id=f"or{uuid.uuid4().hex}",
                line_id=customer.line_id,
                customer_id=customer.id,
                conversation_id=conversation_id,
                month=quoted.month,
                amount_won=quoted.amount_won,
                state=State.QUOTED,
                # Letters and digits only, 6 to 40: valid at every payment company behind PortOne.
                payment_id=f"pp{uuid.uuid4().hex}",
                checkout_token=secrets.token_urlsafe(24),
                created_at=now,
                expires_at=order_expiry(now),
                updated_at=now,
            )
            added = unit.orders.add(order, cause="quoted", actor="customer")
            unit.commit()
            return order if added else None

    def _end(self, unit: UnitOfWork, order: Order, cause: str) -> Order:
        return unit.orders.move(
            order, State.WITHDRAWN, at=self._parts.clock.now(), cause=cause, actor="customer"
        )


def _stranded(order: Order, now: datetime) -> bool:
    """Whether no identity window can be opened for an order any more and none that counts was finished."""
    valid = order.verified_at is not None and now - order.verified_at <= IDENTITY_MAX_AGE
    return order.identity_attempts >= IDENTITY_ATTEMPTS_MAX and not valid


def _why_ended(order: Order, quoted: Quote, now: datetime) -> str:
    if now >= order.expires_at:
        return "expired"
    return "other_sum_wished" if order.amount_won != quoted.amount_won else "identity_tries_used_up"

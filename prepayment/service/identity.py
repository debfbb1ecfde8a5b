"""The identity step of the checkout: proof that the line is the customer's, before any payment window opens."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from prepayment.errors import (
    IdentityAttemptsExhausted,
    IdentityCarrierWrong,
    IdentityClosed,
    IdentityCodeFailed,
    IdentityError,
    IdentityExpired,
    IdentityMismatch,
    IdentityNotCompleted,
    IdentityUnavailable,
    IdentityUnfinished,
    OutcomeUnknown,
    OutsideError,
    TransitionConflict,
)
from prepayment.orders import Order, State
from prepayment.ports import IdentityFailure
from prepayment.rules import IDENTITY_ATTEMPTS_MAX, IDENTITY_MAX_AGE
from prepayment.service.checkout import Checkout
from prepayment.service.parts import Parts
from prepayment.service.soon import Soon

logger = logging.getLogger(__name__)

_FAILURES: Final[Mapping[IdentityFailure, type[IdentityNotCompleted]]] = {
    IdentityFailure.CLOSED: IdentityClosed,
    IdentityFailure.CODE: IdentityCodeFailed,
    IdentityFailure.CARRIER: IdentityCarrierWrong,
    IdentityFailure.OTHER: IdentityNotCompleted,
}
# The window was opened and nothing came of it yet, or not even the window came about.
_NOTHING_YET: Final = frozenset({"READY", "NOT_FOUND"})
# Orders whose identity may have been tried in vain, and how long a customer may still mean that.
_UNVERIFIED: Final = frozenset({State.QUOTED, State.VERIFIED, State.DECLINED, State.EXPIRED, State.WITHDRAWN})
TROUBLE_LASTS: Final = timedelta(days=1)


class Identity:
    """Opens identity windows for an order and takes what they prove, each verification once and for its order only."""

    def __init__(self, parts: Parts, checkout: Checkout) -> None:
        self._parts = parts
        self._checkout = checkout
        self._soon = Soon("identity")

    def start(self, token: str) -> Mapping[str, object]:
        """Begin an identity verification for the order; returns what the browser SDK needs.

        The one that was under way before counts no more.

        Raises:
            OrderNotFound, OrderClosed: there is nothing to verify for.
            TransitionConflict: another tab was first; nothing was opened here.
            IdentityAttemptsExhausted: five windows were opened already, or one proved to be somebody else's.
        """
        order = self._checkout.unpaid_order(token)
        if order.identity_attempts >= IDENTITY_ATTEMPTS_MAX:
            raise IdentityAttemptsExhausted(f"order {order.id}")
        identity_id = f"iv{uuid.uuid4().hex}"
        with self._parts.database() as unit:
            unit.orders.update(order, identity_id=identity_id, identity_attempts=order.identity_attempts + 1)
            unit.commit()
        return self._parts.gateway.identity_window(
            identity_id,
            order_id=order.id,
            return_url=f"{self._parts.public_url}/pay/{token}/identity/return",
        )

    def finish(self, token: str) -> Order:
        """Read the order's own verification and take it, once, when it is of this line.

        Raises:
            OrderNotFound, OrderClosed: there is nothing to verify for.
            IdentityNotCompleted, IdentityExpired: it proves nothing; a new window may.
            IdentityMismatch: it proves somebody else's identity; no other window opens for this order.
            IdentityUnavailable: PortOne or the carrier did not answer; call again.
            TransitionConflict: another tab was first.
        """
        order = self._checkout.unpaid_order(token)
        if order.identity_id is None:
            if self._checkout.identity_valid(order):
                return order  # the same return came twice
            raise IdentityNotCompleted(f"order {order.id} has no verification under way")
        verified_at, phone_number = self._proof(order, order.identity_id)
        now = self._parts.clock.now()
        if now - verified_at > IDENTITY_MAX_AGE:
            raise IdentityExpired("verified too long ago")
        if phone_number != self._asking(order, lambda: self._parts.carrier.line(order.line_id)).phone_number:
            self._stop(order)
            raise IdentityMismatch(f"order {order.id}")
        try:
            with self._parts.database() as unit:
                moved = unit.orders.move(
                    order,
                    State.VERIFIED,
                    at=now,
                    cause="identity_verified",
                    actor="customer",
                    detail={"identity_id": order.identity_id},
                    # Their clock may be ahead of ours, which must not make it last longer.
                    verified_at=min(verified_at, now),
                    identity_id=None,
                )
                unit.commit()
                return moved
        except TransitionConflict:
            current = self._checkout.unpaid_order(token)
            if current.identity_id is None and self._checkout.identity_valid(current):
                return current  # the same return came twice at once
            raise

    def trouble_of(self, line_id: str) -> IdentityError | None:
        """Return why the last verification for the line's newest order proved nothing, or what stands against another.

        None when there was none lately, or it did prove something. Raises nothing because PortOne is away: that is
        IdentityUnavailable here.
        """
        with self._parts.database(write=False) as unit:
            order = next(iter(unit.orders.of_line(line_id, limit=1)), None)
        now = self._parts.clock.now()
        if order is None or order.state not in _UNVERIFIED or now - order.created_at > TROUBLE_LASTS:
            return None
        exhausted = order.identity_attempts >= IDENTITY_ATTEMPTS_MAX
        if order.identity_id is None:
            # Only a verification for another line takes the id away and proves nothing.
            return IdentityMismatch(f"order {order.id}") if exhausted and order.verified_at is None else None
        trouble = self._trouble(order, order.identity_id)
        is_final = trouble is not None and not isinstance(trouble, IdentityUnavailable)
        return IdentityAttemptsExhausted(f"order {order.id}") if exhausted and is_final else trouble

    def _trouble(self, order: Order, identity_id: str) -> IdentityError | None:
        try:
            verified_at, _ = self._soon.ask(lambda: self._proof(order, identity_id))
        except OutcomeUnknown:
            return IdentityUnavailable(f"order {order.id}")
        except IdentityError as error:
            return error
        if self._parts.clock.now() - verified_at > IDENTITY_MAX_AGE:
            return IdentityExpired("verified too long ago")
        return None

    def _asking[Answer](self, order: Order, ask: Callable[[], Answer]) -> Answer:
        try:
            return ask()
        except OutsideError as error:
            logger.warning("order %s: the identity could not be checked: %s", order.id, type(error).__name__)
        raise IdentityUnavailable(f"order {order.id}")

    def _proof(self, order: Order, identity_id: str) -> tuple[datetime, str]:
        """Read a verification that is done and was made for this order: its moment and its phone number."""
        reading = self._asking(order, lambda: self._parts.gateway.read_identity(identity_id))
        if reading.status in _NOTHING_YET:
            raise IdentityUnfinished(f"verification is {reading.status}")
        if reading.failure is not None:
            raise _FAILURES[reading.failure](f"verification is {reading.status}")
        if reading.status != "VERIFIED":
            raise IdentityNotCompleted(f"verification is {reading.status}")
        if (reading.id, reading.order_id) != (identity_id, order.id):
            logger.error("order %s: the verification was made for another order", order.id)
            raise IdentityNotCompleted("verified for another order")
        if reading.verified_at is None or reading.phone_number is None:
            # Some payment companies give phone numbers only to shops whose contract says so.
            logger.error("order %s: the identity channel names no moment or no phone number", order.id)
            raise IdentityNotCompleted("verified without what proves it")
        return reading.verified_at, reading.phone_number

    def _stop(self, order: Order) -> None:
        """Open no more windows for an order that somebody else tried to verify."""
        logger.warning("order %s: verified for another line", order.id)
        with self._parts.database() as unit:
            unit.orders.update(order, identity_id=None, identity_attempts=IDENTITY_ATTEMPTS_MAX)
            unit.commit()

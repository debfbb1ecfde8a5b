"""Blocking a line's small payments from the chat, and putting back the limit that such a block replaced."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from prepayment.errors import (
    Misconfigured,
    NotSent,
    OutcomeUnknown,
    Refused,
    TransitionConflict,
)
from prepayment.limit_changes import ChangeKind, ChangeState, LimitChange
from prepayment.limit_errors import AlreadyBlocked, BlockedElsewhere, NotBlocked
from prepayment.ports import Customer, UnitOfWork
from prepayment.ports.limit_changes import DueLimitChange
from prepayment.service.parts import Parts
from prepayment.service.work_queue import Finish, WorkQueue

logger = logging.getLogger(__name__)

LIMIT_CHANGED_INTENT: Final = "EXTERNAL_limit_changed"

# How long a change is its requester's own; longer than the carrier may take for an answer.
LEASE: Final = timedelta(seconds=15)
# How long one who asks for what is asked for already waits for the outcome. A customer waits behind it.
_WAIT_SECONDS: Final = 3.0
_POLL_SECONDS: Final = 0.05


_ATTEMPTS: Final = 5  # against others that change the line's limit at the same moment

# The limit that a change is to find, and the one that it sets; in won.
Limits = tuple[int, int]


class LimitControl:
    """Blocks and unblocks. ``run_next`` finds out what became of the next change that nobody answered."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.run_next = WorkQueue(
            parts, lambda unit: unit.limit_changes, self._find_out, lambda due: f"limit:{due.change.id}"
        ).run_next

    def change(self, change_id: str) -> LimitChange:
        """Return a change. Raises LimitChangeNotFound."""
        with self._parts.database(write=False) as unit:
            return unit.limit_changes.get(change_id)

    def in_force(self, line_id: str) -> LimitChange | None:
        """Return the line's change whose outcome is open, if any."""
        with self._parts.database(write=False) as unit:
            return unit.limit_changes.in_force(line_id)

    def restorable_won(self, customer: Customer) -> int | None:
        """Return the limit that unblocking here would put back, in won; None when the block is not this customer's.

        Whether the line is blocked at all is for the carrier to say.
        """
        with self._parts.database(write=False) as unit:
            last = unit.limit_changes.last_done(customer.line_id)
        if last is None or last.kind is not ChangeKind.BLOCK or last.customer_id != customer.id:
            return None
        return last.limit_before_won

    def block(self, conversation_id: str, customer: Customer) -> LimitChange:
        """Set the limit of the customer's line to 0; returns the change with what is known of its outcome.

        When the line has a change in force, that one is waited for and returned: asked for in another conversation,
        or even the opposite when its outcome stays open.

        Raises:
            AlreadyBlocked: the limit is 0.
            OutsideError: the carrier could not say what the limit is; nothing was asked for.
        """

        def wish() -> Limits:
            limit_won = self._parts.carrier.line(customer.line_id).limit_won
            if limit_won == 0:
                raise AlreadyBlocked(customer.line_id)
            return limit_won, 0

        return self._change(conversation_id, customer, ChangeKind.BLOCK, wish)

    def unblock(self, conversation_id: str, customer: Customer) -> LimitChange:
        """Put back the limit that this customer's block replaced; returns as ``block`` does.

        Raises:
            NotBlocked: the limit is not 0.
            BlockedElsewhere: it was not blocked here by this customer.
            OutsideError: the carrier could not say what the limit is; nothing was asked for.
        """

        def wish() -> Limits:
            limit_won = self._parts.carrier.line(customer.line_id).limit_won
            if limit_won != 0:
                raise NotBlocked(limit_won)
            restored_won = self.restorable_won(customer)
            if restored_won is None:
                raise BlockedElsewhere(customer.line_id)
            return 0, restored_won

        return self._change(conversation_id, customer, ChangeKind.UNBLOCK, wish)

    def _change(
        self, conversation_id: str, customer: Customer, kind: ChangeKind, wish: Callable[[], Limits]
    ) -> LimitChange:
        for _ in range(_ATTEMPTS):
            first = self._outcome_of_first(customer.line_id)
            if first is not None and (first.is_in_force or first.kind is kind):
                return first
            change = self._request(conversation_id, customer, kind, *wish())
            if change is not None:
                return self._carry_out(change)
        raise NotSent(f"limit of line {customer.line_id}: others keep changing it")

    def _request(
        self, conversation_id: str, customer: Customer, kind: ChangeKind, before_won: int, after_won: int
    ) -> LimitChange | None:
        """Write a change down before anything is sent; None when the line has one in force."""
        now = self._parts.clock.now()
        change = LimitChange(
            id=f"lc{uuid.uuid4().hex}",
            line_id=customer.line_id,
            conversation_id=conversation_id,
            customer_id=customer.id,
            kind=kind,
            state=ChangeState.REQUESTED,
            limit_before_won=before_won,
            limit_after_won=after_won,
            created_at=now,
            updated_at=now,
        )
        with self._parts.database() as unit:
            due_at = self._parts.clock.machine_now() + LEASE
            added = unit.limit_changes.add(change, due_at=due_at, cause="customer_said_yes", actor="customer")
            unit.commit()
        return change if added else None

    def _carry_out(self, change: LimitChange) -> LimitChange:
        try:
            self._set_limit(change)
        except Refused as refusal:
            return self._settle(change, ChangeState.REFUSED, f"carrier_refused:{refusal.reason}")
        except (NotSent, Misconfigured) as error:
            # Nobody else has sent it either: the worker makes it UNKNOWN first, and then this step conflicts.
            logger.error("limit change %s was not made: %s", change.id, type(error).__name__)
            return self._settle(change, ChangeState.REFUSED, "not_sent")
        except OutcomeUnknown:
            return self._settle(change, ChangeState.UNKNOWN, "no_answer")
        return self._settle(change, ChangeState.DONE, "carrier_set")

    def _settle(self, change: LimitChange, target: ChangeState, cause: str) -> LimitChange:
        try:
            with self._parts.database() as unit:
                moved = unit.limit_changes.move(
                    change, target, at=self._parts.clock.now(), cause=cause, actor="customer"
                )
                unit.commit()
        except TransitionConflict:
            # This took longer than the lease, and the worker went on with it.
            return self.change(change.id)
        return moved

    def _set_limit(self, change: LimitChange) -> None:
        self._parts.carrier.set_limit(
            change.line_id,
            change.id,
            expected_won=change.limit_before_won,
            limit_won=change.limit_after_won,
        )

    def _outcome_of_first(self, line_id: str) -> LimitChange | None:
        """Return the change in force with what becomes of it, as long as a customer can wait; None without one."""
        first = self.in_force(line_id)
        deadline = time.monotonic() + _WAIT_SECONDS
        while first is not None and first.state is ChangeState.REQUESTED and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
            first = self.change(first.id)
        return first

    def _find_out(self, due: DueLimitChange) -> Finish:
        """Ask the carrier (again): repeating a change has no second effect, so its answer is the truth."""
        change = due.change
        if change.state is ChangeState.REQUESTED:
            change = self._left_over(change)
        if not change.is_in_force:
            return lambda _: f"already {change.state}"
        try:
            self._set_limit(change)
        except Refused as refusal:
            return self._settling(change, ChangeState.REFUSED, f"carrier_refused:{refusal.reason}")
        return self._settling(change, ChangeState.DONE, "carrier_set")

    def _left_over(self, change: LimitChange) -> LimitChange:
        """Take a change from a requester that may have died after asking the carrier."""
        try:
            with self._parts.database() as unit:
                taken = unit.limit_changes.move(
                    change,
                    ChangeState.UNKNOWN,
                    at=self._parts.clock.now(),
                    cause="requester_silent",
                    actor="worker",
                )
                unit.commit()
        except TransitionConflict:
            return self.change(change.id)
        return taken

    def _settling(self, change: LimitChange, target: ChangeState, cause: str) -> Finish:
        def settle(unit: UnitOfWork) -> str:
            now = unit.limit_changes.get(change.id)
            if not now.is_in_force:
                return f"already {now.state}"
            unit.limit_changes.move(now, target, at=self._parts.clock.now(), cause=cause, actor="worker")
            unit.conversations.add_event(
                now.conversation_id,
                LIMIT_CHANGED_INTENT,
                {"change_id": now.id},
                source=f"limit_change:{now.id}",
            )
            return cause

        return settle

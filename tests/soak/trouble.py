"""What troubles a soak, all the time: faults of every kind, and time that jumps; and the operator who tidies up."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Final

from prepayment.calendar import Month
from prepayment.errors import PrepaymentError
from prepayment.orders import State
from prepayment.service.reviewing import Decision
from tests.integration.money.machine_faults import FAULTS
from tests.integration.money.rig import Rig
from tests.soak.tally import Tally

_FAULT_EVERY_SECONDS: Final = 0.25
_DECIDE_EVERY_SECONDS: Final = 2.0
# Counted in orders, so that a slower machine has as many.
_JUMP_EVERY_ORDERS: Final = 150
_JUMPS: Final = (
    *(timedelta(minutes=5), timedelta(minutes=16), timedelta(hours=1), timedelta(hours=3), timedelta(days=3)),
    *("last second", "over the end"),
)
_REFUND_LATER_MS: Final = 700


def break_things(rig: Rig, tally: Tally, seed: str) -> None:
    """Switch one fault on after the other, each for a few requests."""
    chosen = random.Random(seed)
    while not tally.stop.wait(_FAULT_EVERY_SECONDS):
        fault = chosen.choice(FAULTS)
        ms = _REFUND_LATER_MS if fault.ms else 0
        body = {"kind": fault.kind, "action": fault.action, "code": fault.code, "ms": ms}
        rig.sandbox.control("PUT", "faults", {**body, "count": chosen.choice((1, 1, 2, 5))})
        tally.broke(f"{fault.kind} {fault.action}")


def move_time(rig: Rig, tally: Tally, seed: str) -> None:
    """Let business time jump now and then, and machine time past all leases and back-off."""
    chosen, jumped_at = random.Random(seed), 0
    while not tally.stop.wait(0.5):
        rig.clock.skip(seconds=chosen.choice((2, 10, 100)))
        if tally.orders - jumped_at < _JUMP_EVERY_ORDERS:
            continue
        jumped_at = tally.orders
        jump = chosen.choice(_JUMPS)
        now = rig.clock.now()
        if isinstance(jump, timedelta):
            rig.shop.set_clock(now + jump)
        else:
            end = Month.of(now).end
            rig.shop.set_clock(end - timedelta(seconds=1) if jump == "last second" else end)
        tally.happened(f"time jumped: {jump}")


def operate(rig: Rig, tally: Tally) -> None:
    """Look at the work list now and then."""
    while not tally.stop.wait(_DECIDE_EVERY_SECONDS):
        try:
            decide_reviews(rig, tally)
        except Exception as error:
            tally.failed("operator", error)


def decide_reviews(rig: Rig, tally: Tally) -> None:
    """Decide about every order in review as its books say."""
    app = rig.apps[0]
    for one in app.stuck.listing():
        if one.what != State.REVIEW:
            continue
        for decision in (Decision.APPLY, Decision.NOT_CHARGED, Decision.REFUND):
            try:
                app.reviewing.resolve(one.subject, decision, reason="looked at", actor="operator:soak")
            except PrepaymentError:
                continue
            tally.happened(f"decided: {decision}")
            break

"""What is under way when a process is killed, and how it must end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from prepayment.orders import State
from prepayment.ports import WebhookNotice
from tests.integration.money.quiet import work
from tests.integration.money.rig import Rig
from tests.integration.money.shop import NOON, begin_at
from tests.integration.sandbox.harness import STORE_ID


@dataclass(frozen=True)
class Case:
    """A story (crash_stories.py), how things stand before it, what fails once in it, and the state it ends in.

    ``or_else`` is how it may end as well when the process is killed: a command that was not kept has not been given,
    and what failed once does not fail the next process.
    """

    name: str
    story: str
    end: State
    or_else: State | None = None
    before: Callable[[Rig], None] = lambda rig: None
    fault: tuple[str, str] | None = None

    def prepare(self, rig: Rig) -> None:
        """Begin anew and bring things to where the story starts."""
        begin_at(rig.shop, NOON)
        rig.begin()
        self.before(rig)
        if self.fault is not None:
            rig.sandbox.fault(*self.fault, count=1)


def _applied(rig: Rig) -> None:
    rig.shop.paid()
    work(rig.apps[0])


def _charged_by_hand(rig: Rig) -> None:
    order, result = rig.shop.ready_to_pay()
    assert rig.sandbox.confirm(result).status_code == 200
    rig.meddled.add(order.payment_id)


def _charged_after_the_end(rig: Rig) -> None:
    order, result = rig.shop.ready_to_pay()
    rig.apps[0].ordering.withdraw(order.line_id, cause="wished")
    assert rig.sandbox.confirm(result).status_code == 200
    rig.meddled.add(order.payment_id)


def _in_review(rig: Rig) -> None:
    """Part of an applied payment was refunded in PortOne's console."""
    order = rig.shop.paid()
    work(rig.apps[0])
    rig.meddled.add(order.payment_id)
    body = {"storeId": STORE_ID, "reason": "by hand", "amount": 10_000}
    rig.sandbox.portone.post(f"/payments/{order.payment_id}/cancel", json=body).raise_for_status()
    rig.apps[0].inbox.take(WebhookNotice("wh_review", "Transaction.PartialCancelled", order.payment_id))
    work(rig.apps[0])
    assert rig.shop.state(order) is State.REVIEW


CASES: Final = (
    Case("whole_way", "buy", State.APPLIED),
    Case("confirmed_without_answer", "pay", State.APPLIED, fault=("payment.confirm", "hang_up_after_effect")),
    Case("never_confirmed", "pay", State.APPLIED, fault=("payment.confirm", "hang_up_before_effect")),
    Case("booked_without_answer", "pay", State.APPLIED, fault=("carrier.apply", "hang_up_after_effect")),
    Case("refused_by_the_carrier", "pay", State.CANCELLED, State.APPLIED, fault=("carrier.apply", "refuse")),
    Case("cancelled", "cancel", State.CANCELLED, State.APPLIED, before=_applied),
    Case(
        "refunded_without_answer",
        "cancel",
        State.CANCELLED,
        State.APPLIED,
        before=_applied,
        fault=("payment.cancel", "hang_up_after_effect"),
    ),
    Case("webhook", "hear", State.APPLIED, before=_charged_by_hand),
    Case("webhook_after_the_end", "hear", State.CANCELLED, before=_charged_after_the_end),
    Case("review_decided", "give_back", State.CANCELLED, State.REVIEW, before=_in_review),
)

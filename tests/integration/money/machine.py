"""A hypothesis state machine: orders of several lines through whatever order of events it can think of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import ClassVar, Final

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from prepayment.bootstrap import App
from prepayment.ports import Customer
from prepayment.rules import Wish
from prepayment.service.reviewing import Decision
from tests.integration.money import customers
from tests.integration.money.machine_faults import FAULTS, Fault
from tests.integration.money.machine_world import LINES, STARTS, World
from tests.support.buyer import APPROVED, DECLINED, INSUFFICIENT

a_customer = st.sampled_from(LINES)
workers = st.integers(0, 1)
one_of_many = st.integers(0, 30)
WISHES: Final[tuple[Wish, ...]] = (30_000, 50_000, 50_000, 55_000, "all", 29_000, 1_000_000)
JUMPS: Final = (
    *(timedelta(seconds=4), timedelta(seconds=90), timedelta(minutes=6), timedelta(minutes=16)),
    *(timedelta(hours=1), timedelta(hours=3), timedelta(days=1)),
    *("last second", "over the end"),
)
CARDS: Final = (APPROVED, APPROVED, DECLINED, INSUFFICIENT, "")
TWISTS: Final[tuple[Mapping[str, str], ...]] = (
    {},
    {},
    {},
    {"paymentToken": ""},
    {"paymentToken": "f" * 64},
    {"txId": "00000000-0000-4000-8000-000000000000"},
)
STEPS: Final = tuple((name,) * times for name in ("effects", "inbox", "sweeper") for times in (1, 2))
ACTS: Final = (
    *("work", "time and work", "cancel and work", "come back", "withdraw", "cancel", "prepay elsewhere"),
    *("open window", "charge by hand", "over the end"),
)
BOUNDARIES: Final = tuple(
    f"{when} {call}"
    for when in ("before", "after")
    for call in (
        *("gateway.confirm", "gateway.confirm", "gateway.read", "gateway.cancel", "gateway.pre_register"),
        *("carrier.usage", "carrier.apply_prepayment", "carrier.revoke_prepayment"),
    )
)
# Where somebody else acts in the middle of a step, what they do, who, and with what.
Meanwhile = tuple[str, str, int, int] | None
meanwhiles: st.SearchStrategy[Meanwhile] = st.none() | st.tuples(
    st.sampled_from(BOUNDARIES), st.sampled_from(ACTS), workers, one_of_many
)


class MoneyMachine(RuleBasedStateMachine):
    """``world`` is set by the test that runs it."""

    world: ClassVar[World]

    @initialize(start=st.sampled_from(STARTS), walks=st.lists(st.integers(0, 6), min_size=2, max_size=2))
    def begin(self, start: datetime, walks: list[int]) -> None:
        """Customers who have come more or less far."""
        self.world.begin(start)
        for customer, steps in zip(LINES, walks, strict=True):
            for _ in range(steps):
                self.world.go_on(self.world.rig.apps[0], customer)

    # -- customers

    @rule(worker=workers, customer=a_customer, steps=st.integers(1, 4), meanwhile=meanwhiles)
    def go_on(self, worker: int, customer: Customer, steps: int, meanwhile: Meanwhile) -> None:
        """Take the next natural steps."""
        with self._beside(meanwhile):
            for _ in range(steps):
                self.world.go_on(self._app(worker), customer)

    @rule(worker=workers, customer=a_customer, wish=st.sampled_from(WISHES), new_chat=st.booleans())
    def wish(self, worker: int, customer: Customer, wish: Wish, new_chat: bool) -> None:
        """Ask for a sum, perhaps another one, perhaps in another chat."""
        self.world.wish(self._app(worker), customer, wish, new_chat=new_chat)

    @rule(worker=workers, customer=a_customer)
    def withdraw(self, worker: int, customer: Customer) -> None:
        """Say in the chat that it is not wanted any more."""
        self._app(worker).ordering.withdraw(customer.line_id, cause="wished")

    @precondition(lambda self: self.world.orders)
    @rule(which=one_of_many, holder=a_customer)
    def prove(self, which: int, holder: Customer) -> None:
        """Go through the identity window with one's own phone or another's."""
        self.world.prove(_one(self.world.orders, which), holder.line_id)

    @precondition(lambda self: self.world.orders)
    @rule(worker=workers, which=one_of_many, meanwhile=meanwhiles)
    def open_window(self, worker: int, which: int, meanwhile: Meanwhile) -> None:
        """Open a payment window, perhaps in another tab, perhaps of an old link."""
        with self._beside(meanwhile):
            self.world.open_window(self._app(worker), _one(self.world.orders, which))

    @precondition(lambda self: self.world.windows)
    @rule(which=one_of_many, card=st.sampled_from(CARDS))
    def send_card(self, which: int, card: str) -> None:
        """Fill in a window, or close it."""
        order, path = _one(self.world.windows, which)
        self.world.send_card(order, path, card or APPROVED, "pay" if card else "cancel")

    @precondition(lambda self: self.world.results)
    @rule(
        worker=workers,
        which=one_of_many,
        twisted=st.sampled_from(TWISTS),
        times=st.integers(1, 2),
        meanwhile=meanwhiles,
    )
    def come_back(
        self, worker: int, which: int, twisted: Mapping[str, str], times: int, meanwhile: Meanwhile
    ) -> None:
        """Bring a window's result, once or twice, now or late, as it is or with what a forger would write."""
        order, result = _one(self.world.results, which)
        with self._beside(meanwhile):
            for _ in range(times):
                self.world.come_back(self._app(worker), order, {**result, **twisted})

    # -- workers

    @rule(worker=workers, meanwhile=meanwhiles)
    def work(self, worker: int, meanwhile: Meanwhile) -> None:
        """A worker does all that is due."""
        with self._beside(meanwhile):
            self.world.work(self._app(worker))

    @rule(worker=workers, steps=st.sampled_from(STEPS), meanwhile=meanwhiles)
    def take_steps(self, worker: int, steps: tuple[str, ...], meanwhile: Meanwhile) -> None:
        """A worker does a few things only."""
        with self._beside(meanwhile):
            for step in steps:
                getattr(self._app(worker), step).run_next()

    @precondition(lambda self: self.world.orders)
    @rule(worker=workers, which=one_of_many, again=st.booleans(), at_once=st.booleans())
    def notice(self, worker: int, which: int, again: bool, at_once: bool) -> None:
        """A webhook comes: in any order, twice, looked into at once or later."""
        self.world.notice(self._app(worker), _one(self.world.orders, which), again=again)
        if at_once:
            self._app(worker).inbox.run_next()

    @rule(worker=workers)
    def reconcile(self, worker: int) -> None:
        """The books are compared."""
        self.world.reconcile(self._app(worker))

    @precondition(lambda self: self.world.orders)
    @rule(worker=workers, which=one_of_many)
    def cancel(self, worker: int, which: int) -> None:
        """The customer centre takes a prepayment back."""
        self.world.cancel(self._app(worker), _one(self.world.orders, which))

    @precondition(lambda self: self.world.orders)
    @rule(worker=workers, which=one_of_many, decision=st.sampled_from(Decision))
    def decide(self, worker: int, which: int, decision: Decision) -> None:
        """An operator decides about an order in review; a wrong decision must be refused."""
        self.world.decide(self._app(worker), _one(self.world.orders, which), decision)

    # -- trouble

    @rule(fault=st.sampled_from(FAULTS), count=st.sampled_from((1, 1, 2, None)))
    def break_something(self, fault: Fault, count: int | None) -> None:
        """One kind of call fails from now on, or a few times."""
        self.world.break_something(fault, count)

    @rule()
    def mend_everything(self) -> None:
        """Nothing fails any more."""
        self.world.mend_everything()

    @rule()
    def leave_or_return(self) -> None:
        """The dialogue engine is away, or back."""
        self.world.rig.witness.away = not self.world.rig.witness.away

    @rule(customer=a_customer, amount_won=st.sampled_from((30_000, 50_000, 130_000)))
    def prepay_elsewhere(self, customer: Customer, amount_won: int) -> None:
        """The customer prepays by another way of the carrier's."""
        customers.prepay_elsewhere(self.world.rig.shop, customer, amount_won)

    @rule(customer=a_customer, amount_won=st.sampled_from((10_000, 60_000)))
    def spend(self, customer: Customer, amount_won: int) -> None:
        """The customer buys something by phone."""
        self.world.spend(customer, amount_won)

    @precondition(lambda self: self.world.results)
    @rule(which=one_of_many)
    def charge_by_hand(self, which: int) -> None:
        """A card is charged without our confirmation."""
        self.world.charge_by_hand(*_one(self.world.results, which))

    @precondition(lambda self: self.world.orders)
    @rule(which=one_of_many)
    def refund_by_hand(self, which: int) -> None:
        """A payment is refunded in PortOne's console."""
        self.world.refund_by_hand(_one(self.world.orders, which))

    @precondition(lambda self: self.world.orders)
    @rule(which=one_of_many, outcome=st.sampled_from(("SUCCEEDED", "SUCCEEDED", "FAILED")))
    def settle_refund(self, which: int, outcome: str) -> None:
        """A refund that was only asked for is carried out, or fails."""
        self.world.settle_refund(_one(self.world.orders, which), outcome)

    # -- time

    @rule(jump=st.sampled_from(JUMPS))
    def jump(self, jump: timedelta | str) -> None:
        """Business time goes on."""
        self.world.jump(jump)

    @rule(seconds=st.sampled_from((2, 100, 600)))
    def wait(self, seconds: int) -> None:
        """Machine time goes on: leases and back-off run out."""
        self.world.rig.clock.skip(seconds=seconds)

    # -- what must hold

    @invariant()
    def all_is_well(self) -> None:
        """After every step."""
        problems = self.world.wrong()
        assert not problems, "\n".join(problems)

    def teardown(self) -> None:
        """In the end, when nothing fails any more."""
        problems = self.world.end()
        for order in self.world.rig.books().orders.values():
            for step in order.steps[1:]:
                event(f"{step.source} -> {step.target}")
        assert not problems, "\n".join(problems)

    @contextmanager
    def _beside(self, meanwhile: Meanwhile) -> Iterator[None]:
        if meanwhile is not None:
            boundary, act, worker, which = meanwhile
            self.world.interject(boundary, act, self._app(worker), which)
        yield
        self.world.interjections.clear()

    def _app(self, worker: int) -> App:
        return self.world.rig.apps[worker]


def _one[Thing](things: Sequence[Thing], which: int) -> Thing:
    """The newest for 0, the one before for 1, and so on around: what is new is what most is worth doing to."""
    return things[-1 - which % len(things)]

"""A hypothesis state machine: orders of several lines through whatever order of events it can think of.

There are few rules with much to choose in each, so that every story has something of everything in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Final

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from prepayment.bootstrap import App
from prepayment.ports import Customer
from prepayment.rules import Wish
from prepayment.service.reviewing import Decision
from tests.integration.money.machine_faults import FAULTS, Fault
from tests.integration.money.machine_world import LINES, STARTS, Meanwhile, World
from tests.support.buyer import APPROVED, DECLINED, INSUFFICIENT

WISHES: Final[tuple[Wish | None, ...]] = (30_000, 50_000, 55_000, "all", 29_000, 1_000_000, None, None)
CARDS: Final = (APPROVED, APPROVED, APPROVED, DECLINED, INSUFFICIENT, "", None)
TWISTS: Final[tuple[Mapping[str, str], ...]] = (
    *({}, {}, {}, {}),
    {"paymentToken": ""},
    {"paymentToken": "f" * 64},
    {"txId": "00000000-0000-4000-8000-000000000000"},
)
STEPS: Final = (
    None,
    None,
    ("effects",),
    ("effects", "effects"),
    ("inbox",),
    ("sweeper",),
    ("sweeper", "sweeper"),
)
DEEDS: Final = ("cancel", "cancel", "cancel", "reconcile", *Decision)
HAPPENINGS: Final = (
    *("prepay elsewhere", "prepay elsewhere", "spend"),
    *("charge by hand", "refund by hand", "refund succeeds", "refund fails"),
)
TIMES: Final = (
    *(timedelta(seconds=4), timedelta(seconds=90), timedelta(minutes=6), timedelta(minutes=16)),
    *(timedelta(hours=1), timedelta(hours=3), timedelta(days=1)),
    *("last second", "over the end"),
    *(2, 100, 600),  # seconds of machine time alone
)
ACTS: Final = (
    *("work", "time and work", "cancel and work", "come back", "withdraw", "cancel", "prepay elsewhere"),
    *("open window", "charge by hand", "over the end"),
)

a_customer = st.integers(0, LINES - 1)
workers = st.integers(0, 1)
one_of_many = st.integers(0, 7)
# What troubles a step: nothing; somebody else in the middle of it; something outside that fails.
Trouble = Meanwhile | tuple[Fault, int | None] | None
troubles: st.SearchStrategy[Trouble] = st.one_of(
    st.none(),
    st.builds(Meanwhile, st.integers(0, 5), st.sampled_from(ACTS), workers, one_of_many),
    st.tuples(st.sampled_from(FAULTS), st.sampled_from((1, 1, 2, None))),
)
# What happens in between: nothing, something outside, or time passes.
Something = timedelta | str | int | None
somethings: st.SearchStrategy[Something] = st.sampled_from((None, None, *HAPPENINGS, *TIMES))


class MoneyMachine(RuleBasedStateMachine):
    """``world`` is set by the test that runs it."""

    world: ClassVar[World]

    @initialize(start=st.sampled_from(STARTS), walks=st.tuples(st.integers(1, 5), st.integers(0, 5)))
    def begin(self, start: datetime, walks: tuple[int, int]) -> None:
        """Customers who have come more or less far."""
        self.world.begin(start)
        for customer, steps in zip(self.world.customers, walks, strict=True):
            for _ in range(steps):
                self.world.go_on(self.world.rig.apps[0], customer)

    @rule(worker=workers, customer=a_customer, steps=st.integers(1, 6), trouble=troubles)
    def go_on(self, worker: int, customer: int, steps: int, trouble: Trouble) -> None:
        """A customer takes the next natural steps."""
        self._make(trouble)
        for _ in range(steps):
            self.world.go_on(self._app(worker), self.world.customers[customer])

    @rule(worker=workers, customer=a_customer, trouble=troubles, before=somethings, after=somethings)
    def pay(self, worker: int, customer: int, trouble: Trouble, before: Something, after: Something) -> None:
        """A customer pays, and something happens before the window's return, and again before the worker comes."""
        app, payer = self._app(worker), self.world.customers[customer]
        for _ in range(4):
            if self.world.has_result(payer):
                break
            self.world.go_on(app, payer)
        self._happen(before, payer)
        self._make(trouble)
        self.world.go_on(app, payer)
        self._happen(after, payer)
        self.world.work(app, None)

    @rule(worker=workers, customer=a_customer, wish=st.sampled_from(WISHES), new_chat=st.booleans())
    def wish(self, worker: int, customer: int, wish: Wish | None, new_chat: bool) -> None:
        """A customer asks for a sum, perhaps another one, perhaps in another chat; or wants none any more."""
        self.world.wish(self._app(worker), self.world.customers[customer], wish, new_chat=new_chat)

    @rule(which=one_of_many, holder=a_customer)
    def prove(self, which: int, holder: int) -> None:
        """Somebody goes through the identity window with their own phone or another's."""
        if order := _one(self.world.orders, which):
            self.world.prove(order, self.world.customers[holder].line_id)

    @rule(worker=workers, which=one_of_many, card=st.sampled_from(CARDS), trouble=troubles)
    def authorise(self, worker: int, which: int, card: str | None, trouble: Trouble) -> None:
        """A payment window is opened, perhaps of an old link; a card is sent, or it is closed, or left open."""
        self._make(trouble)
        if order := _one(self.world.orders, which):
            self.world.authorise(self._app(worker), order, card)

    @rule(
        worker=workers,
        which=one_of_many,
        twisted=st.sampled_from(TWISTS),
        times=st.integers(1, 2),
        trouble=troubles,
    )
    def come_back(
        self, worker: int, which: int, twisted: Mapping[str, str], times: int, trouble: Trouble
    ) -> None:
        """A window's result is brought, once or twice, now or late, as it is or as a forger would write it."""
        self._make(trouble)
        if found := _one(self.world.results, which):
            order, result = found
            for _ in range(times):
                self.world.come_back(self._app(worker), order, {**result, **twisted})

    @rule(worker=workers, steps=st.sampled_from(STEPS), trouble=troubles)
    def work(self, worker: int, steps: tuple[str, ...] | None, trouble: Trouble) -> None:
        """A worker does all that is due, or a few things only."""
        self._make(trouble)
        self.world.work(self._app(worker), steps)

    @rule(worker=workers, which=one_of_many, again=st.booleans(), at_once=st.booleans())
    def notice(self, worker: int, which: int, again: bool, at_once: bool) -> None:
        """A webhook comes: in any order, twice, looked into at once or later."""
        if order := _one(self.world.orders, which):
            self.world.notice(self._app(worker), order, again=again)
        if at_once:
            self._app(worker).inbox.run_next()

    @rule(worker=workers, which=one_of_many, deed=st.sampled_from(DEEDS), trouble=troubles)
    def operate(self, worker: int, which: int, deed: str, trouble: Trouble) -> None:
        """An operator cancels, decides about an order in review (rightly or not), or has the books compared."""
        self._make(trouble)
        if order := _one(self.world.orders, which):
            self.world.operate(self._app(worker), order, deed)

    @rule(customer=a_customer, which=one_of_many, what=st.sampled_from(HAPPENINGS))
    def happen(self, customer: int, which: int, what: str) -> None:
        """Something happens at the carrier or at PortOne that is none of our doing."""
        self.world.happen(what, self.world.customers[customer], which)

    @rule(time=st.sampled_from(TIMES))
    def pass_time(self, time: timedelta | str | int) -> None:
        """Business time goes on, or the machine's, which ends leases and back-off."""
        self.world.jump(time)

    @rule()
    def mend(self) -> None:
        """Nothing fails any more, but that the dialogue engine leaves when it was there, and comes when it was not."""
        self.world.mend_everything()
        self.world.rig.witness.away = not self.world.rig.witness.away

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

    def _happen(self, something: Something, customer: Customer) -> None:
        if something in HAPPENINGS:
            self.world.happen(str(something), customer, 0)
        elif something is not None:
            self.world.jump(something)

    def _make(self, trouble: Trouble) -> None:
        """Let trouble come, in this step or in the first that gets to it."""
        if isinstance(trouble, Meanwhile):
            self.world.meanwhile = trouble
        elif trouble is not None:
            self.world.break_something(*trouble)

    def _app(self, worker: int) -> App:
        return self.world.rig.apps[worker]


def _one[Thing](things: Sequence[Thing], which: int) -> Thing | None:
    """The newest for 0, the one before for 1, and so on around: what is new is what most is worth doing to.

    None while there is nothing. No rule has a precondition of that: what hypothesis draws next must not hang on how
    quick the machine was, or it gives up.
    """
    return things[-1 - which % len(things)] if things else None

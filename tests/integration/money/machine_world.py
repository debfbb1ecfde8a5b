"""Several lines, their customers in several tabs, and everybody who may act between any two steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

import httpx

from prepayment.bootstrap import App
from prepayment.calendar import SEOUL, Month
from prepayment.errors import PrepaymentError, TransitionNotAllowed
from prepayment.orders import SETTLING, UNPAID, Order, State
from prepayment.ports import Customer, WebhookNotice
from prepayment.rules import Wish
from prepayment.service.reviewing import Decision
from tests.integration.money.books import read_outside
from tests.integration.money.customers import make_customers, prepay_elsewhere
from tests.integration.money.machine_checks import StepChecks
from tests.integration.money.machine_faults import Fault
from tests.integration.money.quiet import work
from tests.integration.money.rig import Rig
from tests.integration.money.shop import Result, WindowRefused, begin_at
from tests.integration.sandbox.harness import STORE_ID
from tests.support.buyer import APPROVED

LINES: Final = 2
_USED_WON: Final = 300_000
# Long before its month ends, and in its last minutes.
STARTS: Final = (
    datetime(2031, 5, 17, 12, 0, tzinfo=SEOUL),
    datetime(2031, 5, 31, 23, 50, tzinfo=SEOUL),
    datetime(2031, 5, 31, 23, 58, tzinfo=SEOUL),
)
_OPERATOR: Final = "operator:test"
# After these in the middle of a step, what was outstanding before it says nothing.
_CHANGING: Final = frozenset({"prepay elsewhere", "over the end", "time and work", "charge by hand"})


@dataclass(frozen=True)
class Meanwhile:
    """Somebody acts when a step comes to its ``boundary``-th boundary (between.py), counted from 0.

    It is worker number ``worker`` who does it, to the thing ``which``.
    """

    boundary: int
    act: str
    worker: int
    which: int


@dataclass
class World:
    """``orders``, ``results`` and ``notices`` are all there ever were, oldest first: any may be used again."""

    rig: Rig
    customers: list[Customer] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    results: list[tuple[Order, Result]] = field(default_factory=list)
    notices: list[WebhookNotice] = field(default_factory=list)
    meanwhile: Meanwhile | None = None
    _conversations: dict[str, str] = field(default_factory=dict)
    _checks: StepChecks = field(default_factory=StepChecks)
    _is_alone: bool = True

    def begin(self, start: datetime) -> None:
        """A new world: no orders, no payments, and customers who have bought in the month."""
        self.meanwhile = None
        for known in (self.orders, self.results, self.notices, self._conversations):
            known.clear()
        begin_at(self.rig.shop, start)
        self.customers = make_customers(self.rig.sandbox, LINES, _USED_WON)
        self.rig.begin()
        self._checks.begin(self.rig.books(), self.rig.clock.now())

    def watch(self, boundary: str, args: tuple[Any, ...], given: Mapping[str, Any]) -> None:
        """Come to a boundary: what was planned for it happens, once."""
        if boundary == "before gateway.confirm":
            self._checks.confirming(args[0], given)
        planned = self.meanwhile
        if planned is None or "assistant" in boundary:
            return  # what is told is true when it is told, and nobody can know what becomes of it then
        if planned.boundary:
            self.meanwhile = replace(planned, boundary=planned.boundary - 1)
        else:
            self.meanwhile = None
            self._is_alone = planned.act not in _CHANGING
            self._act(planned)

    def wrong(self) -> list[str]:
        """What is wrong after a step."""
        books = self.rig.books()
        problems = [
            *self.rig.wrong_in(books),
            *self._checks.wrong(books, self.rig.meddled, is_alone=self._is_alone),
        ]
        self._checks.next(books, self.rig.clock.now())
        self._is_alone = True
        return problems

    def end(self) -> list[str]:
        """Let everything come to rest; returns what is wrong then."""
        self.meanwhile = None
        for order in self.orders:
            self._settle_refund(order, "SUCCEEDED")
        return self.rig.settle()

    # -- customers

    def wish(self, app: App, customer: Customer, wish: Wish | None, *, new_chat: bool = False) -> None:
        """Ask for a sum in the chat; None: for none any more."""
        if wish is None:
            app.ordering.withdraw(customer.line_id, cause="wished")
            return
        if new_chat or customer.line_id not in self._conversations:
            self._conversations[customer.line_id] = app.conversations.create()
            app.conversations.log_in(self._conversations[customer.line_id], customer)
        order = attempt(lambda: app.ordering.open(self._conversations[customer.line_id], customer, wish))
        if order is not None and order.id not in [known.id for known in self.orders]:
            self.orders.append(order)

    def prove(self, order: Order, line_id: str) -> None:
        """Go through the identity window with a line's phone."""
        attempt(lambda: self.rig.shop.go_through_identity(order, line_id=line_id))
        attempt(lambda: self.rig.apps[0].identity.finish(order.checkout_token))

    def authorise(self, app: App, order: Order, card: str | None = APPROVED) -> None:
        """Open a payment window and send a card ("": close it, None: leave it open); its result is kept for later.

        Webhooks are the machine's own, so that it has them in its hands.
        """
        parameters = attempt(lambda: app.checkout.start_payment(order.checkout_token))
        if parameters is None:
            return
        try:
            path = self.rig.shop.open_sandbox_window({**parameters, "noticeUrls": []})
        except WindowRefused as refusal:
            if refusal.args == ("PaymentAlreadyPaid",):
                return  # an earlier window's return was quicker: the customer is told so
            raise
        if card is None:
            return
        result = self.rig.sandbox.send_card(path, card or APPROVED, "pay" if card else "cancel")
        if "paymentToken" not in result and "code" not in result:
            self.rig.meddled.add(order.payment_id)  # charged at once, which we did not ask for
        self.results.append((order, result))

    def come_back(self, app: App, order: Order, result: Result) -> None:
        """Bring a window's result to our return address."""
        attempt(lambda: self.rig.shop.finish(order, result, app.checkout))

    def go_on(self, app: App, customer: Customer) -> None:
        """Take the next step that an undisturbed customer would take."""
        order = self._newest(customer)
        if order is not None and order.state in SETTLING:
            work(app)
        elif order is None or order.state not in UNPAID:
            self.wish(app, customer, 50_000)
        elif order.state is State.QUOTED:
            self.prove(order, order.line_id)
        elif self.has_result(customer):
            self.come_back(app, order, [result for owner, result in self.results if owner.id == order.id][-1])
        else:
            self.authorise(app, order)

    def has_result(self, customer: Customer) -> bool:
        """Whether a window has brought a result for the customer's newest order, which awaits it."""
        order = self._newest(customer)
        if order is None or order.state is not State.PAYING:
            return False
        return any(owner.id == order.id for owner, _ in self.results)

    def _newest(self, customer: Customer) -> Order | None:
        own = [order for order in self.orders if order.line_id == customer.line_id]
        return self.rig.shop.order(own[-1]) if own else None

    # -- workers, operators, PortOne, the carrier

    def work(self, app: App, steps: tuple[str, ...] | None) -> None:
        """Let a worker do all that is due, or a few steps of the services named."""
        if steps is None:
            work(app)
        for step in steps or ():
            getattr(app, step).run_next()

    def notice(self, app: App, order: Order, *, again: bool) -> None:
        """Deliver a webhook about an order; ``again`` one that came before."""
        if again and self.notices:
            app.inbox.take(self.notices[0])
            return
        notice = WebhookNotice(f"wh_{len(self.notices)}_{order.id}", "Transaction.Paid", order.payment_id)
        self.notices.append(notice)
        app.inbox.take(notice)

    def operate(self, app: App, order: Order, deed: str) -> None:
        """Cancel a prepayment, have the books compared, or decide about an order in review.

        An operator may err, but does not note refunds that nobody made.
        """
        if deed == "reconcile":
            attempt(app.reconciliation.run_due)
        elif deed == "cancel":
            attempt(lambda: app.cancelling.cancel(order.id, reason="asked for", actor=_OPERATOR))
        elif deed != Decision.REFUNDED_ELSEWHERE or not self._net_won(order):
            decision = Decision(deed)
            attempt(lambda: app.reviewing.resolve(order.id, decision, reason="seen", actor=_OPERATOR))

    def happen(self, what: str, customer: Customer, which: int) -> None:
        """Let something happen outside."""
        order = self.orders[-1 - which % len(self.orders)] if self.orders else None
        match what:
            case "prepay elsewhere":
                month = str(Month.of(self.rig.clock.now()))
                left_won = read_outside(self.rig.sandbox).outstanding_won(customer.line_id, month)
                prepay_elsewhere(self.rig.shop, customer, max(left_won - 10_000, 1))
            case "spend":
                self.rig.sandbox.charge(customer.line_id, 60_000)
            case "charge by hand" if self.results:
                owner, result = self.results[-1 - which % len(self.results)]
                if "paymentToken" in result:
                    token = {"paymentToken": result["paymentToken"], "txId": result["txId"]}
                    self._by_hand(owner, "confirm", token)
            case "refund by hand" if order is not None:
                self._by_hand(order, "cancel", {"reason": "by hand"})
            case "refund succeeds" | "refund fails" if order is not None:
                self._settle_refund(order, "SUCCEEDED" if what == "refund succeeds" else "FAILED")

    # -- trouble and time

    def break_something(self, fault: Fault, count: int | None) -> None:
        """Let a kind of request go wrong, so often or from now on."""
        body = {
            "kind": fault.kind,
            "action": fault.action,
            "ms": fault.ms,
            "code": fault.code,
            "count": count,
        }
        self.rig.sandbox.control("PUT", "faults", body)

    def mend_everything(self) -> None:
        """Let nothing fail."""
        self.rig.sandbox.control("DELETE", "faults")

    def jump(self, time: timedelta | str | int) -> None:
        """Move business time on: by so much, to the last second of the month, or just over its end; or machine time,
        by so many seconds."""
        now = self.rig.clock.now()
        if isinstance(time, int):
            self.rig.clock.skip(seconds=time)
        elif isinstance(time, timedelta):
            self.rig.shop.set_clock(now + time)
        else:
            end = Month.of(now).end
            self.rig.shop.set_clock(end - timedelta(seconds=1) if time == "last second" else end)

    def _act(self, planned: Meanwhile) -> None:
        """Be another worker, another tab, an operator or the clock, in the middle of somebody's step."""
        app, order = self.rig.apps[planned.worker], None
        if self.orders:
            order = self.orders[-1 - planned.which % len(self.orders)]
        match planned.act:
            case "work":
                _work_beside(app)
            case "time and work":
                self.rig.clock.skip(minutes=10)
                self.rig.shop.advance(seconds=90)
                _work_beside(app)
            case "cancel and work" if order is not None:
                self.operate(app, order, "cancel")
                self.rig.clock.skip(minutes=10)
                _work_beside(app)
            case "cancel" if order is not None:
                self.operate(app, order, "cancel")
            case "come back" if self.results:
                self.come_back(app, *self.results[-1 - planned.which % len(self.results)])
            case "withdraw" if order is not None:
                app.ordering.withdraw(order.line_id, cause="wished")
            case "open window" if order is not None:
                self.authorise(app, order)
            case "over the end":
                self.jump("over the end")
            case happening:
                self.happen(happening, self.customers[planned.which % LINES], planned.which)

    def _net_won(self, order: Order) -> int:
        return read_outside(self.rig.sandbox).paid(order.payment_id).net_won

    def _settle_refund(self, order: Order, outcome: str) -> None:
        path = f"/_sandbox/payments/{order.payment_id}/refund"
        self.rig.sandbox.public.post(path, json={"outcome": outcome})  # refused when none was asked for

    def _by_hand(self, order: Order, operation: str, body: dict[str, str]) -> None:
        path = f"/payments/{order.payment_id}/{operation}"
        try:
            response = self.rig.sandbox.portone.post(path, json={"storeId": STORE_ID, **body})
        except httpx.TransportError:
            done = True  # a fault has met us; perhaps it is done
        else:
            done = response.status_code not in (400, 404, 409)
        if done:
            self.rig.meddled.add(order.payment_id)


def _work_beside(app: App) -> None:
    """All but the chat, whose turn the step under way may hold."""
    for step in (app.inbox.run_next, app.sweeper.run_next, app.effects.run_next):
        for _ in range(5):
            if not step():
                break


def attempt[Answer](act: Callable[[], Answer]) -> Answer | None:
    """Do what may be refused. A step that the table does not have is a mistake of ours and not a refusal."""
    try:
        return act()
    except TransitionNotAllowed:
        raise
    except PrepaymentError:
        return None

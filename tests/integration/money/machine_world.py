"""Several lines, their customers in several tabs, and everybody who may act between any two steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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
from tests.integration.money.books import Books, read_outside
from tests.integration.money.customers import prepay_elsewhere
from tests.integration.money.machine_faults import Fault
from tests.integration.money.quiet import work
from tests.integration.money.rig import Rig
from tests.integration.money.shop import MINJI, YUNA, Result, begin_at
from tests.integration.sandbox.harness import STORE_ID
from tests.support.buyer import APPROVED

LINES: Final = (MINJI, YUNA)
# Long before its month ends, and in its last minutes.
STARTS: Final = (
    datetime(2031, 5, 17, 12, 0, tzinfo=SEOUL),
    datetime(2031, 5, 31, 23, 50, tzinfo=SEOUL),
    datetime(2031, 5, 31, 23, 58, tzinfo=SEOUL),
)


@dataclass
class World:
    """``orders``, ``windows``, ``results`` and ``notices`` are all there ever were: any may be used again."""

    rig: Rig
    orders: list[Order] = field(default_factory=list)
    windows: list[tuple[Order, str]] = field(default_factory=list)
    results: list[tuple[Order, Result]] = field(default_factory=list)
    notices: list[WebhookNotice] = field(default_factory=list)
    conversations: dict[str, str] = field(default_factory=dict)
    interjections: list[tuple[str, Callable[[], None]]] = field(default_factory=list)
    interjected: bool = False
    _keys: dict[str, dict[str, str]] = field(default_factory=dict)
    _inside: bool = False
    _last: Books | None = None
    _last_now: datetime = STARTS[0]

    def begin(self, start: datetime) -> None:
        """A new world: no orders, no payments, and demo customers who have bought in the month."""
        self.orders.clear()
        self.windows.clear()
        self.results.clear()
        self.notices.clear()
        self.conversations.clear()
        self.interjections.clear()
        self._keys.clear()
        begin_at(self.rig.shop, start)
        self.rig.begin()
        self.remember()

    # -- between the steps

    def watch(self, boundary: str, args: tuple[Any, ...], given: Mapping[str, Any]) -> None:
        """Let happen what was planned for this boundary: other workers and tabs are in the middle of it too."""
        if boundary == "before gateway.confirm":
            self._note_key(args[0], given["token"], given["key"])
        if self._inside:
            return
        for planned in self.interjections:
            if planned[0] == boundary:
                self.interjections.remove(planned)
                self._inside = self.interjected = True
                try:
                    planned[1]()
                finally:
                    self._inside = False
                return

    def _note_key(self, payment_id: str, token: str, key: str) -> None:
        tokens = self._keys.setdefault(payment_id, {})
        if tokens.setdefault(key, token) != token:
            self.rig.witness.lies.append(f"payment {payment_id}: the key {key} confirms two tokens")

    def _wrong_keys(self, books: Books) -> list[str]:
        """An authorisation is confirmed with one key, whoever confirms it and however often."""
        problems = []
        for order in books.orders.values():
            keys, confirmed = self._keys.get(order.payment_id, {}), order.targets().count(State.CONFIRMING)
            if len(keys) > confirmed:
                problems.append(f"{order.id}: {len(keys)} keys for {confirmed} authorisations: {[*keys]}")
        return problems

    def remember(self) -> None:
        """Note how things stand, for the next step to be compared with."""
        self._last, self._last_now, self.interjected = self.rig.books(), self.rig.clock.now(), False

    def wrong(self) -> list[str]:
        """What is wrong after a step."""
        books = self.rig.books()
        problems = [*self.rig.wrong_in(books), *self._wrong_keys(books)]
        if not self.interjected:
            problems += self._wrong_charges(books)
        self._last, self._last_now, self.interjected = books, self.rig.clock.now(), False
        return problems

    def _wrong_charges(self, books: Books) -> list[str]:
        """Nothing is charged that was not outstanding, or in another month than its own."""
        before = self._last.outside if self._last else books.outside
        problems = []
        for order in books.orders.values():
            charged = books.outside.paid(order.payment_id).charges
            if charged == before.paid(order.payment_id).charges or order.payment_id in self.rig.meddled:
                continue
            if charged[-1] != order.amount_won:
                continue  # PortOne charged another sum than we asked for
            outstanding_won = before.outstanding_won(order.line_id, order.month)
            if charged[-1] > outstanding_won:
                problems.append(f"{order.id}: {charged[-1]} won charged, {outstanding_won} were outstanding")
            if str(Month.of(self._last_now)) != order.month:
                problems.append(f"{order.id}: charged for {order.month} at {self._last_now}")
        return problems

    # -- the customer

    def newest(self, customer: Customer) -> Order | None:
        """The line's newest order as it stands."""
        own = [order for order in self.orders if order.line_id == customer.line_id]
        return self.rig.shop.order(own[-1]) if own else None

    def wish(self, app: App, customer: Customer, wish: Wish, *, new_chat: bool = False) -> None:
        """Ask for a sum in the chat."""
        if new_chat or customer.line_id not in self.conversations:
            self.conversations[customer.line_id] = app.conversations.create()
            app.conversations.log_in(self.conversations[customer.line_id], customer)
        order = attempt(lambda: app.ordering.open(self.conversations[customer.line_id], customer, wish))
        if order is not None and order.id not in [known.id for known in self.orders]:
            self.orders.append(order)

    def prove(self, order: Order, line_id: str) -> None:
        """Go through the identity window with a line's phone."""
        attempt(lambda: self.rig.shop.go_through_identity(order, line_id=line_id))
        attempt(lambda: self.rig.apps[0].identity.finish(order.checkout_token))

    def open_window(self, app: App, order: Order) -> None:
        """Open a payment window in a tab. Webhooks are the machine's own, so that it has them in its hands."""
        parameters = attempt(lambda: app.checkout.start_payment(order.checkout_token))
        if parameters is not None:
            path = self.rig.shop.open_sandbox_window({**parameters, "noticeUrls": []})
            self.windows.append((order, path))

    def send_card(self, order: Order, path: str, card: str, action: str) -> None:
        """Fill in a window, or close it; what it brings back is kept for later."""
        result = self.rig.sandbox.send_card(path, card, action)
        if "paymentToken" not in result and "code" not in result:
            self.rig.meddled.add(order.payment_id)  # charged at once, which we did not ask for
        self.results.append((order, result))

    def come_back(self, app: App, order: Order, result: Result) -> None:
        """Bring a window's result to our return address."""
        attempt(lambda: self.rig.shop.finish(order, result, app.checkout))

    def go_on(self, app: App, customer: Customer) -> None:
        """Take the next step that an undisturbed customer would take."""
        order = self.newest(customer)
        if order is not None and order.state in SETTLING:
            self.work(app)
        elif order is None or order.state not in UNPAID:
            self.wish(app, customer, 50_000)
        elif order.state is State.QUOTED:
            self.prove(order, order.line_id)
        elif order.state in {State.VERIFIED, State.DECLINED}:
            self.open_window(app, order)
            if self.windows and self.windows[-1][0].id == order.id:
                self.send_card(*self.windows[-1], APPROVED, "pay")
        else:
            brought = [result for owner, result in self.results if owner.id == order.id]
            if brought:
                self.come_back(app, order, brought[-1])
            else:
                self.open_window(app, order)

    # -- everybody else

    def notice(self, app: App, order: Order, *, again: bool) -> None:
        """Deliver a webhook about an order; ``again`` one that came before."""
        if again and self.notices:
            notice = self.notices[len(self.orders) % len(self.notices)]
        else:
            notice = WebhookNotice(f"wh_{len(self.notices)}_{order.id}", "Transaction.Paid", order.payment_id)
            self.notices.append(notice)
        app.inbox.take(notice)

    def work(self, app: App) -> None:
        """Let a worker do all that is due."""
        work(app)

    def reconcile(self, app: App) -> None:
        """Compare the books."""
        attempt(app.reconciliation.run_due)

    def cancel(self, app: App, order: Order) -> None:
        """Take a prepayment back, as the customer centre does."""
        attempt(lambda: app.cancelling.cancel(order.id, reason="the customer asked", actor="operator:test"))

    def decide(self, app: App, order: Order, decision: Decision) -> None:
        """Decide about an order in review. An operator may err, but does not note refunds that nobody made."""
        if (
            decision is Decision.REFUNDED_ELSEWHERE
            and read_outside(self.rig.sandbox).paid(order.payment_id).net_won
        ):
            return
        attempt(lambda: app.reviewing.resolve(order.id, decision, reason="looked at", actor="operator:test"))

    def break_something(self, fault: Fault, count: int | None) -> None:
        """Let a kind of request go wrong."""
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

    def spend(self, customer: Customer, amount_won: int) -> None:
        """Buy something by phone, now."""
        self.rig.sandbox.charge(customer.line_id, amount_won)

    def settle_refund(self, order: Order, outcome: str) -> None:
        """Carry out a refund that was only asked for, or let it fail; nothing when none was."""
        path = f"/_sandbox/payments/{order.payment_id}/refund"
        self.rig.sandbox.public.post(path, json={"outcome": outcome})

    def end(self) -> list[str]:
        """Let everything come to rest; returns what is wrong then."""
        self.interjections.clear()
        for order in self.orders:
            self.settle_refund(order, "SUCCEEDED")
        return self.rig.settle()

    def interject(self, boundary: str, act: str, app: App, which: int) -> None:
        """Plan what somebody else does when something comes to a boundary."""
        self.interjections.append((boundary, lambda: self._act(act, app, which)))

    def _act(self, act: str, app: App, which: int) -> None:
        order = self.orders[-1 - which % len(self.orders)] if self.orders else None
        match act:
            case "work":
                _work_beside(app)
            case "time and work":
                self.rig.clock.skip(minutes=10)
                self.rig.shop.advance(seconds=90)
                _work_beside(app)
            case "cancel and work" if order is not None:
                self.cancel(app, order)
                self.rig.clock.skip(minutes=10)
                _work_beside(app)
            case "charge by hand" if self.results:
                self.charge_by_hand(*self.results[-1 - which % len(self.results)])
            case "over the end":
                self.jump("over the end")
            case "come back" if self.results:
                self.come_back(app, *self.results[-1 - which % len(self.results)])
            case "withdraw" if order is not None:
                app.ordering.withdraw(order.line_id, cause="wished")
            case "cancel" if order is not None:
                self.cancel(app, order)
            case "open window" if order is not None:
                self.open_window(app, order)
            case "prepay elsewhere":
                prepay_elsewhere(self.rig.shop, LINES[which % len(LINES)], 130_000)

    def jump(self, jump: timedelta | str) -> None:
        """Move business time on by so much, to the last second of the month, or just over its end."""
        now = self.rig.clock.now()
        if isinstance(jump, timedelta):
            self.rig.shop.set_clock(now + jump)
        else:
            end = Month.of(now).end
            self.rig.shop.set_clock(end - timedelta(seconds=1) if jump == "last second" else end)

    def charge_by_hand(self, order: Order, result: Result) -> None:
        """Confirm a window's token without our order having asked: a channel that needs no approval."""
        if "paymentToken" in result:
            body = {"storeId": STORE_ID, "paymentToken": result["paymentToken"], "txId": result["txId"]}
            self._by_hand(order, "confirm", body)

    def refund_by_hand(self, order: Order) -> None:
        """Refund a payment in the console, without our order knowing."""
        self._by_hand(order, "cancel", {"storeId": STORE_ID, "reason": "by hand"})

    def _by_hand(self, order: Order, operation: str, body: dict[str, str]) -> None:
        try:
            response = self.rig.sandbox.portone.post(f"/payments/{order.payment_id}/{operation}", json=body)
        except httpx.TransportError:
            done = True  # a fault has met us; perhaps it is done
        else:
            done = response.status_code not in (400, 404, 409)
        if done:
            self.rig.meddled.add(order.payment_id)


def _work_beside(app: App) -> None:
    """As another worker in the middle of somebody's step: all but the chat, whose turn that step may hold."""
    for step in (app.inbox.run_next, app.sweeper.run_next, app.effects.run_next):
        for _ in range(5):
            if not step():
                break


def attempt[Result](act: Callable[[], Result]) -> Result | None:
    """Do what may be refused. A step that the table does not have is a mistake of ours and not a refusal."""
    try:
        return act()
    except TransitionNotAllowed:
        raise
    except PrepaymentError:
        return None

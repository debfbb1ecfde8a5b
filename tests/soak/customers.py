"""Customers of a soak: most pay, some change their minds, some do what no page offers."""

from __future__ import annotations

import random
from collections.abc import Callable

import httpx

from prepayment.calendar import Month
from prepayment.errors import PrepaymentError
from prepayment.orders import UNPAID, Order
from prepayment.ports import Customer
from tests.integration.money.customers import make_customers, prepay_elsewhere
from tests.integration.money.rig import Rig
from tests.integration.money.shop import Result
from tests.integration.sandbox.harness import STORE_ID, returned
from tests.soak.tally import Tally
from tests.support.buyer import APPROVED, DECLINED, INSUFFICIENT

USED_WON = 150_000
SUMS = (30_000, 50_000, 75_000, 150_000)
_BATCH = 20
# Of a hundred windows, how many have PortOne send webhooks: each costs as much as a step of the order's own.
_WITH_WEBHOOKS = 25
_TRIES = 4


class GaveUp(Exception):
    """A customer cannot go on with this order."""


class Customers:
    """One thread's customers, one after the other, each with a line of their own."""

    def __init__(self, rig: Rig, tally: Tally, seed: str) -> None:
        self._rig = rig
        self._tally = tally
        self._random = random.Random(seed)
        self._waiting: list[Customer] = []
        self._month = ""
        self._results: list[tuple[Order, Result]] = []
        self._ways: list[tuple[int, Callable[[Customer], None]]] = [
            (60, self._pay),
            (8, self._give_up),
            (6, self._change_the_sum),
            (6, self._pay_in_two_tabs),
            (5, self._be_declined_first),
            (4, self._withdraw_and_come_back),
            (4, self._cancel_later),
            (3, self._prepay_elsewhere),
            (2, self._be_charged_by_hand),
            (2, self._be_refunded_by_hand),
        ]

    def run(self) -> None:
        """Open orders until there are enough."""
        weights = [weight for weight, _ in self._ways]
        while not self._tally.is_over():
            _, way = self._random.choices(self._ways, weights)[0]
            try:
                way(self._next())
                self._tally.happened(way.__name__.strip("_"))
            except (PrepaymentError, GaveUp, httpx.TransportError) as error:
                self._tally.happened(f"refused: {type(error).__name__}")
            except Exception as error:
                self._tally.failed(way.__name__, error)

    # -- ways

    def _pay(self, customer: Customer) -> None:
        order = self._open(customer)
        for _ in range(_TRIES):
            try:
                self._come_back(*self._authorise(self._proven(order)))
            except PrepaymentError as error:
                self._tally.happened(f"again after {type(error).__name__}")
            order = self._rig.shop.order(order)
            if order.state not in UNPAID:
                return

    def _give_up(self, customer: Customer) -> None:
        order = self._open(customer)
        if self._random.random() < 0.6:
            self._authorise(self._proven(order))

    def _change_the_sum(self, customer: Customer) -> None:
        before = self._authorise(self._proven(self._open(customer, 30_000)))
        after = self._authorise(self._proven(self._open(customer, 75_000)))
        self._come_back(*before)
        self._come_back(*after)

    def _pay_in_two_tabs(self, customer: Customer) -> None:
        order = self._proven(self._open(customer))
        tabs = [self._authorise(order), self._authorise(order)]
        self._random.shuffle(tabs)
        for tab in [*tabs, *tabs]:
            self._come_back(*tab)

    def _be_declined_first(self, customer: Customer) -> None:
        order = self._proven(self._open(customer))
        card = self._random.choice((DECLINED, INSUFFICIENT))
        self._come_back(*self._authorise(order, card))
        self._come_back(*self._authorise(order))

    def _withdraw_and_come_back(self, customer: Customer) -> None:
        tab = self._authorise(self._proven(self._open(customer)))
        self._rig.apps[0].ordering.withdraw(customer.line_id, cause="wished")
        self._come_back(*tab)

    def _cancel_later(self, customer: Customer) -> None:
        """An older order than this one is taken back by the customer centre; not all of them can be."""
        self._pay(customer)
        order, _ = self._random.choice(self._results[-200:])
        self._rig.apps[0].cancelling.cancel(order.id, reason="the customer asked", actor="operator:soak")

    def _prepay_elsewhere(self, customer: Customer) -> None:
        tab = self._authorise(self._proven(self._open(customer)))
        prepay_elsewhere(self._rig.shop, customer, USED_WON)
        self._come_back(*tab)

    def _be_charged_by_hand(self, customer: Customer) -> None:
        order, result = self._authorise(self._proven(self._open(customer)))
        if "paymentToken" in result:
            body = {"storeId": STORE_ID, "paymentToken": result["paymentToken"], "txId": result["txId"]}
            self._by_hand(order, "confirm", body)
        if self._random.random() < 0.5:
            self._come_back(order, result)

    def _be_refunded_by_hand(self, customer: Customer) -> None:
        self._pay(customer)
        order, _ = self._random.choice(self._results[-200:])
        self._by_hand(order, "cancel", {"storeId": STORE_ID, "reason": "by hand"})

    # -- steps

    def _next(self) -> Customer:
        month = str(Month.of(self._rig.clock.now()))
        if not self._waiting or month != self._month:
            self._month, self._waiting = month, make_customers(self._rig.sandbox, _BATCH, USED_WON)
        return self._waiting.pop()

    def _open(self, customer: Customer, amount_won: int | None = None) -> Order:
        order = self._rig.shop.open_order(customer, amount_won or self._random.choice(SUMS))
        self._tally.opened()
        return order

    def _proven(self, order: Order) -> Order:
        if self._rig.apps[0].checkout.identity_valid(order):
            return order
        try:
            return self._rig.shop.verify(order)
        except AssertionError:
            raise GaveUp("a window's page had expired") from None  # time has jumped

    def _authorise(self, order: Order, card: str = APPROVED) -> tuple[Order, Result]:
        parameters = dict(self._rig.apps[0].checkout.start_payment(order.checkout_token))
        if self._random.randrange(100) >= _WITH_WEBHOOKS:
            parameters["noticeUrls"] = []
        public = self._rig.sandbox.public
        opened = public.post("/v2/browser/payments", json=parameters)
        if opened.status_code != 200:  # such as: paid already
            return order, {"code": "NotOpened"}
        form = {"card_number": card, "expiry": "12/49", "password2": "12", "action": "pay"}
        result = returned(public.post(opened.json()["path"], data=form))
        self._results.append((order, result))
        return order, result

    def _come_back(self, order: Order, result: Result) -> None:
        self._rig.shop.finish(order, result)

    def _by_hand(self, order: Order, operation: str, body: dict[str, str]) -> None:
        self._rig.meddled.add(order.payment_id)
        self._rig.sandbox.portone.post(f"/payments/{order.payment_id}/{operation}", json=body)

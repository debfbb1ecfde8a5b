"""Orders in every state that the checkout has a page for, each of a line of its own, and the pages' addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from prepayment.orders import Order, State
from prepayment.ports import Customer
from prepayment.rules import IDENTITY_ATTEMPTS_MAX
from prepayment.service.reviewing import Decision
from tests.integration.store.building import walk
from tests.integration.web.stack import Stack
from tests.support.buyer import DECLINED, Buyer

AMOUNT_WON: Final = 50_000
USED_WON: Final = 180_000


class Gallery:
    """``address`` and ``order`` of a name make an order once, and again when it has moved on.

    All else makes new orders.
    """

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._made: dict[str, tuple[Order, str]] = {}
        self._people: dict[str, tuple[str, str]] = {}

    def address(self, name: str) -> str:
        """The address of a page of ``PAGES``, without the site's."""
        return self._page(name)[1]

    def order(self, name: str) -> Order:
        """The order of a page of ``PAGES``, as it stands now."""
        return self.stack.order(self._page(name)[0])

    def _page(self, name: str) -> tuple[Order, str]:
        made = self._made.get(name)
        # Whoever does the worker's work does it for all orders.
        if made is None or self.stack.order(made[0]).state is not made[0].state:
            make, suffix = PAGES[name]
            order = self.stack.order(make(self))
            made = self._made[name] = order, pay_path(order) + suffix
        return made

    # -- orders, from the link on

    def quoted(
        self, amount_won: int = AMOUNT_WON, *, used_won: int = USED_WON, limit_won: int = 300_000
    ) -> Order:
        """An order nobody has looked at yet."""
        line = self.stack.sandbox.make_lines(used_won=used_won, limit_won=limit_won)[0]
        self._people[line["line_id"]] = line["name"], line["phone_number"]
        customer = Customer(line["customer_id"], line["line_id"], line["name"])
        return self.stack.open_order(customer, amount_won)

    def person(self, order: Order) -> tuple[str, str]:
        """Name and phone number of the holder of an order's line."""
        return self._people[order.line_id]

    def tried(self, times: int = 1) -> Order:
        """An order whose identity window was opened and closed."""
        order = self.quoted()
        with Buyer(self.stack) as buyer:
            for _ in range(times):
                buyer.leave_identity(order)
        return order

    def verified(self, order: Order | None = None) -> Order:
        """An order whose identity is proven."""
        found = order or self.quoted()
        name, phone_number = self.person(found)
        with Buyer(self.stack) as buyer:
            buyer.verify(found, phone_number=phone_number, name=name)
        return self.stack.order(found)

    def paying(self) -> Order:
        """An order whose card window was opened and closed."""
        order = self.verified()
        with Buyer(self.stack) as buyer:
            buyer.leave_payment(order)
        return self.stack.order(order)

    def declined(self) -> Order:
        """An order whose card was refused."""
        order = self.verified()
        with Buyer(self.stack) as buyer:
            buyer.pay(order, DECLINED)
        return self.stack.order(order)

    def moved(self, *targets: State) -> Order:
        """An order with an open card window, moved on through states that last for moments only."""
        return walk(self.stack.app.database, self.paying(), *targets)

    def paid(self, order: Order | None = None) -> Order:
        """An order that is paid; its limit is not restored yet."""
        found = self.verified(order)
        with Buyer(self.stack) as buyer:
            buyer.pay(found)
        return self.stack.order(found)

    def applied(self, order: Order | None = None) -> Order:
        """An order whose limit is restored."""
        found = self.paid(order)
        self.stack.work()
        return self.stack.order(found)

    def cancelling(self) -> Order:
        """An order that is to be given back."""
        order = self.applied()
        return self.stack.app.cancelling.cancel(order.id, reason="고객 요청", actor="operator:kim")

    def cancelled(self) -> Order:
        """An order that was given back."""
        order = self.cancelling()
        self.stack.work()
        return self.stack.order(order)

    def replaced(self) -> Order:
        """An order that another sum took the place of."""
        order = self.quoted()
        name, _ = self.person(order)
        self.stack.open_order(Customer(order.customer_id, order.line_id, name), AMOUNT_WON + 20_000)
        return self.stack.order(order)

    def stopped(self) -> Order:
        """An order that the customer gave up."""
        order = self.quoted()
        self.stack.app.ordering.withdraw(order.line_id, cause="customer_stopped")
        return self.stack.order(order)

    def decided(self, decision: Decision, *path: State) -> Order:
        """An order about which a person decided."""
        order = self.moved(*path, State.REVIEW)
        self.stack.app.reviewing.resolve(order.id, decision, reason="확인", actor="operator:kim")
        return self.stack.order(order)


def pay_path(order: Order) -> str:
    """The path of an order's page."""
    return f"/pay/{order.checkout_token}"


Make = Callable[[Gallery], Order]

# Every page of the checkout: how its order comes about, and what follows the link.
PAGES: Final[dict[str, tuple[Make, str]]] = {
    "quoted": (Gallery.quoted, ""),
    "quoted, the rest is stranded": (lambda orders: orders.quoted(40_000, used_won=55_000), ""),
    "quoted, the limit is blocked": (lambda orders: orders.quoted(limit_won=0), ""),
    "identity window closed": (Gallery.tried, "?problem=identity_closed#news"),
    "identity not known": (Gallery.tried, "?problem=identity_unavailable#news"),
    "identity tries used up": (lambda orders: orders.tried(IDENTITY_ATTEMPTS_MAX), "#news"),
    "verified": (Gallery.verified, "#news"),
    "paying": (Gallery.paying, "#news"),
    "paying, not known": (Gallery.paying, "?problem=outside_unavailable#news"),
    "declined": (Gallery.declined, "#news"),
    "confirming": (lambda orders: orders.moved(State.CONFIRMING), ""),
    "unknown": (lambda orders: orders.moved(State.CONFIRMING, State.UNKNOWN), ""),
    "paid": (Gallery.paid, ""),
    "applied": (Gallery.applied, ""),
    "applied, the limit is blocked": (lambda orders: orders.applied(orders.quoted(limit_won=0)), ""),
    "expired": (lambda orders: orders.moved(State.EXPIRED), ""),
    "withdrawn": (Gallery.replaced, ""),
    "given up": (Gallery.stopped, ""),
    "review": (lambda orders: orders.moved(State.CONFIRMING, State.REVIEW), ""),
    "not charged": (lambda orders: orders.decided(Decision.NOT_CHARGED, State.CONFIRMING), ""),
    "cancelling": (Gallery.cancelling, ""),
    "cancelled": (Gallery.cancelled, ""),
    "given back elsewhere": (
        lambda orders: orders.decided(Decision.REFUNDED_ELSEWHERE, State.CONFIRMING),
        "",
    ),
    "receipt": (Gallery.applied, "/receipt"),
    "receipt of a cancelled payment": (Gallery.cancelled, "/receipt"),
    "no receipt": (Gallery.verified, "/receipt"),
    "no such order": (Gallery.quoted, "-not/receipt"),
    "no such page": (Gallery.quoted, "/nowhere"),
}

"""An old page of an order that has ended, or is paid, cannot pay: its buttons go, and what they ask for is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from prepayment.orders import Order, State
from prepayment.service.reviewing import Decision
from tests.integration.store.building import walk
from tests.integration.store.test_orders import PATHS
from tests.integration.web.stack import Stack
from tests.support.buyer import Buyer

AMONG_HANGUL = re.compile(r"[가-힣]")
ACTION = "data-action="


def run_out(stack: Stack, buyer: Buyer, order: Order) -> None:
    """The order's time is over; nobody has noticed yet."""
    moment = order.expires_at + timedelta(seconds=1)
    stack.sandbox.control("PUT", "clock", {"at": moment.isoformat()})


def replace(stack: Stack, buyer: Buyer, order: Order) -> None:
    """Another sum is named."""
    stack.open_order(amount_won=70_000)


def give_up(stack: Stack, buyer: Buyer, order: Order) -> None:
    """The customer stops in the chat."""
    stack.app.ordering.withdraw(order.line_id, cause="customer_stopped")


def pay(stack: Stack, buyer: Buyer, order: Order) -> None:
    """It is paid in another tab; the limit is not restored yet."""
    with Buyer(stack) as other:
        other.verify(order)
        other.pay(order)


def pay_and_apply(stack: Stack, buyer: Buyer, order: Order) -> None:
    """It is paid in another tab, and finished."""
    pay(stack, buyer, order)
    stack.work()


ENDS: dict[str, tuple[Callable[[Stack, Buyer, Order], None], State, str]] = {
    "expired": (run_out, State.EXPIRED, "결제 시간이 지났어요"),
    "replaced": (replace, State.WITHDRAWN, "다른 주문으로 바뀌었어요"),
    "given up": (give_up, State.WITHDRAWN, "그만둔 결제예요"),
    "paid": (pay, State.PAID, "결제는 끝났고"),
    "applied": (pay_and_apply, State.APPLIED, "선결제가 끝났어요"),
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("verified", [False, True], ids=["before identity", "after identity"])
def test_row_52_an_old_page_cannot_pay(stack: Stack, buyer: Buyer, end: str, verified: bool) -> None:
    order = stack.open_order()
    if verified:
        buyer.verify(order)
    assert ACTION in buyer.page(order)
    happen, state, says = ENDS[end]
    happen(stack, buyer, order)
    charges = 1 if state in {State.PAID, State.APPLIED} else 0

    for window in ("identity", "payment"):
        refused = buyer.web.post(
            f"/pay/{order.checkout_token}/{window}", headers={"Accept": "application/json"}
        )
        assert refused.status_code == 409
        assert "sdk" not in refused.json()
        assert refused.json()["error"]["code"] == "order_closed"
        assert AMONG_HANGUL.search(refused.json()["error"]["message"])
    assert stack.order(order).state is state

    reloaded = buyer.page(order)
    assert says in reloaded
    for way in (ACTION, "<form", "browser-sdk", "data-expires-in"):
        assert way not in reloaded
    assert len(stack.sandbox.books()["payments"]) == charges


@pytest.mark.parametrize("end", ENDS)
def test_row_52_a_card_window_left_open_charges_nothing_once_the_order_has_ended(
    stack: Stack, buyer: Buyer, end: str
) -> None:
    """The card was authorised in it before; what comes back is too late."""
    order = stack.open_order()
    buyer.verify(order)
    address = buyer.card_return(order)
    happen, state, says = ENDS[end]
    happen(stack, buyer, order)
    page = buyer.web.get(address, follow_redirects=True)
    assert page.status_code == 200
    assert says in page.text
    assert stack.order(order).state is state
    assert stack.sandbox.raw(order.payment_id)["charges"] == (
        1 if state in {State.PAID, State.APPLIED} else 0
    )


# -- why an order ended


def test_less_being_outstanding_is_named_after_a_reload_as_well(stack: Stack, buyer: Buyer) -> None:
    order = stack.open_order()
    buyer.verify(order)
    elsewhere = {"month": str(order.month), "amount_won": 150_000}
    path = f"/v1/lines/{order.line_id}/prepayments/made-in-a-store"
    assert stack.sandbox.carrier.put(path, json=elsewhere).status_code == 201
    refused = buyer.web.post(f"/pay/{order.checkout_token}/payment", headers={"Accept": "application/json"})
    assert refused.json()["error"]["code"] == "exceeds_outstanding"
    page = buyer.page(order)
    assert "금액이 줄어 결제하지 않았어요" in page
    assert "결제 시간이 지났어요" not in page


@pytest.mark.parametrize(
    ("decision", "says", "never"),
    [
        (Decision.NOT_CHARGED, "확인해 보니 결제된 금액은 없어요", "결제 시간이 지났어요"),
        (Decision.REFUNDED_ELSEWHERE, "다른 방법으로 돌려드렸어요", "쓰신 카드로"),
    ],
)
def test_what_a_person_decided_is_named(
    stack: Stack, buyer: Buyer, decision: Decision, says: str, never: str
) -> None:
    order = stack.open_order()
    order = walk(stack.app.database, order, *PATHS[State.CONFIRMING], State.REVIEW)
    stack.app.reviewing.resolve(order.id, decision, reason="확인", actor="operator:kim")
    page = buyer.page(order)
    assert says in page
    assert never not in page


# -- no card data, because nothing can be typed


class Fields(HTMLParser):
    """Collects what can be filled in on a page: tag and attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a field."""
        attributes = dict(attrs)
        if tag in {"input", "textarea", "select", "iframe"} or "contenteditable" in attributes:
            self.found.append((tag, attributes))


@pytest.mark.parametrize("state", State)
def test_row_58_no_checkout_page_has_a_field(stack: Stack, buyer: Buyer, state: State) -> None:
    """Card data is typed on the payment company's pages only; on ours nothing can be typed at all."""
    order = stack.open_order()
    order = walk(stack.app.database, order, *PATHS[state])
    for path in ("", "?problem=outside_unavailable", "?problem=identity_closed", "/receipt"):
        page = buyer.web.get(f"/pay/{order.checkout_token}{path}").text
        assert Fields(page).found == []


@pytest.mark.parametrize("path", ["/", "/chat", "/portal/login", "/nowhere", "/pay/never-was"])
def test_row_58_nothing_can_be_typed_into_any_other_page(stack: Stack, buyer: Buyer, path: str) -> None:
    """The chat's own box is made by its script; here nothing but choices and what is hidden."""
    choices = {"hidden", "color", "radio", "checkbox"}
    for tag, attributes in Fields(buyer.web.get(path).text).found:
        typed = tag == "textarea" or (tag == "input" and attributes.get("type") not in choices)
        assert not typed or "readonly" in attributes, (tag, attributes)
        assert "contenteditable" not in attributes
        assert "cc-" not in (attributes.get("autocomplete") or "")

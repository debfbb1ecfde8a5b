"""Customers with lines of their own, and the whole way that they go."""

from __future__ import annotations

import uuid
from contextlib import suppress

import httpx

from prepayment.bootstrap import App
from prepayment.calendar import Month
from prepayment.orders import UNPAID, Order
from prepayment.ports import Customer
from tests.integration.money.shop import NAMES, PHONES, Shop
from tests.integration.sandbox.harness import Sandbox
from tests.support.buyer import APPROVED


def make_customers(sandbox: Sandbox, count: int, used_won: int) -> list[Customer]:
    """Let so many people come into being who have each bought for ``used_won`` by phone this month."""
    customers = []
    for made in sandbox.make_lines(count, used_won=used_won):
        NAMES[made["line_id"]], PHONES[made["line_id"]] = made["name"], made["phone_number"]
        customers.append(Customer(made["customer_id"], made["line_id"], made["name"]))
    return customers


def newest_order(app: App, customer: Customer) -> Order | None:
    """The newest order of a customer's line."""
    with app.database(write=False) as unit:
        orders = unit.orders.of_line(customer.line_id, limit=1)
    return orders[0] if orders else None


def pay(shop: Shop, customer: Customer, amount_won: int) -> None:
    """Do what a customer still has to do until the line's order is paid, from wherever it stands.

    Raises:
        PrepaymentError: something stands against it, perhaps only for now.
    """
    with shop.app.database(write=False) as unit:
        order = unit.orders.open_order(customer.line_id)
    order = order or shop.open_order(customer, amount_won)
    if order.state not in UNPAID:
        return
    if not shop.app.checkout.identity_valid(order):
        order = shop.verify(order)
    shop.finish(order, shop.sandbox.send_card(shop.open_window(order), APPROVED))


def prepay_elsewhere(shop: Shop, customer: Customer, amount_won: int) -> None:
    """Let a customer prepay by another way of the carrier's, if so much is outstanding and no fault meets them."""
    id_ = f"elsewhere-{uuid.uuid4().hex}"
    body = {"month": str(Month.of(shop.app.clock.now())), "amount_won": amount_won}
    with suppress(httpx.TransportError):
        shop.sandbox.carrier.put(f"/v1/lines/{customer.line_id}/prepayments/{id_}", json=body)

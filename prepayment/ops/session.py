"""The product as a command uses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prepayment.bootstrap import App, bootstrap
from prepayment.errors import OrderNotFound
from prepayment.ops.output import printable
from prepayment.ops.refusals import Refusal
from prepayment.orders import Order


@contextmanager
def opened() -> Iterator[App]:
    """Put the product together for one command.

    Raises:
        SettingsError: the settings are missing, unknown or unsafe.
    """
    app = bootstrap()
    try:
        yield app
    finally:
        app.close()


def order_named(app: App, name: str) -> Order:
    """Return the order of an order's or a payment's whole id. Raises Refusal."""
    with app.database(write=False) as unit:
        for read in (unit.orders.get, unit.orders.by_payment_id):
            try:
                return read(name)
            except OrderNotFound:
                continue
    raise Refusal(
        f"There is no order or payment {printable(name)[:80]!r}. "
        "`find` searches by how an id, a line or a customer begins."
    )

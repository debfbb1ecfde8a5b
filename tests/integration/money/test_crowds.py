"""Many customers at once, one customer in many tabs, and workers that die in the middle of it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import pytest

from prepayment.errors import PrepaymentError
from prepayment.orders import State
from prepayment.ports import Customer
from tests.integration.money import customers
from tests.integration.money.crowd_workers import running_workers
from tests.integration.money.customers import make_customers
from tests.integration.money.own_sandbox import own_sandbox, scratch_directory
from tests.integration.money.quiet import without_logs
from tests.integration.money.rig import Rig, make_rig
from tests.integration.money.shop import MINJI, NOON, Result, begin_at, make_settings
from tests.integration.sandbox.harness import wait_until
from tests.integration.store.at_once import at_once
from tests.support.databases import Databases

AMOUNT_WON = 50_000
TABS = 8
ENOUGH_SECONDS = 120


@pytest.fixture(scope="module")
def rig(databases: Databases) -> Iterator[Rig]:
    """The product on one kind of database, with a sandbox of its own."""
    with scratch_directory() as directory, own_sandbox(directory / "sandbox") as sandbox:
        settings = make_settings(directory, sandbox.url, sandbox.directory)
        settings = settings.model_copy(update={"database_url": databases.migrated()})
        with without_logs(), make_rig(settings, sandbox) as rig:
            yield rig


@pytest.fixture(autouse=True)
def _begin(rig: Rig) -> None:
    """An empty ledger at noon."""
    begin_at(rig.shop, NOON)
    rig.begin()


@pytest.fixture
def crowd(rig: Rig) -> list[Customer]:
    """Two dozen customers; fewer where only one can write at a time."""
    return make_customers(rig.sandbox, 8 if rig.engine.dialect.name == "sqlite" else 24, used_won=120_000)


def test_each_of_a_crowd_is_charged_and_applied_once(rig: Rig, crowd: list[Customer]) -> None:
    """From the quote to the applied prepayment, with three workers on the same database."""
    with running_workers(rig.settings, rig.sandbox, 3) as workers:
        at_once(len(crowd), lambda index: customers.pay(rig.shop, crowd[index], AMOUNT_WON))
        wait_until(lambda: rig.states() == [State.APPLIED] * len(crowd), ENOUGH_SECONDS)
        assert workers.stop() == [0, 0, 0]
    assert not rig.settle()
    assert _net_won(rig) == AMOUNT_WON * len(crowd)


def test_workers_that_are_killed_while_a_crowd_pays_lose_and_double_nothing(
    rig: Rig, crowd: list[Customer]
) -> None:
    def go(customer: Customer) -> None:
        customers.pay(rig.shop, customer, AMOUNT_WON)

    with (
        running_workers(rig.settings, rig.sandbox, 2) as workers,
        ThreadPoolExecutor(len(crowd)) as pool,
    ):
        paying = [pool.submit(go, customer) for customer in crowd]
        for applied in (1, len(crowd) // 3, len(crowd) // 2):
            wait_until(partial(_are_applied, rig, applied), ENOUGH_SECONDS)
            workers.kill_one()
            workers.start()
        for future in paying:
            future.result(timeout=ENOUGH_SECONDS)
        assert workers.stop() == [0, 0]
    assert not rig.settle()
    assert rig.states() == [State.APPLIED] * len(crowd)
    assert _net_won(rig) == AMOUNT_WON * len(crowd)


def test_one_customer_in_many_tabs_is_charged_once(rig: Rig) -> None:
    """All tabs do every step at the same moment, and bring every return twice."""
    shop, app = rig.shop, rig.apps[0]

    orders = at_once(TABS, lambda _: shop.open_order(MINJI, AMOUNT_WON))
    assert len({order.id for order in orders}) == 1
    order = orders[0]

    def prove(_: int) -> None:
        with suppress(PrepaymentError):
            shop.verify(order)

    def authorise(_: int) -> Result | None:
        with suppress(PrepaymentError):
            return shop.authorise(order)
        return None

    at_once(TABS, prove)
    assert app.checkout.order(order.checkout_token).state is State.VERIFIED
    results = [result for result in at_once(TABS, authorise) if result is not None]
    assert results

    def come_back(index: int) -> None:
        for _ in range(2):
            shop.finish(order, results[index % len(results)])

    at_once(TABS, come_back)
    assert not rig.settle()
    assert rig.states() == [State.APPLIED]
    assert shop.charges(order) == 1


def _are_applied(rig: Rig, at_least: int) -> bool:
    return rig.states().count(State.APPLIED) >= at_least


def _net_won(rig: Rig) -> int:
    return sum(moved.net_won for moved in rig.books().outside.movements.values())

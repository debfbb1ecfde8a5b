"""The worker process: killed at the worst moment, it ends with the prepayment applied once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from prepayment.orders import State
from prepayment.settings import Settings
from tests.integration.money.shop import YUNA, Shop
from tests.integration.sandbox.harness import ROOT, wait_until


@contextmanager
def worker(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process; stopped with SIGTERM unless it has ended before."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREPAY_")}
    with (settings.var_dir / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "prepayment.worker"],
            cwd=settings.var_dir,
            env={**kept, **settings.environment_variables(), "PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=15)


def test_a_worker_that_is_killed_between_paid_and_applied_is_made_up_for(shop: Shop) -> None:
    """The carrier has booked it, and the worker dies before it can say so."""
    order = shop.paid()
    shop.sandbox.fault("carrier.apply", "timeout_after_effect", ms=4000, count=1)
    with worker(shop.settings) as first:
        wait_until(lambda: shop.booked(order), 30)
        first.kill()
        first.wait(timeout=15)
    assert shop.state(order) is State.PAID
    shop.make_due()  # the dead worker's lease is over
    with worker(shop.settings) as second:
        wait_until(lambda: shop.state(order) is State.APPLIED, 30)
    assert second.returncode == 0
    assert (shop.charges(order), shop.booked(order)) == (1, [50_000])
    assert shop.way(order).count(State.APPLIED) == 1
    assert shop.balances(order) == {"customer": -50_000, "carrier": 50_000}


def test_two_workers_at_once_apply_everything_once_and_sweep_what_is_over(shop: Shop) -> None:
    orders = [shop.paid()]
    shop.work()
    orders.append(shop.paid(amount_won=60_000))
    over = shop.open_order(YUNA)
    shop.advance(minutes=16)
    with worker(shop.settings), worker(shop.settings):
        wait_until(
            lambda: (
                [shop.state(order) for order in (*orders, over)]
                == [State.APPLIED, State.APPLIED, State.EXPIRED]
            ),
            30,
        )
    assert [shop.booked(order) for order in orders] == [[50_000], [60_000]]
    assert [shop.way(order).count(State.APPLIED) for order in orders] == [1, 1]

"""``python -m tests.soak.money``: thousands of orders with faults all the time, then an audit of every won.

A real PostgreSQL, a real sandbox process, several customers, workers and an operator at once. Exit status 1 when
anything was wrong.
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prepayment.worker import Worker
from tests.integration.money.own_sandbox import own_sandbox, scratch_directory
from tests.integration.money.rig import Rig, make_rig
from tests.integration.money.shop import NOON, make_settings
from tests.soak.customers import Customers
from tests.soak.receiver import webhook_server
from tests.soak.tally import ErrorsOfWorkers, Tally
from tests.soak.trouble import break_things, decide_reviews, move_time, operate
from tests.support.postgres import postgres_server

CUSTOMERS = 6
WORKERS = 3
_REPORT_EVERY_SECONDS = 10
_MOST_SHOWN = 50


def main() -> int:
    """Run a soak; 0 when nothing was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.money", description=__doc__)
    parser.add_argument("--orders", type=int, default=20_000, help="how many orders to open")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="of the random choices")
    arguments = parser.parse_args()
    tally = Tally(arguments.orders)
    began = time.monotonic()
    print(f"soak: seed {arguments.seed}, {arguments.orders} orders", flush=True)
    with _rig(tally) as rig:
        _soak(rig, tally, str(arguments.seed))
        took = time.monotonic() - began
        print(
            f"soak: {tally.orders} orders in {took:.0f} s, {tally.orders / took:.1f} a second; coming to rest"
        )
        wrong = [*tally.wrong, *_end(rig, tally)]
        _report(rig, tally)
    print(f"soak: {time.monotonic() - began:.0f} s in all")
    for line in wrong[:_MOST_SHOWN]:
        print(f"VIOLATION {line}")
    print(f"soak: {tally.orders} orders, {len(wrong)} violations", flush=True)
    return 1 if wrong else 0


@contextmanager
def _rig(tally: Tally) -> Iterator[Rig]:
    """The product on PostgreSQL beside a sandbox, with its webhooks coming in. What goes wrong in a worker is told."""
    logging.basicConfig(handlers=[ErrorsOfWorkers(tally)], level=logging.ERROR, force=True)
    with (
        scratch_directory() as directory,
        postgres_server() as postgres,
        own_sandbox(directory / "sandbox") as sandbox,
        webhook_server(tally) as webhooks,
    ):
        own = {
            "database_url": postgres.migrated(),
            "public_url": f"http://127.0.0.1:{webhooks.server_port}",
            # What customers prepay elsewhere are differences, and must not pause our orders here.
            "pause_at_differences": 10**6,
        }
        settings = make_settings(directory, sandbox.url, sandbox.directory).model_copy(update=own)
        with make_rig(settings, sandbox, apps=WORKERS) as rig:
            rig.witness.check = lambda order_id, state: ()  # the audit in the end reads what was said
            rig.most_steps = 100 * tally.wanted + 1_000
            rig.shop.set_clock(NOON)
            rig.begin()
            webhooks.app = rig.apps[0]
            yield rig
            webhooks.app = None


def _soak(rig: Rig, tally: Tally, seed: str) -> None:
    workers = [Worker(app) for app in rig.apps]
    customers = [
        threading.Thread(target=Customers(rig, tally, f"{seed}-{n}").run, name=f"customer-{n}")
        for n in range(CUSTOMERS)
    ]
    others = [
        *(threading.Thread(target=worker.run) for worker in workers),
        *_threads(
            lambda: break_things(rig, tally, f"{seed}-faults"),
            lambda: move_time(rig, tally, f"{seed}-time"),
            lambda: operate(rig, tally),
            lambda: _tell_progress(rig, tally),
        ),
    ]
    for thread in [*others, *customers]:
        thread.start()
    for thread in customers:
        thread.join()
    tally.stop.set()
    for worker in workers:
        worker.stop()
    for thread in others:
        thread.join()


def _threads(*works: Callable[[], None]) -> list[threading.Thread]:
    return [threading.Thread(target=work) for work in works]


def _end(rig: Rig, tally: Tally) -> list[str]:
    """Let everything come to rest, the operator decide what is left, and audit it all."""
    rig.settle()
    decide_reviews(rig, tally)
    return rig.settle()


def _tell_progress(rig: Rig, tally: Tally) -> None:
    began = time.monotonic()
    while not tally.stop.wait(_REPORT_EVERY_SECONDS):
        took = time.monotonic() - began
        states = ", ".join(f"{state} {count}" for state, count in sorted(Counter(rig.states()).items()))
        print(f"{took:5.0f} s  {tally.orders:6d} orders  {tally.orders / took:5.1f}/s  {states}", flush=True)


def _report(rig: Rig, tally: Tally) -> None:
    print("\nhow the orders ended:")
    for state, count in sorted(Counter(rig.states()).items()):
        print(f"  {count:7d}  {state}")
    for title, counts in (("what was done", tally.counts), ("faults switched on", tally.faults)):
        print(f"{title}:")
        for name, count in counts.most_common():
            print(f"  {count:7d}  {name}")


if __name__ == "__main__":
    sys.exit(main())

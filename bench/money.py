"""The way of an order from the quote until the customer is told, with nobody outside to wait for: orders a second, and
whether an order costs the same in a small and in a large ledger.

All ledgers of one kind of database are measured in many short turns, so that whatever else the machine does falls on
all of them.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final

from bench.comparison import Comparison, percentile, publish
from bench.money_databases import ENGINES, Databases
from bench.money_filling import multiply
from bench.money_load import Load, Run, load_on

SIZES: Final = (1_000, 10_000, 100_000)  # orders in the ledger before the measurement adds some hundred
ORDERS: Final = {1: 5, 8: 24}  # in a turn with so many customers at once
ROUNDS: Final = 20  # a turn of each kind on every ledger
SECONDS: Final = 75.0  # after so long no further round begins
AT_LEAST: Final = 4  # rounds


@dataclass
class Figures:
    """All turns of one kind on one ledger."""

    runs: list[Run] = field(default_factory=list)

    @property
    def times_ms(self) -> list[float]:
        """How long each order took, in ms."""
        return [time for run in self.runs for time in run.times_ms]

    @property
    def orders_per_second(self) -> float:
        """Orders a second over all turns."""
        return len(self.times_ms) / sum(run.seconds for run in self.runs)


Measured = dict[tuple[str, int, int], Figures]


def measure() -> None:
    """Fill ledgers, measure, and publish `money`."""
    measured: Measured = {}
    for engine, databases in ENGINES.items():
        with databases() as made, ExitStack() as stack:
            ledgers = {size: _ledger(made, engine, size, stack) for size in SIZES}
            _measure(engine, ledgers, measured)
    print("\n" + _table(measured) + "\n")
    smallest, largest = SIZES[0], SIZES[-1]
    comparisons = [
        Comparison(
            f"{engine}, {at_once} at once",
            measured[engine, at_once, smallest].times_ms,
            measured[engine, at_once, largest].times_ms,
        )
        for engine in ENGINES
        for at_once in ORDERS
    ]
    publish("money", comparisons, (f"{smallest:,} orders", f"{largest:,} orders"), _extra(measured))


def _ledger(databases: Databases, engine: str, size: int, stack: ExitStack) -> Load:
    """The product on a ledger with so many finished orders."""
    print(f"{engine}: a ledger of {size:,} orders ...", flush=True)
    url = databases.new(f"ledger_{size}")
    load = stack.enter_context(load_on(url))
    load.talk_and_prepay()
    multiply(url, size - 1)
    databases.tidy(url)
    return load


def _measure(engine: str, ledgers: dict[int, Load], measured: Measured) -> None:
    for load in ledgers.values():
        for at_once, orders in ORDERS.items():
            load.run(orders, at_once)  # to warm up
    print(f"{engine}: measuring ...", flush=True)
    deadline = time.monotonic() + SECONDS
    for number in range(ROUNDS):
        if number >= AT_LEAST and time.monotonic() > deadline:
            break
        # Each comes first in its turn: the first pays for what the one before left to be written.
        first = number % len(SIZES)
        for at_once, orders in ORDERS.items():
            for size in SIZES[first:] + SIZES[:first]:
                run = ledgers[size].run(orders, at_once)
                measured.setdefault((engine, at_once, size), Figures()).runs.append(run)
    for load in ledgers.values():
        load.check_books()


def _table(measured: Measured) -> str:
    lines = [
        f"| database | at once | orders in the ledger | n | orders/s | p50 ms | p95 ms | cost : at {SIZES[0]:,} |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for (engine, at_once, size), figures in sorted(measured.items(), key=_place):
        p50, p95 = (percentile(figures.times_ms, share) for share in (50, 95))
        lines.append(
            f"| {engine} | {at_once} | {size:,} | {len(figures.times_ms)} | {figures.orders_per_second:.1f}"
            f" | {p50:.1f} | {p95:.1f} | {_cost(measured, engine, at_once, size):.2f} |"
        )
    return "\n".join(lines)


def _place(row: tuple[tuple[str, int, int], Figures]) -> tuple[int, int, int]:
    (engine, at_once, size), _ = row
    return list(ENGINES).index(engine), at_once, size


def _extra(measured: Measured) -> dict[str, float]:
    extra: dict[str, float] = {}
    for (engine, at_once, size), figures in measured.items():
        name = f"{engine.lower()}_{at_once}_at_once_{size}"
        extra[f"{name}_orders_per_second"] = round(figures.orders_per_second, 2)
        extra[f"{name}_p95_ms"] = round(percentile(figures.times_ms, 95), 2)
        extra[f"{name}_cost_ratio"] = round(_cost(measured, engine, at_once, size), 3)
    return extra


def _cost(measured: Measured, engine: str, at_once: int, size: int) -> float:
    """What an order costs in time, as a multiple of what it costs in the smallest ledger."""
    smallest, this = (measured[engine, at_once, orders] for orders in (SIZES[0], size))
    return smallest.orders_per_second / this.orders_per_second

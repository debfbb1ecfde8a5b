"""The product put together so that a test holds its reins: time, what happens between any two steps, what is told."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self

import sqlalchemy as sa

from prepayment.adapters.sql.engine import SqlDatabase, make_engine
from prepayment.adapters.sql.tables import metadata
from prepayment.bootstrap import App, assemble, make_clock, make_parts
from prepayment.orders import State
from prepayment.service.parts import Parts
from prepayment.service.reconciliation import Report
from prepayment.settings import Settings
from tests.integration.money.between import Watch, watched
from tests.integration.money.books import Books, read_books
from tests.integration.money.invariants import always, said_too_early, settled
from tests.integration.money.quiet import MOST_STEPS, come_to_rest
from tests.integration.money.shop import NOON, Shop
from tests.integration.money.skipping_clock import SkippingClock
from tests.integration.money.witness import Witness
from tests.integration.sandbox.harness import Sandbox


@dataclass
class Rig:
    """``apps`` are as many workers (and web processes) on one database; ``shop`` is the customer's side of the first.

    ``meddled`` names payments whose money somebody else moved.
    """

    settings: Settings
    sandbox: Sandbox
    parts: Parts
    apps: tuple[App, ...]
    clock: SkippingClock
    witness: Witness
    shop: Shop
    meddled: set[str] = field(default_factory=set)
    began_at: datetime = NOON
    most_steps: int = MOST_STEPS

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.apps[0].close()

    @property
    def engine(self) -> sa.Engine:
        """The database."""
        return self.apps[0].database.engine

    def begin(self) -> None:
        """Empty our books and forget what was seen."""
        self.clock.skip_nothing()
        self.began_at = self.clock.now() - timedelta(minutes=1)
        with self.engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(sa.delete(table))
        self.meddled.clear()
        self.witness.lies.clear()
        self.witness.away = False

    def books(self) -> Books:
        """Everybody's books as they stand."""
        return read_books(self.engine, self.sandbox)

    def states(self) -> list[State]:
        """Where the orders stand."""
        with self.engine.connect().execution_options(prepayment_write=False) as connection:
            rows = connection.exec_driver_sql("SELECT state FROM orders ORDER BY created_at").scalars()
            return [State(state) for state in rows]

    def wrong_in(self, books: Books) -> list[str]:
        """What is wrong in the middle of anything."""
        return [*always(books, self.meddled), *self.witness.lies]

    def settle(self) -> list[str]:
        """End all trouble, let the workers do what is left, compare the books, and return what is wrong then."""
        self.sandbox.control("DELETE", "faults")
        self.witness.away = False
        self._rest()
        report = self._compare()
        if report.healed:
            self._rest()
            report = self._compare()
        books, listed = self.books(), self.listed()
        in_review = {order.id for order in books.orders.values() if order.state is State.REVIEW}
        return [
            *settled(books, self.meddled, listed),
            *(one.text for one in report.differences if not _is_by_others(one.subject)),
            *(
                f"{subject} is listed as stuck: {why}"
                for subject, why in listed.items()
                if subject not in in_review and not _is_by_others(subject)
            ),
            *self.witness.lies,
        ]

    def _rest(self) -> None:
        come_to_rest(self.apps[0], self.clock, self.shop.advance, self.most_steps)

    def _compare(self) -> Report:
        return self.apps[0].reconciliation.compare(self.began_at, self.clock.now() + timedelta(minutes=1))

    def listed(self) -> dict[str, str]:
        """What operators are shown as stuck, and why."""
        return {one.subject: f"{one.what}: {one.why}" for one in self.apps[0].stuck.listing()}

    def is_true(self, order_id: str, said: State) -> list[str]:
        """What is wrong with telling a customer now that an order is so."""
        books = self.books()
        return said_too_early(books.orders[order_id], said, books.outside, self.meddled)


def _is_by_others(subject: str) -> bool:
    """Whether something is about what ``Shop.prepay_elsewhere`` booked: no order has it, which is told rightly."""
    return "elsewhere-" in subject


def make_rig(
    settings: Settings,
    sandbox: Sandbox,
    *,
    apps: int = 1,
    watch: Watch | None = None,
    commits: bool = False,
) -> Rig:
    """Put the product together, with ``watch`` at its boundaries (``between.watched``) if there is one."""
    clock, witness = SkippingClock(make_clock(settings)), Witness()
    database = SqlDatabase(make_engine(settings.database_url), clock)
    parts = replace(make_parts(settings, database, clock), assistant=witness)
    if watch is not None:
        parts = watched(parts, watch, commits=commits)
    workers = tuple(assemble(settings, parts, database) for _ in range(apps))
    rig = Rig(
        settings=settings,
        sandbox=sandbox,
        parts=parts,
        apps=workers,
        clock=clock,
        witness=witness,
        shop=Shop(settings, workers[0], sandbox, parts),
    )
    witness.check = rig.is_true
    return rig

"""Sweeping: an order that waits for time or truth is given to one worker at a time, and comes back later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from prepayment.adapters.sql.engine import SqlDatabase
from prepayment.orders import OPEN, UNPAID, Order, State
from prepayment.ports import Sweep
from tests.integration.store.at_once import at_once
from tests.integration.store.building import PATH_TO_APPLIED, step, stored_order, walk
from tests.integration.store.test_orders import PATHS

LEASE = timedelta(seconds=90)


def claim(
    database: SqlDatabase,
    *,
    over: datetime | None = None,
    stale: dict[State, datetime] | None = None,
    after: timedelta = timedelta(),
) -> Sweep | None:
    """Claim as a worker would that much later."""
    now = datetime.now(UTC) + after
    with database() as unit:
        sweep = unit.orders.claim_sweep(
            over or datetime(2000, 1, 1, tzinfo=UTC), stale or {}, now, now + LEASE
        )
        unit.commit()
    return sweep


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


def unknown_order(database: SqlDatabase, line_id: str = "line-1") -> Order:
    return walk(database, stored_order(database, line_id), *PATHS[State.UNKNOWN])


def test_of_several_workers_one_looks_at_an_order(database: SqlDatabase) -> None:
    order = unknown_order(database)
    claimed = [
        found for found in at_once(8, lambda _: claim(database, stale={State.UNKNOWN: soon()})) if found
    ]
    assert [(found.order, found.attempts) for found in claimed] == [(order, 1)]


def test_several_workers_share_the_orders(database: SqlDatabase) -> None:
    ids = {unknown_order(database, f"line-{number}").id for number in range(8)}

    def work(_: int) -> list[str]:
        mine = []
        while sweep := claim(database, stale={State.UNKNOWN: soon()}):
            mine.append(sweep.order.id)
        return mine

    looked_at = [id_ for mine in at_once(4, work) for id_ in mine]
    assert sorted(looked_at) == sorted(ids)


@pytest.mark.parametrize("state", State)
def test_only_an_unpaid_order_runs_out_of_time(database: SqlDatabase, state: State) -> None:
    order = walk(database, stored_order(database, expires_at=datetime.now(UTC)), *PATHS[state])
    early = claim(database, over=order.expires_at - timedelta(microseconds=1))
    found = claim(database, over=order.expires_at)
    assert early is None
    assert (found is not None) is (state in UNPAID)


def test_an_order_is_looked_at_when_it_is_too_long_in_its_state(database: SqlDatabase) -> None:
    order = unknown_order(database)
    early = {State.UNKNOWN: order.updated_at - timedelta(microseconds=1), State.CONFIRMING: soon()}
    assert claim(database, stale=early) is None
    assert claim(database, stale={State.UNKNOWN: order.updated_at}) is not None


def test_a_worker_that_dies_leaves_the_order_to_another_after_its_lease(database: SqlDatabase) -> None:
    unknown_order(database)
    stale = {State.UNKNOWN: soon()}
    assert claim(database, stale=stale) is not None
    assert claim(database, stale=stale) is None
    again = claim(database, stale=stale, after=LEASE * 2)
    assert again is not None
    assert again.attempts == 2


def test_looking_again_waits_for_its_back_off_unless_the_order_moves(database: SqlDatabase) -> None:
    order = unknown_order(database)
    stale = {State.UNKNOWN: soon(), State.CANCELLING: soon()}
    sweep = claim(database, stale=stale)
    assert sweep is not None
    with database() as unit:
        unit.orders.sweep_again(sweep, datetime.now(UTC) + LEASE * 4, "OutcomeUnknown")
        unit.commit()
    assert claim(database, stale=stale, after=LEASE * 2) is None
    with database() as unit:
        (waiting,) = unit.books.settling()
    assert (waiting.sweep_attempts, waiting.sweep_error) == (1, "OutcomeUnknown")
    moved = walk(database, order, State.REVIEW)
    with database() as unit:
        unit.orders.sweep_again(sweep, datetime.now(UTC) + LEASE * 4, "too late")
        unit.commit()
        (waiting,) = unit.books.settling()
    assert (waiting.order.state, waiting.sweep_attempts, waiting.sweep_error) == (moved.state, 0, "")


def test_a_look_is_no_step_and_stands_in_nobodys_way(database: SqlDatabase) -> None:
    order = unknown_order(database)
    assert claim(database, stale={State.UNKNOWN: soon()}) is not None
    assert step(database, order, State.PAID).version == order.version + 1


def test_an_order_that_is_given_back_is_looked_at_when_the_outbox_has_asked_for_it(
    database: SqlDatabase,
) -> None:
    walk(database, stored_order(database), *PATH_TO_APPLIED, State.CANCELLING)
    stale = {State.CANCELLING: soon()}
    now = datetime.now(UTC)
    for kind in ("apply", "tell_chat", "revoke", "refund"):
        assert claim(database, stale=stale) is None
        with database() as unit:
            effect = unit.effects.claim(now + LEASE, now + LEASE * 2)
            assert effect is not None
            assert effect.kind == kind
            unit.effects.done(effect, "done")
            unit.commit()
    assert claim(database, stale=stale) is not None


def test_only_open_orders_are_ever_looked_at(database: SqlDatabase) -> None:
    for state, path in PATHS.items():
        walk(database, stored_order(database, f"line-{state}", expires_at=datetime.now(UTC)), *path)
    found = set()
    while sweep := claim(database, over=soon(), stale=dict.fromkeys(State, soon())):
        found.add(sweep.order.state)
    assert found == OPEN - {State.CANCELLING}  # its effects are not done

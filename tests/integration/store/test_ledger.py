"""Every step leaves its event, its postings and its effects; won never appear or vanish."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prepayment.adapters.sql.engine import SqlDatabase
from prepayment.adapters.sql.tables import outbox, postings
from prepayment.orders import TRANSITIONS, Order, State, effects_of
from tests.integration.store.building import PATH_TO_APPLIED, rows, step, stored_order, walk

CUSTOMER_PAID = {"customer": -1, "gateway": 1}
# Where an order's won are, as multiples of its sum; the states not named hold none.
PLACES: dict[State, dict[str, int]] = {
    State.PAID: CUSTOMER_PAID,
    State.CANCELLING: CUSTOMER_PAID,
    State.APPLIED: {"customer": -1, "gateway": 0, "carrier": 1},
}


def balances(database: SqlDatabase, order: Order) -> Mapping[str, int]:
    with database() as unit:
        return unit.books.balances(order.id)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choices=st.lists(st.integers(0, 20), max_size=12), amount_won=st.integers(1, 10**12))
def test_whatever_way_an_order_goes_its_events_tell_it_and_its_won_add_up(
    database: SqlDatabase, choices: list[int], amount_won: int
) -> None:
    """The examples share one database, so the global sum is over all of them."""
    order = stored_order(database, f"line-{uuid.uuid4()}", amount_won=amount_won)
    way: list[tuple[State | None, State]] = [(None, order.state)]
    for choice in choices:
        targets = sorted(TRANSITIONS[order.state])
        if not targets:
            break
        order = step(database, order, targets[choice % len(targets)])
        way.append((way[-1][1], order.state))
    with database() as unit:
        events = unit.orders.events(order.id)
        assert unit.orders.get(order.id) == order
    assert [(event.source, event.target) for event in events] == way
    assert [event.number for event in events] == list(range(1, len(way) + 1))
    asked = [row.kind for row in rows(database, outbox) if row.order_id == order.id]
    assert asked == [kind for source, target in way for kind in effects_of(source, target)]
    if order.state is not State.REVIEW:
        expected = {name: times * amount_won for name, times in PLACES.get(order.state, {}).items()}
        assert {k: v for k, v in balances(database, order).items() if v} == {
            k: v for k, v in expected.items() if v
        }
    sums: dict[str, int] = defaultdict(int)
    for posting in rows(database, postings):
        sums[posting.order_id] += posting.amount_won
    assert set(sums.values()) <= {0}


def test_a_prepayment_goes_from_the_customer_to_the_carrier(database: SqlDatabase) -> None:
    order = walk(database, stored_order(database), *PATH_TO_APPLIED)
    assert balances(database, order) == {"customer": -50_000, "gateway": 0, "carrier": 50_000}


def test_a_refund_after_all_leaves_every_account_at_zero(database: SqlDatabase) -> None:
    order = walk(database, stored_order(database), *PATH_TO_APPLIED, State.CANCELLING, State.CANCELLED)
    assert balances(database, order) == {"customer": 0, "gateway": 0, "carrier": 0}


@pytest.mark.parametrize("end", [State.EXPIRED, State.WITHDRAWN])
def test_money_that_came_after_the_end_is_booked_in_and_out(database: SqlDatabase, end: State) -> None:
    order = walk(database, stored_order(database), end, State.CANCELLING)
    assert balances(database, order) == {"customer": -50_000, "gateway": 50_000}
    order = step(database, order, State.CANCELLED)
    assert balances(database, order) == {"customer": 0, "gateway": 0}


def test_an_event_says_when_who_and_why(database: SqlDatabase) -> None:
    order = stored_order(database)
    with database() as unit:
        moved = unit.orders.move(
            order,
            State.WITHDRAWN,
            at=order.created_at,
            cause="other_sum_wished",
            actor="customer",
            detail={"wished_won": 70_000, "사유": "금액 변경"},
        )
        unit.commit()
    with database() as unit:
        first, second = unit.orders.events(order.id)
    assert (first.cause, first.actor, first.at, first.detail) == ("quoted", "customer", order.created_at, {})
    assert (second.at, second.cause, second.actor) == (order.created_at, "other_sum_wished", "customer")
    assert second.detail == {"wished_won": 70_000, "사유": "금액 변경"}
    assert second.number == moved.version


def test_changes_that_are_no_step_leave_no_hole_in_the_story(database: SqlDatabase) -> None:
    """Their versions carry no event; the events that follow stay in order."""
    order = stored_order(database)
    with database() as unit:
        order = unit.orders.update(order, identity_attempts=1)
        unit.commit()
    walk(database, order, State.VERIFIED, State.PAYING)
    with database() as unit:
        targets = [(event.source, event.target) for event in unit.orders.events(order.id)]
    assert targets == [
        (None, State.QUOTED),
        (State.QUOTED, State.VERIFIED),
        (State.VERIFIED, State.PAYING),
    ]

"""Orders in a real database: one open order a line, every step a compare-and-set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from prepayment.adapters.sql.engine import SqlDatabase
from prepayment.adapters.sql.tables import orders
from prepayment.errors import OrderNotFound, TransitionConflict, TransitionNotAllowed
from prepayment.orders import EXCLUSIVE, OPEN, Order, State
from tests.integration.store.at_once import at_once
from tests.integration.store.building import (
    PATH_TO_APPLIED,
    history_sizes,
    new_order,
    rows,
    step,
    stored_order,
    walk,
)

PATHS: dict[State, tuple[State, ...]] = {
    State.QUOTED: (),
    State.VERIFIED: PATH_TO_APPLIED[:1],
    State.PAYING: PATH_TO_APPLIED[:2],
    State.CONFIRMING: PATH_TO_APPLIED[:3],
    State.PAID: PATH_TO_APPLIED[:4],
    State.APPLIED: PATH_TO_APPLIED,
    State.EXPIRED: (State.EXPIRED,),
    State.WITHDRAWN: (State.WITHDRAWN,),
    State.DECLINED: (*PATH_TO_APPLIED[:2], State.DECLINED),
    State.UNKNOWN: (*PATH_TO_APPLIED[:3], State.UNKNOWN),
    State.CANCELLING: (*PATH_TO_APPLIED, State.CANCELLING),
    State.CANCELLED: (*PATH_TO_APPLIED, State.CANCELLING, State.CANCELLED),
    State.REVIEW: (*PATH_TO_APPLIED, State.REVIEW),
}


def test_of_many_who_open_an_order_of_one_line_exactly_one_wins(database: SqlDatabase) -> None:
    def open_one(_: int) -> bool:
        with database() as unit:
            added = unit.orders.add(new_order(), cause="quoted", actor="customer")
            unit.commit()
        return added

    assert sorted(at_once(8, open_one)) == [False] * 7 + [True]
    assert len(rows(database, orders)) == 1
    assert history_sizes(database) == [1, 0, 0]


def test_lines_do_not_stand_in_each_others_way(database: SqlDatabase) -> None:
    def open_one(index: int) -> bool:
        with database() as unit:
            added = unit.orders.add(new_order(f"line-{index}"), cause="quoted", actor="customer")
            unit.commit()
        return added

    assert at_once(8, open_one) == [True] * 8


@pytest.mark.parametrize("state", State)
def test_a_line_takes_a_new_order_only_when_none_may_still_be_paid(
    database: SqlDatabase, state: State
) -> None:
    first = walk(database, stored_order(database), *PATHS[state])
    assert first.state is state
    with database() as unit:
        assert (unit.orders.open_order("line-1") == first) is (state in OPEN)
        assert unit.orders.add(new_order(), cause="quoted", actor="customer") is (state not in EXCLUSIVE)


def test_losing_to_an_open_order_leaves_the_transaction_usable(database: SqlDatabase) -> None:
    first = stored_order(database)
    with database() as unit:
        assert not unit.orders.add(new_order(), cause="quoted", actor="customer")
        withdrawn = unit.orders.move(
            first, State.WITHDRAWN, at=datetime.now(UTC), cause="other_sum_wished", actor="customer"
        )
        second = new_order()
        assert unit.orders.add(second, cause="quoted", actor="customer")
        unit.commit()
    with database() as unit:
        assert unit.orders.get(first.id) == withdrawn
        assert unit.orders.open_order("line-1") == second


def test_an_order_comes_back_as_it_was_stored(database: SqlDatabase) -> None:
    order = stored_order(database)
    changes = {
        "payment_token": "토큰" * 300,
        "payment_tx_id": "tx",
        "payment_attempts": 2,
        "identity_id": "iv1",
    }
    moved = walk(database, order, State.VERIFIED, State.PAYING)
    moved = step(database, moved, State.CONFIRMING, **changes)
    finders: list[Callable[[], Order]] = [
        lambda: unit.orders.get(order.id),
        lambda: unit.orders.by_payment_id(order.payment_id),
        lambda: unit.orders.by_checkout_token(order.checkout_token),
    ]
    with database() as unit:
        assert [find() for find in finders] == [moved] * 3


def test_an_order_that_is_not_there_is_not_found(database: SqlDatabase) -> None:
    stored_order(database)
    with database() as unit:
        for find in (unit.orders.get, unit.orders.by_payment_id, unit.orders.by_checkout_token):
            with pytest.raises(OrderNotFound):
                find("nothing")
        assert unit.orders.open_order("line-2") is None


def test_a_step_from_a_stale_reading_changes_nothing(database: SqlDatabase) -> None:
    stale = walk(database, stored_order(database), State.VERIFIED, State.PAYING, State.CONFIRMING)
    current = step(database, stale, State.UNKNOWN)
    before = history_sizes(database)
    with database() as unit:
        with pytest.raises(TransitionConflict):
            unit.orders.move(stale, State.PAID, at=datetime.now(UTC), cause="payment_read", actor="webhook")
        unit.commit()  # even when the loser commits what is left of its transaction
    assert history_sizes(database) == before
    with database() as unit:
        assert unit.orders.get(stale.id) == current


def test_a_step_that_the_table_does_not_have_changes_nothing(database: SqlDatabase) -> None:
    order = stored_order(database)
    with database() as unit:
        with pytest.raises(TransitionNotAllowed):
            unit.orders.move(order, State.APPLIED, at=datetime.now(UTC), cause="wished", actor="test")
        unit.commit()
    assert history_sizes(database) == [1, 0, 0]
    with database() as unit:
        assert unit.orders.get(order.id) == order


def test_of_many_who_take_the_same_step_exactly_one_wins(database: SqlDatabase) -> None:
    order = walk(database, stored_order(database), State.VERIFIED, State.PAYING, State.CONFIRMING)

    def pay(_: int) -> bool:
        try:
            step(database, order, State.PAID)
        except TransitionConflict:
            return False
        return True

    assert sorted(at_once(8, pay)) == [False] * 7 + [True]
    assert history_sizes(database) == [5, 2, 1]


def test_an_update_is_a_compare_and_set_without_an_event(database: SqlDatabase) -> None:
    order = stored_order(database)
    with database() as unit:
        updated = unit.orders.update(order, identity_id="iv1", identity_attempts=1)
        unit.commit()
    with database() as unit, pytest.raises(TransitionConflict):
        unit.orders.update(order, identity_attempts=1)
    assert (updated.version, updated.identity_attempts) == (2, 1)
    assert history_sizes(database) == [1, 0, 0]
    assert step(database, updated, State.VERIFIED).identity_id == "iv1"


def test_nothing_is_kept_without_a_commit(database: SqlDatabase) -> None:
    with database() as unit:
        unit.orders.add(new_order(), cause="quoted", actor="customer")
        unit.conversations.create("cv1")
    order = stored_order(database, "line-2")
    with database() as unit:
        unit.orders.move(order, State.VERIFIED, at=datetime.now(UTC), cause="x", actor="test")
    with database() as unit:
        assert unit.orders.of_line("line-1") == []
        assert not unit.conversations.exists("cv1")
        assert unit.orders.get(order.id) == order
    assert history_sizes(database) == [1, 0, 0]


def test_a_reader_waits_for_no_writer_and_sees_only_what_is_kept(database: SqlDatabase) -> None:
    order = stored_order(database)
    with database() as writer:
        moved = writer.orders.move(order, State.VERIFIED, at=datetime.now(UTC), cause="x", actor="test")
        with database(write=False) as reader:
            assert reader.orders.get(order.id) == order
        writer.commit()
    with database(write=False) as reader:
        assert reader.orders.get(order.id) == moved


def test_a_lines_orders_come_newest_first(database: SqlDatabase) -> None:
    now = datetime.now(UTC)
    made = [
        walk(
            database,
            stored_order(database, created_at=now + timedelta(seconds=number), amount_won=30_000 + number),
            State.WITHDRAWN,
        )
        for number in range(4)
    ]
    stored_order(database, "line-2")
    with database() as unit:
        assert unit.orders.of_line("line-1") == made[::-1]
        assert unit.orders.of_line("line-1", limit=2) == [made[3], made[2]]


def test_what_was_paid_is_found_behind_whatever_was_left_since(database: SqlDatabase) -> None:
    now = datetime.now(UTC)
    paid = walk(database, stored_order(database, created_at=now - timedelta(days=1)), *PATH_TO_APPLIED)
    for number in range(3):
        walk(database, stored_order(database, created_at=now + timedelta(seconds=number)), State.WITHDRAWN)
    with database() as unit:
        assert unit.orders.of_line("line-1", limit=2, states={State.APPLIED, State.CANCELLED}) == [paid]

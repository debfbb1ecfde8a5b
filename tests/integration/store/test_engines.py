"""What both engines promise: readers cannot write, errors keep secrets, many at once lose and double nothing."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from prepayment.adapters.sql.engine import SqlDatabase
from prepayment.adapters.sql.tables import metadata, order_events, orders, outbox
from prepayment.errors import OrderNotFound, TransitionConflict
from prepayment.orders import OPEN, Order, State
from tests.integration.store.at_once import at_once
from tests.integration.store.building import (
    PATH_TO_APPLIED,
    new_order,
    rows,
    step,
    stored_conversation,
    stored_order,
    walk,
)
from tests.support.databases import empty, stored_text

THREADS = 8


def test_a_unit_that_only_reads_cannot_write(database: SqlDatabase) -> None:
    order = stored_order(database)
    with database(write=False) as unit, pytest.raises(sa.exc.DBAPIError):
        unit.orders.move(order, State.VERIFIED, at=datetime.now(UTC), cause="x", actor="test")
    assert step(database, order, State.VERIFIED).state is State.VERIFIED


def test_an_error_names_the_rule_and_none_of_the_values(database: SqlDatabase) -> None:
    """Errors end in logs; tokens and what customers wrote must not."""
    order = stored_order(database, checkout_token="token-nobody-may-see")
    wrong = [
        (sa.update(orders).values(amount_won=0), "amount_positive"),
        (sa.insert(orders).from_select(orders.columns.keys(), sa.select(orders)), "orders"),
        (sa.update(orders).values(version=None), "version"),
    ]
    for statement, rule in wrong:
        with database.engine.connect() as connection, pytest.raises(sa.exc.IntegrityError) as caught:
            connection.execute(statement)
        printed = "".join(traceback.format_exception(caught.value))
        assert rule in str(caught.value)
        for value in (order.checkout_token, order.id, order.payment_id):
            assert value not in printed


def test_a_text_with_a_nul_character_breaks_nothing(database: SqlDatabase) -> None:
    """PostgreSQL has no place for it, and anybody can write ``%00`` into an address."""
    conversation = stored_conversation(database)
    with database() as unit:
        unit.conversations.add_user_message(conversation, client_id="1", text="선결제\0해줘")
        unit.commit()
    order = stored_order(database)
    moved = walk(database, order, *PATH_TO_APPLIED[:2])
    step(database, moved, State.CONFIRMING, payment_token="token\0", payment_tx_id="\0")
    with database(write=False) as unit:
        (message,) = unit.conversations.messages(conversation)
        assert message.text in {"선결제\0해줘", "선결제\N{REPLACEMENT CHARACTER}해줘"}
        for token in ("\0", f"{order.checkout_token}\0"):
            with pytest.raises(OrderNotFound):
                unit.orders.by_checkout_token(token)


def test_every_effect_is_given_to_one_of_many_workers(database: SqlDatabase) -> None:
    for number in range(THREADS):
        walk(database, stored_order(database, f"line-{number}"), *PATH_TO_APPLIED)
    now = datetime.now(UTC) + timedelta(seconds=1)

    def work(_: int) -> list[int]:
        mine: list[int] = []
        while True:
            with database() as unit:
                effect = unit.effects.claim(now, now + timedelta(minutes=5))
                unit.commit()
            if effect is None:
                return mine
            mine.append(effect.id)
            with database() as unit:
                unit.effects.done(effect, "done")
                unit.commit()

    given = [id_ for mine in at_once(THREADS, work) for id_ in mine]
    assert sorted(given) == [row.id for row in rows(database, outbox)]
    assert {row.attempts for row in rows(database, outbox)} == {1}


def test_many_who_push_one_order_on_take_every_step_once(database: SqlDatabase) -> None:
    order = stored_order(database)
    steps = dict(zip((State.QUOTED, *PATH_TO_APPLIED), PATH_TO_APPLIED, strict=False))

    def push(_: int) -> int:
        taken = 0
        while True:
            with database(write=False) as unit:
                current = unit.orders.get(order.id)
            if current.state not in steps:
                return taken
            try:
                step(database, current, steps[current.state])
            except TransitionConflict:
                continue
            taken += 1

    assert sum(at_once(THREADS, push)) == len(PATH_TO_APPLIED)
    events = rows(database, order_events)
    assert [event.target for event in events] == [State.QUOTED, *PATH_TO_APPLIED]
    assert [event.number for event in events] == list(range(1, len(events) + 1))


def test_a_line_has_one_open_order_while_many_open_and_withdraw(database: SqlDatabase) -> None:
    """Whoever loses is told so, however the open order comes and goes meanwhile."""

    def withdraw(order: Order) -> None:
        try:
            step(database, order, State.WITHDRAWN)
        except TransitionConflict:
            return

    def change(_: int) -> int:
        opened = 0
        for _ in range(10):
            with database() as unit:
                added = unit.orders.add(new_order(), cause="quoted", actor="customer")
                unit.commit()
            opened += added
            with database(write=False) as unit:
                current = unit.orders.open_order("line-1")
            if current is not None:
                withdraw(current)
        return opened

    opened = at_once(THREADS, change)
    stored = rows(database, orders)
    assert len(stored) == sum(opened) >= 1
    assert sum(row.state in OPEN for row in stored) <= 1


def test_everything_stored_can_be_searched_and_emptied(database: SqlDatabase) -> None:
    """What other tests rely on when they look for what must not be there."""
    conversation = stored_conversation(database)
    with database() as unit:
        unit.conversations.add_user_message(
            conversation, client_id="browser-1", text="선결제 \\ \"해줘\" 'A'"
        )
        unit.conversations.add_event(conversation, "EXTERNAL_x", {"order_id": "or-\\1"}, source="effect:1")
        unit.commit()
    order = stored_order(database)
    text = stored_text(database.engine)
    for value in (
        conversation,
        "browser-1",
        "선결제 \\ \"해줘\" 'A'",
        '"or-\\\\1"',
        order.checkout_token,
        "50000",
    ):
        assert value in text
    empty(database.engine)
    assert [rows(database, table) for table in metadata.sorted_tables] == [[]] * len(metadata.tables)

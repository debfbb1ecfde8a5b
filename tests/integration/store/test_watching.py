"""Hearing at once of what is written, by whichever process."""

from __future__ import annotations

import threading

from prepayment.adapters.sql.engine import SqlDatabase
from prepayment.orders import State
from prepayment.ports import Reply
from tests.integration.store.building import step, stored_conversation, stored_order

PATIENCE_SECONDS = 20.0
A_MOMENT_SECONDS = 0.3


def test_a_new_row_of_a_chat_is_heard_of(database: SqlDatabase) -> None:
    conversation = stored_conversation(database)
    with database.watch() as watch:
        with database() as unit:
            unit.conversations.add_replies(conversation, [Reply("안녕하세요.")])
            unit.commit()
        assert watch.wait(PATIENCE_SECONDS)


def test_an_order_that_moves_is_heard_of(database: SqlDatabase) -> None:
    order = stored_order(database)
    with database.watch() as watch:
        step(database, order, State.VERIFIED)
        assert watch.wait(PATIENCE_SECONDS)


def test_who_waits_already_is_woken(database: SqlDatabase) -> None:
    conversation = stored_conversation(database)
    heard: list[bool] = []

    def listen() -> None:
        with database.watch() as watch:
            listening.set()
            heard.append(watch.wait(PATIENCE_SECONDS))

    listening = threading.Event()
    listener = threading.Thread(target=listen)
    listener.start()
    assert listening.wait(PATIENCE_SECONDS)
    with database() as unit:
        unit.conversations.add_user_message(conversation, client_id="first-one", text="안녕")
        unit.commit()
    listener.join(PATIENCE_SECONDS)
    assert heard == [True]


def test_what_was_undone_is_not_heard_of(database: SqlDatabase) -> None:
    conversation = stored_conversation(database)
    with database.watch() as watch:
        with database() as unit:
            unit.conversations.add_user_message(conversation, client_id="first-one", text="안녕")
        assert not watch.wait(A_MOMENT_SECONDS)


def test_nothing_is_heard_twice(database: SqlDatabase) -> None:
    conversation = stored_conversation(database)
    with database.watch() as watch:
        for index in range(3):
            with database() as unit:
                unit.conversations.add_user_message(conversation, client_id=f"message-{index}", text="안녕")
                unit.commit()
        assert watch.wait(PATIENCE_SECONDS)
        while watch.wait(A_MOMENT_SECONDS):
            pass  # a notice each, when they came one by one
        assert not watch.wait(A_MOMENT_SECONDS)


def test_the_pool_gets_no_connection_back_that_listens(database: SqlDatabase) -> None:
    for _ in range(30):  # more than the pool holds
        with database.watch():
            pass
    with database(write=False) as unit:
        assert not unit.conversations.exists("nobody")

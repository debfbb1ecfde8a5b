"""What is PostgreSQL's alone: time-outs, connections that die, work that is claimed without waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from prepayment.adapters.clock import SystemClock
from prepayment.adapters.sql.engine import SqlDatabase, make_engine
from prepayment.adapters.sql.postgresql import POOL_OVERFLOW, POOL_SIZE
from prepayment.orders import State
from tests.integration.sandbox.harness import wait_until
from tests.integration.store.at_once import at_once
from tests.integration.store.building import (
    PATH_TO_APPLIED,
    step,
    stored_conversation,
    stored_order,
    walk,
)
from tests.support.postgres import PostgresServer, postgres_server

Open = Callable[..., SqlDatabase]
LIMITS = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")


@pytest.fixture
def url(postgres: PostgresServer) -> Iterator[str]:
    """The URL of a migrated database."""
    made = postgres.migrated()
    yield made
    postgres.drop(made)


@pytest.fixture
def open_database(url: str) -> Iterator[Open]:
    """Opens the database with what a URL can say besides."""
    with ExitStack() as stack:

        def open_(**query: str) -> SqlDatabase:
            said = make_url(url).update_query_dict(query).render_as_string(hide_password=False)
            opened = SqlDatabase(make_engine(said), SystemClock())
            stack.callback(opened.close)
            return opened

        yield open_


def shown(database: SqlDatabase, *names: str) -> list[str]:
    """What the server says of a connection's settings."""
    with database.engine.connect() as connection:
        return [connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in names]


def test_a_connection_has_limits_and_a_name(open_database: Open) -> None:
    assert shown(open_database(), *LIMITS, "application_name") == ["10s", "20s", "30s", "prepayment"]


def test_the_url_may_set_other_limits_and_another_name(open_database: Open) -> None:
    database = open_database(options="-c lock_timeout=3s", application_name="prepayment-worker")
    assert shown(database, *LIMITS, "application_name") == ["3s", "20s", "30s", "prepayment-worker"]


def test_transactions_are_read_committed_whatever_the_server_prefers(open_database: Open) -> None:
    database = open_database(options="-c default_transaction_isolation=serializable")
    assert shown(database, "default_transaction_isolation", "transaction_isolation") == [
        "serializable",
        "read committed",
    ]


def test_a_migration_may_take_long_but_waits_for_no_table_for_long(url: str) -> None:
    engine = make_engine(url, migrating=True)
    with engine.connect() as connection:
        found = [connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in LIMITS]
    engine.dispose()
    assert found == ["10s", "0", "0"]


def test_who_waits_too_long_for_a_lock_gives_up(open_database: Open) -> None:
    holder, other = open_database(), open_database(options="-c lock_timeout=50ms")
    conversation = stored_conversation(holder)
    with holder() as held:
        held.conversations.lock(conversation)
        with other() as unit, pytest.raises(sa.exc.OperationalError, match="lock timeout"):
            unit.conversations.lock(conversation)
    with other() as unit:
        unit.conversations.lock(conversation)


def test_a_transaction_that_hangs_loses_its_locks(open_database: Open) -> None:
    """Its process may be stopped or swapped out; the money it was about goes on without it."""
    hanging, other = open_database(options="-c idle_in_transaction_session_timeout=50ms"), open_database()
    order = stored_order(other)
    with hanging() as unit:
        unit.orders.move(order, State.WITHDRAWN, at=datetime.now(UTC), cause="x", actor="test")
        assert step(other, order, State.VERIFIED).state is State.VERIFIED  # waits until the lock is free
        with pytest.raises(sa.exc.DBAPIError, match="idle-in-transaction"):
            unit.commit()
    assert step(hanging, stored_order(other, "line-2"), State.VERIFIED).state is State.VERIFIED


def test_a_worker_passes_over_what_another_is_claiming(open_database: Open) -> None:
    database = open_database()
    for number in range(2):
        walk(database, stored_order(database, f"line-{number}"), *PATH_TO_APPLIED[:4])
    now = datetime.now(UTC) + timedelta(seconds=1)
    until = now + timedelta(minutes=5)
    with database() as first, database() as second, database() as third:
        claimed = [unit.effects.claim(now, until) for unit in (first, second, third)]
    assert [effect is not None for effect in claimed] == [True, True, False]
    assert len({effect.order_id for effect in claimed if effect}) == 2


def test_more_threads_than_connections_share_them(open_database: Open) -> None:
    database = open_database()
    order = stored_order(database)

    def read(_: int) -> int:
        with database(write=False) as unit:
            assert unit.orders.get(order.id) == order
        with database.engine.connect() as connection:
            count = sa.text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            return int(connection.execute(count).scalar_one())

    assert max(at_once(60, read)) <= POOL_SIZE + POOL_OVERFLOW


def test_a_server_that_starts_again_is_found_again() -> None:
    """What was under way is undone, and nobody has to be restarted."""
    with postgres_server() as server:
        database = SqlDatabase(make_engine(server.migrated()), SystemClock())
        order = stored_order(database)
        with database() as unit:
            unit.orders.move(order, State.WITHDRAWN, at=datetime.now(UTC), cause="x", actor="test")
            server.restart()
            with pytest.raises(sa.exc.OperationalError):
                unit.commit()
        assert walk(database, order, State.VERIFIED, State.PAYING).version == 3
        database.close()


def test_a_connection_that_is_cut_off_is_replaced(open_database: Open) -> None:
    database, operator = open_database(), open_database()
    order = stored_order(database)
    cut = sa.text(
        "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with operator.engine.connect() as connection:
        assert connection.execute(cut).scalar_one() == 1
        wait_until(lambda: connection.execute(cut).scalar_one() == 0)
    assert step(database, order, State.VERIFIED).version == 2

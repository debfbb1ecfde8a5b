"""The migrations make, and unmake, exactly the tables that the code knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from prepayment.adapters.clock import SystemClock
from prepayment.adapters.sql.engine import SqlDatabase, make_engine
from prepayment.adapters.sql.tables import metadata
from prepayment.migrate import migrate
from prepayment.orders import State
from tests.integration.store.building import (
    PATH_TO_APPLIED,
    new_order,
    step,
    stored_conversation,
    stored_order,
    walk,
)


@contextmanager
def opened(url: str) -> Iterator[SqlDatabase]:
    database = SqlDatabase(make_engine(url), SystemClock())
    try:
        yield database
    finally:
        database.close()


def table_names(url: str) -> set[str]:
    with opened(url) as database:
        return set(sa.inspect(database.engine).get_table_names())


def fill(database: SqlDatabase) -> None:
    """Put rows into every table that refers to another."""
    conversation_id = stored_conversation(database)
    with database() as unit:
        unit.conversations.add_user_message(conversation_id, client_id="1", text="5만원 선결제 해줘")
        unit.commit()
    walk(database, stored_order(database, conversation_id=conversation_id), *PATH_TO_APPLIED)


def rules_of(url: str) -> dict[str, Any]:
    """What the database itself enforces: alembic's comparison leaves check conditions and partial indexes out."""
    with opened(url) as database:
        inspector = sa.inspect(database.engine)
        return {
            table: {
                "checks": sorted(
                    (c["name"], "".join(c["sqltext"].split())) for c in inspector.get_check_constraints(table)
                ),
                "indexes": sorted(
                    (
                        i["name"],
                        i["column_names"],
                        bool(i["unique"]),
                        sorted((name, str(value)) for name, value in i.get("dialect_options", {}).items()),
                    )
                    for i in inspector.get_indexes(table)
                ),
                "uniques": sorted(u["column_names"] for u in inspector.get_unique_constraints(table)),
                "primary_key": inspector.get_pk_constraint(table)["constrained_columns"],
                "foreign_keys": sorted(
                    (f["constrained_columns"], f["referred_table"], f["referred_columns"])
                    for f in inspector.get_foreign_keys(table)
                ),
                "columns": [(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)],
            }
            for table in metadata.tables
        }


def test_the_migrations_make_what_the_tables_say(database_url: str) -> None:
    with opened(database_url) as database, database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_database_enforces_what_the_tables_say(
    database_url: str, new_database_url: Callable[[], str]
) -> None:
    """Checks, keys and partial indexes of the migrated database are those of one made from the tables."""
    direct = new_database_url()
    with opened(direct) as database:
        metadata.create_all(database.engine)
    assert rules_of(database_url) == rules_of(direct)


def test_a_full_database_goes_down_and_up_again(database_url: str) -> None:
    """Going down removes the tables with their rows; what comes up again is empty and works."""
    with opened(database_url) as database:
        fill(database)
    migrate(database_url, "base")
    assert table_names(database_url) == {"alembic_version"}
    migrate(database_url)
    assert table_names(database_url) == {"alembic_version", *metadata.tables}
    with opened(database_url) as database:
        with database() as unit:
            assert unit.orders.of_line("line-1") == []
        fill(database)
        with database() as unit:
            assert [order.state for order in unit.orders.of_line("line-1")] == [State.APPLIED]


def test_migrating_a_present_database_again_keeps_its_rows(database_url: str) -> None:
    with opened(database_url) as database:
        fill(database)
        before = rules_of(database_url)
        migrate(database_url)
        assert rules_of(database_url) == before
        with database() as unit:
            assert [order.state for order in unit.orders.of_line("line-1")] == [State.APPLIED]


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE orders SET amount_won = 0",
        "UPDATE orders SET state = 'charged'",
        "UPDATE postings SET amount_won = 0",
        "DELETE FROM orders",
        "DELETE FROM order_events",
        "INSERT INTO order_events SELECT 'nobody', number, at, source, target, cause, actor, detail FROM order_events",
    ],
)
def test_the_database_itself_refuses_nonsense(database_url: str, wrong: str) -> None:
    with opened(database_url) as database:
        fill(database)
        with database.engine.connect() as connection, pytest.raises(sa.exc.IntegrityError):
            connection.execute(sa.text(wrong))


def test_the_database_itself_refuses_a_second_open_order_of_a_line(database_url: str) -> None:
    """Even when the code that asks first is left out."""
    with opened(database_url) as database:
        first = stored_order(database)
        walk(database, first, State.WITHDRAWN)
        second = stored_order(database)
        step(database, second, State.VERIFIED)
        reopen = sa.text("UPDATE orders SET state = 'quoted' WHERE id = :id")
        with database.engine.connect() as connection, pytest.raises(sa.exc.IntegrityError):
            connection.execute(reopen, {"id": first.id})


def test_an_order_id_or_payment_id_or_link_is_never_used_twice(database_url: str) -> None:
    with opened(database_url) as database:
        first = stored_order(database)
        for name in ("id", "payment_id", "checkout_token"):
            double = new_order("line-2", **{name: getattr(first, name)})
            with database() as unit, pytest.raises(sa.exc.IntegrityError):
                unit.orders.add(double, cause="quoted", actor="customer")

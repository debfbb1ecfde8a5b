"""Rows live through every migration, up and down, on their own and with others migrating at the same time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

import prepayment.migrate
from prepayment.adapters.sql.engine import make_engine
from prepayment.migrate import migrate
from tests.integration.sandbox.harness import ROOT
from tests.integration.store.filling import PER_BATCH, Rows, choices_of, contents, fill, tables_of
from tests.integration.store.revisions import revisions, with_one_more

AT_ONCE = 2
DEADLINE_SECONDS = 60
MIGRATE_WHEN_TOLD = """
import sys
from prepayment.migrate import migrate
print("ready", flush=True)
sys.stdin.readline()
migrate(sys.argv[1])
"""
REBUILD = """
    with op.batch_alter_table("orders") as table:
        table.alter_column("customer_id", type_=sa.String(80))
"""
FAILING = """
    op.add_column("orders", sa.Column("extra", sa.Integer()))
    op.create_table("extra", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO nowhere VALUES (1)")
"""
ORPHANING = """
    op.execute("DELETE FROM orders")
"""


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    engine = make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def new_columns(before: sa.MetaData, after: sa.MetaData) -> dict[str, set[str]]:
    """What a migration added, by table."""
    return {
        name: {column.name for column in table.columns}
        - {column.name for column in (before.tables[name].columns if name in before.tables else ())}
        for name, table in after.tables.items()
    }


def schema(engine: Engine) -> list[Any]:
    """What there is, in words that can be compared."""
    return sorted(
        [table.name, *((column.name, str(column.type), column.nullable) for column in table.columns)]
        for table in tables_of(engine).sorted_tables
    )


def counted(rows: Rows) -> set[int]:
    return {len(of_table) for of_table in rows.values()}


@pytest.mark.parametrize("place", range(len(revisions())), ids=revisions())
def test_rows_live_through_a_migration_up_and_down_and_up(
    new_database_url: Callable[[], str], place: int
) -> None:
    """What was there before keeps its values; of what was written after, the older schema keeps what it can hold."""
    url = new_database_url()
    for _ in range(place):
        migrate(url, "+1")
    with opened(url) as engine:
        below = tables_of(engine)
        listed = choices_of(engine)
        fill(engine, 0, listed, always={})
        before = contents(engine, below)
        assert counted(before) <= {PER_BATCH}
    migrate(url, "+1")
    with opened(url) as engine:
        above = tables_of(engine)
        assert len(above.tables) > 0
        assert contents(engine, below) == before
        if place == 0:
            fill(engine, 0, choices_of(engine), always={})
        # Old values where the columns are old: the older schema has to hold them again.
        fill(engine, 1, {**choices_of(engine), **listed}, always=new_columns(below, above))
        both = contents(engine, below)
        assert counted(both) <= {PER_BATCH * 2}
        newest = schema(engine)
    migrate(url, "-1")
    with opened(url) as engine:
        assert contents(engine, tables_of(engine)) == both
    migrate(url, "+1")
    with opened(url) as engine:
        assert contents(engine, below) == both
        assert schema(engine) == newest


def test_several_who_migrate_at_once_do_it_once(new_database_url: Callable[[], str]) -> None:
    """As when several machines start on a new release."""
    url = new_database_url()
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", MIGRATE_WHEN_TOLD, url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(AT_ONCE)
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        results = [
            (process.communicate(timeout=DEADLINE_SECONDS)[0], process.returncode) for process in processes
        ]
    finally:
        for process in processes:
            process.kill()
    assert results == [("", 0)] * AT_ONCE
    with opened(url) as engine, engine.connect() as connection:
        versions = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars().all()
    assert versions == revisions()[-1:]


def test_a_table_that_others_refer_to_can_be_made_anew(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(database_url) as engine:
        tables = tables_of(engine)
        fill(engine, 0, choices_of(engine), always={})
        before = contents(engine, tables)
    monkeypatch.setattr(prepayment.migrate, "MIGRATIONS", with_one_more(tmp_path, REBUILD))
    migrate(database_url)
    with opened(database_url) as engine:
        assert contents(engine, tables) == before
        changed = tables_of(engine).tables["orders"].columns["customer_id"].type
        assert isinstance(changed, sa.String)
        assert changed.length == 80
        with engine.begin() as connection, pytest.raises(sa.exc.IntegrityError):
            connection.execute(sa.text("DELETE FROM orders"))


@pytest.mark.parametrize("upgrade", [FAILING, ORPHANING], ids=["failing", "orphaning"])
def test_a_migration_that_fails_leaves_nothing_of_itself(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, upgrade: str
) -> None:
    with opened(database_url) as engine:
        fill(engine, 0, choices_of(engine), always={})
        before = schema(engine), contents(engine, tables_of(engine))
    monkeypatch.setattr(prepayment.migrate, "MIGRATIONS", with_one_more(tmp_path, upgrade))
    with pytest.raises((sa.exc.DBAPIError, RuntimeError)):
        migrate(database_url)
    with opened(database_url) as engine:
        assert (schema(engine), contents(engine, tables_of(engine))) == before

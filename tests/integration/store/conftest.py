"""A real, migrated database for every test, on every kind of engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from prepayment.adapters.clock import SystemClock
from prepayment.adapters.sql.engine import SqlDatabase, make_engine
from tests.support.databases import Databases


@pytest.fixture
def new_database_url(databases: Databases) -> Iterator[Callable[[], str]]:
    """Makes empty databases: each call returns the URL of a new one."""
    made: list[str] = []

    def new() -> str:
        made.append(databases.new())
        return made[-1]

    yield new
    for url in made:
        databases.drop(url)


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """The URL of a database that the migrations have made."""
    url = databases.migrated()
    yield url
    databases.drop(url)


@pytest.fixture
def database(database_url: str) -> Iterator[SqlDatabase]:
    """Units of work on a migrated database, with the machine's time."""
    opened = SqlDatabase(make_engine(database_url), SystemClock())
    yield opened
    opened.close()

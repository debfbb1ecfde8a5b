"""A real, migrated database for every test; ``ENGINES`` names the kinds that the whole suite runs on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from prepayment.adapters.clock import SystemClock
from prepayment.adapters.sql.engine import SqlDatabase, make_engine
from prepayment.migrate import migrate

ENGINES = ("sqlite",)


@pytest.fixture(params=ENGINES)
def new_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Makes empty databases: each call returns the URL of a new one."""
    numbers = count(1)
    makers: dict[str, Callable[[], str]] = {
        "sqlite": lambda: f"sqlite:///{tmp_path}/database-{next(numbers)}.db",
    }
    return makers[request.param]


@pytest.fixture
def database_url(new_database_url: Callable[[], str]) -> str:
    """The URL of a database that the migrations have made."""
    url = new_database_url()
    migrate(url)
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[SqlDatabase]:
    """Units of work on a migrated database, with the machine's time."""
    opened = SqlDatabase(make_engine(database_url), SystemClock())
    yield opened
    opened.close()

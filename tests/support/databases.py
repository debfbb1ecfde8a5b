"""The kinds of databases that tests run on, and databases of each kind."""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from prepayment.adapters.sql.tables import metadata
from prepayment.migrate import migrate

ENGINES = ("sqlite", "postgresql")


class Databases(Protocol):
    """Makes databases of one kind; each call of ``new`` and ``migrated`` returns the URL of another one."""

    def new(self) -> str:
        """Make an empty database."""

    def migrated(self) -> str:
        """Make a database that the migrations have made."""

    def drop(self, url: str) -> None:
        """Remove a database, whoever still uses it."""


class SqliteDatabases:
    """Files in a directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._numbers = count(1)
        self._template: Path | None = None

    def new(self) -> str:
        """Make an empty database."""
        return f"sqlite:///{self._file()}"

    def migrated(self) -> str:
        """Make a database that the migrations have made."""
        if self._template is None:
            template = self._file()
            migrate(f"sqlite:///{template}")
            self._template = template
        return f"sqlite:///{shutil.copyfile(self._template, self._file())}"

    def drop(self, url: str) -> None:
        """Remove a database with its journals."""
        file = Path(url.removeprefix("sqlite:///"))
        for path in file.parent.glob(f"{file.name}*"):
            path.unlink()

    def _file(self) -> Path:
        return self._directory / f"{next(self._numbers)}.db"


def empty(engine: Engine) -> None:
    """Delete every row of the product's tables, between the transactions of processes that still work."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # In the order in which the product itself locks rows, what is referred to first: no deadlock with it.
            names = ", ".join(table.name for table in metadata.sorted_tables)
            connection.execute(sa.text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
        for table in reversed(metadata.sorted_tables):
            connection.execute(sa.delete(table))


def stored_text(engine: Engine) -> str:
    """Return every value of every table as text, one a line: what a search through the database finds."""
    found = sa.MetaData()
    lines = []
    with engine.connect() as connection:
        found.reflect(connection)
        for table in found.sorted_tables:
            columns = [sa.cast(column, sa.Text) for column in table.columns]
            for row in connection.execute(sa.select(*columns)):
                lines += [value for value in row if value is not None]
    return "\n".join(lines)

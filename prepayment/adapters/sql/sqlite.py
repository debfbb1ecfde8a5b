"""SQLite as the product uses it: WAL, foreign keys, one writer at a time who waits for the others."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine

from prepayment.adapters.sql.options import DURABLE, WRITE

BUSY_TIMEOUT_MS: Final = 10_000
# Whoever migrates waits for another who does, however long that takes.
MIGRATION_BUSY_TIMEOUT_MS: Final = 600_000
_WAL_RETRY_SECONDS: Final = 0.02


def sqlite_engine(url: URL, *, migrating: bool) -> Engine:
    """Return an engine for a file, made with its folder when it is not there.

    A transaction with the execution option ``prepayment_write=False`` reads a snapshot, waits for nobody and cannot
    write. While migrating, foreign keys are not enforced, so that a table others refer to can be made anew:
    ``check_references`` tells at the end whether they hold.
    """
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    # Parameters hold tokens and what customers wrote: they stay out of errors, and so out of logs.
    engine = sa.create_engine(url, hide_parameters=True)

    @sa.event.listens_for(engine, "connect")
    def _configure(connection: SqliteConnection, _record: object) -> None:
        # SQLAlchemy begins the transactions itself, below.
        connection.isolation_level = None
        timeout = MIGRATION_BUSY_TIMEOUT_MS if migrating else BUSY_TIMEOUT_MS
        connection.execute(f"PRAGMA busy_timeout={timeout}")
        _use_wal(connection, timeout / 1000)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA foreign_keys={'OFF' if migrating else 'ON'}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # The write lock is taken first: a read that turns into a write later would fail at once when another writes.
        options = connection.get_execution_options()
        write, durable = options.get(WRITE, True), options.get(DURABLE, True)
        _set(connection, "query_only", "OFF" if write else "ON")
        # NORMAL still keeps the order of commits in the log: a later one that waits for the disk takes it along.
        _set(connection, "synchronous", "FULL" if durable else "NORMAL")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _use_wal(connection: SqliteConnection, patience_seconds: float) -> None:
    """Switch the file to WAL, for good. SQLite waits for nobody here: two who switch would wait for each other."""
    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_WAL_RETRY_SECONDS)
        else:
            return


def _set(connection: Connection, pragma: str, value: str) -> None:
    """Set a pragma of the connection beneath unless it stands so already: there are two for every transaction."""
    if connection.info.get(pragma) != value:
        connection.exec_driver_sql(f"PRAGMA {pragma}={value}")
        connection.info[pragma] = value


def check_references(connection: Connection) -> None:
    """Look at every foreign key of the database. Raises RuntimeError that names the tables whose rows refer to none."""
    dangling = {str(row[0]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}
    if dangling:
        raise RuntimeError(f"rows refer to rows that are not there: {', '.join(sorted(dangling))}")

"""Hearing of what other processes write: PostgreSQL tells, SQLite is asked."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, cast

import psycopg
from sqlalchemy.engine import Engine

from prepayment.ports import Watch

CHANNEL: Final = "prepay_written"  # what the triggers of migration 0003 name
POLL_SECONDS: Final = 0.1


class _SqliteWatch:
    """The number that SQLite counts up when another connection commits: no table is read for it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._seen = self._version()

    def wait(self, seconds: float) -> bool:
        """Wait for something to be written; it is asked ten times a second."""
        deadline = time.monotonic() + seconds
        while (version := self._version()) == self._seen:
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(POLL_SECONDS, left))
        self._seen = version
        return True

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])


class _PostgresqlWatch:
    """Notices that triggers send when a transaction is committed."""

    def __init__(self, connection: psycopg.Connection[object]) -> None:
        self._connection = connection
        self._connection.autocommit = True
        self._connection.execute(f"LISTEN {CHANNEL}")

    def wait(self, seconds: float) -> bool:
        """Wait for a notice; what else has come by then is taken along."""
        return bool(list(self._connection.notifies(timeout=seconds, stop_after=1)))


@contextmanager
def watch(engine: Engine) -> Iterator[Watch]:
    """Watch a database on a connection of its own."""
    pooled = engine.raw_connection()
    try:
        driver = pooled.driver_connection
        if isinstance(driver, sqlite3.Connection):
            yield _SqliteWatch(driver)
        else:
            yield _PostgresqlWatch(cast("psycopg.Connection[object]", driver))
    finally:
        # Not back into the pool: it listens, and commits by itself.
        pooled.invalidate()

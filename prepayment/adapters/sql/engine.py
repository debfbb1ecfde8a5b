"""Engines for SQLite and PostgreSQL, and the unit of work on top."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, make_url

from prepayment.adapters.sql.conversations import SqlConversations
from prepayment.adapters.sql.effects import SqlEffects
from prepayment.adapters.sql.orders import SqlOrders
from prepayment.ports import Clock

BUSY_TIMEOUT_MS = 10_000
_WRITE = "prepayment_write"


def make_engine(url: str) -> Engine:
    """Return an engine for ``sqlite:///path`` or ``postgresql://...``."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        return sa.create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    # Parameters hold tokens and what customers wrote: they stay out of errors, and so out of logs.
    engine = sa.create_engine(parsed, hide_parameters=True)

    @sa.event.listens_for(engine, "connect")
    def _configure(connection: SqliteConnection, _record: object) -> None:
        # SQLAlchemy begins the transactions itself, below.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # The write lock is taken first: a read that turns into a write later would fail at once when another writes.
        write = connection.get_execution_options().get(_WRITE, True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


class SqlUnitOfWork:
    """One database transaction with the stores in it."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self.orders = SqlOrders(connection, clock)
        self.conversations = SqlConversations(connection, clock)
        self.effects = SqlEffects(connection, clock)

    def commit(self) -> None:
        """Keep what was done; the unit takes no more work."""
        self._connection.commit()


class SqlDatabase:
    """Gives units of work on one engine. Safe to share between threads."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self._clock = clock

    @contextmanager
    def __call__(self, *, write: bool = True) -> Iterator[SqlUnitOfWork]:
        """Begin a transaction; undone unless committed. Reading only (``write=False``) waits for no writer."""
        with self.engine.connect().execution_options(**{_WRITE: write}) as connection:
            yield SqlUnitOfWork(connection, self._clock)

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

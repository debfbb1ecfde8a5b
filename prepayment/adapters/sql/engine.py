"""Engines for SQLite and PostgreSQL, and the unit of work on top."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy.engine import Connection, Engine, make_url

from prepayment.adapters.sql.alarms import SqlAlarms
from prepayment.adapters.sql.books import SqlBooks
from prepayment.adapters.sql.conversations import SqlConversations
from prepayment.adapters.sql.effects import SqlEffects
from prepayment.adapters.sql.inbox import SqlInbox
from prepayment.adapters.sql.jobs import SqlJobs
from prepayment.adapters.sql.limit_changes import SqlLimitChanges
from prepayment.adapters.sql.options import DURABLE, WRITE
from prepayment.adapters.sql.orders import SqlOrders
from prepayment.adapters.sql.postgresql import postgresql_engine
from prepayment.adapters.sql.ratings import SqlRatings
from prepayment.adapters.sql.site_checks import SqlSiteChecks
from prepayment.adapters.sql.sqlite import sqlite_engine
from prepayment.adapters.sql.staff import SqlStaff
from prepayment.adapters.sql.tickets import SqlTickets
from prepayment.adapters.sql.watching import watch
from prepayment.ports import Clock, Watch


def make_engine(url: str, *, migrating: bool = False) -> Engine:
    """Return an engine for ``sqlite:///path`` or ``postgresql://...``; ``migrating`` is for changing the schema."""
    parsed = make_url(url)
    make = sqlite_engine if parsed.get_backend_name() == "sqlite" else postgresql_engine
    return make(parsed, migrating=migrating)


class SqlUnitOfWork:
    """One database transaction with the stores in it."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self.orders = SqlOrders(connection, clock)
        self.conversations = SqlConversations(connection, clock)
        self.ratings = SqlRatings(connection, clock)
        self.limit_changes = SqlLimitChanges(connection, clock)
        self.tickets = SqlTickets(connection, clock)
        self.site_checks = SqlSiteChecks(connection, clock)
        self.staff = SqlStaff(connection, clock)
        self.effects = SqlEffects(connection, clock)
        self.inbox = SqlInbox(connection, clock)
        self.alarms = SqlAlarms(connection, clock)
        self.jobs = SqlJobs(connection, clock)
        self.books = SqlBooks(connection)

    def commit(self) -> None:
        """Keep what was done; the unit takes no more work."""
        self._connection.commit()


class SqlDatabase:
    """Gives units of work on one engine. Safe to share between threads."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self._clock = clock

    @contextmanager
    def __call__(self, *, write: bool = True, durable: bool = True) -> Iterator[SqlUnitOfWork]:
        """Begin a transaction; undone unless committed.

        Reading only (``write=False``) waits for no writer, and the database refuses to write in it. A commit of one
        that need not be ``durable`` does not wait for the disk.
        """
        options = {WRITE: write, DURABLE: durable, "postgresql_readonly": not write}
        with self.engine.connect().execution_options(**options) as connection:
            yield SqlUnitOfWork(connection, self._clock)

    def watch(self) -> AbstractContextManager[Watch]:
        """Begin to watch for what others write."""
        return watch(self.engine)

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

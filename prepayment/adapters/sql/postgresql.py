"""PostgreSQL as the product uses it: READ COMMITTED, and nobody holds a lock for ever.

READ COMMITTED is enough because no decision rests on a bare reading: orders step by compare-and-set on their version,
one open order a line is a unique index, a conversation's rows are written under its row lock, and work is claimed by
``FOR UPDATE SKIP LOCKED``.

Time-outs are given when a connection is made, so they need a direct connection or a pooler that keeps sessions. What
the URL itself says (``?options=-c%20lock_timeout%3D5s``, ``application_name``, ``connect_timeout`` ...) counts more.
"""

from __future__ import annotations

from typing import Final

import psycopg
import sqlalchemy as sa
from psycopg.types.string import StrDumperUnknown
from sqlalchemy.engine import URL, Connection, Engine, ExceptionContext
from sqlalchemy.exc import StatementError

from prepayment.adapters.sql.options import DURABLE

LOCK_TIMEOUT_MS: Final = 10_000
STATEMENT_TIMEOUT_MS: Final = 20_000
# No transaction waits for the network or a person: one that is idle belongs to a process that hangs.
IDLE_TIMEOUT_MS: Final = 30_000

# Threads hold a connection for milliseconds and never two, so the hundred or so of a busy process share a few; four
# processes stay under PostgreSQL's default of 100 connections.
POOL_SIZE: Final = 10
POOL_OVERFLOW: Final = 10
POOL_TIMEOUT_SECONDS: Final = 10

# The key of the lock that keeps two migrations apart; any number that nobody else uses.
_MIGRATION_LOCK: Final = 0x7072_6570_6179

_TIMEOUTS: Final = {
    "lock_timeout": LOCK_TIMEOUT_MS,
    "statement_timeout": STATEMENT_TIMEOUT_MS,
    "idle_in_transaction_session_timeout": IDLE_TIMEOUT_MS,
}
# A server that vanished is noticed within seconds instead of many minutes.
_CONNECTION: Final = {
    "fallback_application_name": "prepayment",
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


def postgresql_engine(url: URL, *, migrating: bool) -> Engine:
    """Return an engine for ``postgresql://...``.

    While migrating, a transaction begins by waiting until nobody else migrates; its statements may then take their
    time, but give up on a table that is in use longer than ``LOCK_TIMEOUT_MS``, because all others queue behind them.
    """
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    timeouts = dict.fromkeys(_TIMEOUTS, 0) if migrating else _TIMEOUTS
    ours = " ".join(f"-c {name}={milliseconds}" for name, milliseconds in timeouts.items())
    theirs = url.query.get("options", "")
    connection = {name: value for name, value in _CONNECTION.items() if name not in url.query}
    engine = sa.create_engine(
        url,
        connect_args={**connection, "options": f"{ours} {theirs}".strip()},
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        # Parameters hold tokens and what customers wrote: they stay out of errors, and so out of logs.
        hide_parameters=True,
    )
    sa.event.listen(engine, "connect", _configure)
    sa.event.listen(engine, "handle_error", _leave_out_values)
    sa.event.listen(engine, "begin", _wait_for_other_migrations if migrating else _begin)
    return engine


class _TextDumper(StrDumperUnknown):
    """Texts as they are but for NUL, for which PostgreSQL has no place: whoever calls an address may write ``%00``."""

    def dump(self, obj: str) -> bytes | bytearray | memoryview | None:
        return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))


def _configure(connection: psycopg.Connection[object], _record: object) -> None:
    connection.adapters.register_dumper(str, _TextDumper)


def _begin(connection: Connection) -> None:
    if not connection.get_execution_options().get(DURABLE, True):
        connection.exec_driver_sql("SET LOCAL synchronous_commit = off")


def _wait_for_other_migrations(connection: Connection) -> None:
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}")


def _leave_out_values(context: ExceptionContext) -> None:
    """Cut an error down to its first line: PostgreSQL's DETAIL quotes the row, tokens and texts of customers in it."""
    error = context.original_exception
    diagnosis = getattr(error, "diag", None)
    primary = getattr(diagnosis, "message_primary", None)
    if primary is None:
        return  # not the server's: the driver's own messages quote no values
    error.args = (primary,)
    if isinstance(context.sqlalchemy_exception, StatementError):
        kind = type(error)
        context.sqlalchemy_exception.args = (f"({kind.__module__}.{kind.__qualname__}) {primary}",)

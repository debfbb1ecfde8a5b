"""The sandbox's SQLite file: short transactions, safe from any thread."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

Connection = sqlite3.Connection
Row = sqlite3.Row

_SCHEMA = Path(__file__).with_name("schema.sql")


class Database:
    """Opens a connection for each transaction, so nothing is shared between threads."""

    def __init__(self, file: Path) -> None:
        self._file = file
        # SQLite makes writers sleep and retry; a lock in this one process is fair and faster.
        self._writing = threading.Lock()
        file.parent.mkdir(parents=True, exist_ok=True)
        # Kept open so that the last short connection does not checkpoint and delete the WAL each time.
        self._anchor = self._connect()
        self._anchor.execute("PRAGMA journal_mode = WAL")
        self._anchor.executescript(_SCHEMA.read_text(encoding="utf-8"))

    def _connect(self) -> Connection:
        connection = sqlite3.connect(self._file, timeout=10, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of the data."""
        connection = self._connect()
        try:
            connection.execute("BEGIN")
            yield connection
            connection.execute("COMMIT")
        finally:
            connection.close()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """An exclusive write transaction: committed at the end, rolled back when an exception leaves it."""
        with self._writing:
            connection = self._connect()
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            finally:
                # Closing an open transaction rolls it back.
                connection.close()

    def clear(self) -> None:
        """Forget everything (the tables stay)."""
        with self.write() as connection:
            connection.execute("PRAGMA defer_foreign_keys = ON")
            names = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            ).fetchall()
            for (name,) in names:
                connection.execute(f'DELETE FROM "{name}"')  # noqa: S608 - the names come from our own schema

    def close(self) -> None:
        """Release the file."""
        self._anchor.close()

"""The sandbox's SQLite file: short transactions, safe from any thread."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

Connection = sqlite3.Connection
Row = sqlite3.Row

# Raised with every change of schema.sql: the practice data of another version is thrown away.
SCHEMA_VERSION = 3
_SCHEMA = Path(__file__).with_name("schema.sql")


class Database:
    """Keeps one connection for writing and lends the others for reading, so that none is shared by two threads."""

    def __init__(self, file: Path) -> None:
        self._file = file
        # SQLite makes writers sleep and retry; a lock in this one process is fair and faster.
        self._writing = threading.Lock()
        self._idle: list[Connection] = []
        file.parent.mkdir(parents=True, exist_ok=True)
        self._writer = self._connect()
        self._writer.execute("PRAGMA journal_mode = WAL")
        if self._writer.execute("PRAGMA user_version").fetchone()[0] != SCHEMA_VERSION:
            self._drop_tables()
        self._writer.executescript(_SCHEMA.read_text(encoding="utf-8"))
        self._writer.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _connect(self) -> Connection:
        connection = sqlite3.connect(self._file, timeout=10, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of the data."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            connection.execute("BEGIN")
            yield connection
        finally:
            connection.execute("ROLLBACK")
            self._idle.append(connection)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """An exclusive write transaction: committed at the end, rolled back when an exception leaves it."""
        with self._writing:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                self._writer.execute("ROLLBACK")
                raise

    def clear(self) -> None:
        """Forget everything (the tables stay)."""
        with self.write() as connection:
            connection.execute("PRAGMA defer_foreign_keys = ON")
            for name in self._tables():
                connection.execute(f'DELETE FROM "{name}"')  # noqa: S608 - the names come from our own schema

    def close(self) -> None:
        """Release the file."""
        for connection in (*self._idle, self._writer):
            connection.close()

    def _drop_tables(self) -> None:
        self._writer.execute("PRAGMA foreign_keys = OFF")
        for name in self._tables():
            self._writer.execute(f'DROP TABLE "{name}"')
        self._writer.execute("PRAGMA foreign_keys = ON")

    def _tables(self) -> list[str]:
        rows = self._writer.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        return [row["name"] for row in rows.fetchall()]

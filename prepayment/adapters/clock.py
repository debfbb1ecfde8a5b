"""The machine's time, and the sandbox's time that can be moved for the whole stack."""

from __future__ import annotations

import os
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

_OFFSET: Final = "SELECT offset_seconds FROM clock WHERE id = 1"


class SystemClock:
    """Business time is the machine's time."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        return datetime.now(UTC)

    def machine_now(self) -> datetime:
        """Return the time, aware, in UTC."""
        return datetime.now(UTC)


class SandboxClock:
    """Business time is the machine's time plus the offset (seconds) in the sandbox's clock file.

    The file is a SQLite database with the row ``clock(id = 1, offset_seconds)``; while it or the row is missing the
    offset is 0. It is read at every call (some 15 microseconds), so all processes move together. Safe to share between
    threads. A file that cannot be read raises ``sqlite3.Error``: guessing the time would move money deadlines.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None

    def now(self) -> datetime:
        """Return business time, aware, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset_seconds())

    def machine_now(self) -> datetime:
        """Return the machine's time, aware, in UTC."""
        return datetime.now(UTC)

    def offset_seconds(self) -> float:
        """Return how far business time is ahead of the machine's, in seconds."""
        with self._lock:
            connection = self._open()
            if connection is None:
                return 0.0
            try:
                # All rows are fetched: a statement left open would keep the sandbox from writing.
                rows = connection.execute(_OFFSET).fetchall()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:  # the table is not made yet
                    return 0.0
                raise
        return float(rows[0][0]) if rows else 0.0

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._disconnect()

    def _open(self) -> sqlite3.Connection | None:
        """Return a connection to the file that stands at the path now; None when there is none."""
        try:
            status = os.stat(self._path)
        except FileNotFoundError:
            self._disconnect()
            return None
        if self._connection is None or self._file != (status.st_dev, status.st_ino):
            self._disconnect()
            address = f"{self._path.absolute().as_uri()}?mode=ro"
            self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
            self._file = (status.st_dev, status.st_ino)
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

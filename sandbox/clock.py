"""The one clock of the stack: real time plus an offset that every process reads from a small SQLite file."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")


class Clock:
    """Owns the clock file: table `clock(id = 1, offset_seconds)`. An offset already there is kept."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        # A rollback journal on purpose: readers in other processes open the file for a moment only.
        self._connection = sqlite3.connect(file, timeout=10, isolation_level=None, check_same_thread=False)
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS clock"
            " (id INTEGER PRIMARY KEY CHECK (id = 1), offset_seconds REAL NOT NULL)"
        )
        self._connection.execute("INSERT OR IGNORE INTO clock VALUES (1, 0.0)")

    @property
    def offset_seconds(self) -> float:
        """Seconds added to real time."""
        with self._lock:
            row = self._connection.execute("SELECT offset_seconds FROM clock WHERE id = 1").fetchone()
        return float(row[0]) if row else 0.0

    def set_offset(self, seconds: float) -> None:
        """Move every process of the stack to real time + `seconds`."""
        with self._lock:
            self._connection.execute("INSERT OR REPLACE INTO clock VALUES (1, ?)", (seconds,))

    def move_to(self, moment: datetime) -> None:
        """Make it `moment` now (aware datetime)."""
        self.set_offset((moment - datetime.now(UTC)).total_seconds())

    def now(self) -> datetime:
        """The stack's time, aware, in Asia/Seoul."""
        return datetime.now(SEOUL) + timedelta(seconds=self.offset_seconds)

    def close(self) -> None:
        """Release the file."""
        self._connection.close()


def stored(moment: datetime) -> str:
    """A moment as the books keep it, to the millisecond of the wire: texts of this form sort like time."""
    return moment.astimezone(SEOUL).isoformat(timespec="milliseconds")


def rfc3339_utc(moment: datetime) -> str:
    """`2026-05-17T03:00:00.123Z`, the way the payment gateway writes time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def iso_seoul(moment: datetime) -> str:
    """`2026-05-17T12:00:00+09:00`, the way the carrier writes time."""
    return moment.astimezone(SEOUL).isoformat(timespec="seconds")


def month_of(moment: datetime) -> str:
    """The month in Seoul, `YYYY-MM`."""
    return moment.astimezone(SEOUL).strftime("%Y-%m")

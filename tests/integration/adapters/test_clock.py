"""Business time follows the sandbox's clock file; machine time does not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from prepayment.adapters.clock import SandboxClock, SystemClock
from prepayment.calendar import Month
from prepayment.ports import Clock
from tests.integration.sandbox.harness import Sandbox

DAY = 86_400.0
TABLE = (
    "CREATE TABLE IF NOT EXISTS clock (id INTEGER PRIMARY KEY CHECK (id = 1), offset_seconds REAL NOT NULL)"
)


def write_offset(path: Path, seconds: float) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(TABLE)
        connection.execute("INSERT OR REPLACE INTO clock VALUES (1, ?)", (seconds,))


def is_now(moment: datetime, offset_seconds: float = 0) -> bool:
    """Whether an aware moment is the machine's time plus an offset, give or take a minute."""
    return abs(moment - datetime.now(UTC) - timedelta(seconds=offset_seconds)) < timedelta(minutes=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a directory with spaces ? and #" / "clock.db"


@pytest.fixture
def clock(path: Path) -> Iterator[SandboxClock]:
    path.parent.mkdir()
    made = SandboxClock(path)
    yield made
    made.close()


def test_the_systems_clock_is_the_machines() -> None:
    clock: Clock = SystemClock()
    assert is_now(clock.now())
    assert is_now(clock.machine_now())
    assert clock.now().tzinfo is UTC


def test_without_a_file_the_offset_is_nothing(clock: SandboxClock, path: Path) -> None:
    assert clock.offset_seconds() == 0
    assert not path.exists()  # reading must not make it


def test_without_a_table_or_a_row_the_offset_is_nothing(clock: SandboxClock, path: Path) -> None:
    path.touch()
    assert clock.offset_seconds() == 0
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(TABLE)
    assert clock.offset_seconds() == 0


def test_a_moved_clock_moves_business_time_only_and_at_once(clock: SandboxClock, path: Path) -> None:
    for offset in (30 * DAY, -30 * DAY, 0.5, 0.0):
        write_offset(path, offset)
        assert clock.offset_seconds() == offset
        assert is_now(clock.now(), offset)
        assert is_now(clock.machine_now())
    assert clock.now().tzinfo is UTC


def test_a_file_that_is_made_anew_is_the_one_that_counts(clock: SandboxClock, path: Path) -> None:
    write_offset(path, DAY)
    assert clock.offset_seconds() == DAY
    write_offset(path.with_name("new.db"), 2 * DAY)
    path.with_name("new.db").replace(path)
    assert clock.offset_seconds() == 2 * DAY
    path.unlink()
    assert clock.offset_seconds() == 0


def test_many_threads_read_while_the_sandbox_writes(clock: SandboxClock, path: Path) -> None:
    write_offset(path, 0)
    with ThreadPoolExecutor(4) as pool:
        readings = [pool.submit(clock.offset_seconds) for _ in range(200)]
        for offset in range(1, 11):
            write_offset(path, offset)
        assert {reading.result() for reading in readings} <= set(range(11))
    assert clock.offset_seconds() == 10


def test_a_file_that_is_no_clock_is_an_error_and_not_a_guess(clock: SandboxClock, path: Path) -> None:
    path.write_text("this is no database, and it is long enough to be looked at" * 20)
    with pytest.raises(sqlite3.DatabaseError):
        clock.now()


def test_the_running_sandbox_moves_our_clock(sandbox: Sandbox) -> None:
    clock = SandboxClock(sandbox.directory / "clock.db")
    sandbox.control("PUT", "clock", {"at": "2026-05-31T23:59:30+09:00"})
    assert Month.of(clock.now()) == Month(2026, 5)
    sandbox.control("PUT", "clock", {"at": "2026-06-01T00:00:30+09:00"})
    assert Month.of(clock.now()) == Month(2026, 6)
    clock.close()

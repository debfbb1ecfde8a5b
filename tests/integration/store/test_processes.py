"""Several processes on one database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from prepayment.adapters.clock import SystemClock
from prepayment.adapters.sql.engine import SqlDatabase, make_engine
from prepayment.adapters.sql.tables import orders, outbox, postings
from prepayment.migrate import migrate
from tests.integration.store.building import rows, stored_conversation

ROOT = Path(__file__).parents[3]
ROUNDS = 15
DEADLINE_SECONDS = 60


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    try:
        output, _ = process.communicate(timeout=DEADLINE_SECONDS)
    finally:
        process.kill()
    return process.returncode, output


def test_processes_that_write_at_once_wait_for_each_other(new_database_url: Callable[[], str]) -> None:
    """Nobody is told that the database is locked, and nothing of what they wrote is lost."""
    url = new_database_url()
    migrate(url)
    database = SqlDatabase(make_engine(url), SystemClock())
    conversation = stored_conversation(database)
    database.close()  # so that the processes come to a file that nobody holds open
    writers = [
        start("tests.integration.store.writer_program", url, conversation, name, str(ROUNDS))
        for name in ("a", "b", "c")
    ]
    results = [finish(writer) for writer in writers]
    assert [code for code, _ in results] == [0] * 3, results
    with database() as unit:
        stored = unit.conversations.messages(conversation)
        assert [message.seq for message in stored] == list(range(1, 6 * ROUNDS + 1))
    assert len(rows(database, orders)) == 3 * ROUNDS
    assert sum(row.amount_won for row in rows(database, postings)) == 0
    # Each effect was given to one of them only.
    assert sum(row.done_at is not None for row in rows(database, outbox)) == sum(
        int(output) for _, output in results
    )
    database.close()

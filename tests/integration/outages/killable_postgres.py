"""The PostgreSQL of a test, ended in the middle of its work and started again on the same files."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

from tests.integration.sandbox.harness import wait_until
from tests.support.postgres import PostgresServer

# The test's server confirms a commit before it has left its own memory, which dies with it; a real one does not.
CONFIRMED_WHEN_WRITTEN = "-c synchronous_commit=on"


class KillablePostgres:
    """One server with the ledger's database and that of the dialogue's trackers."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self.database_url = f"{server.new()}&options={CONFIRMED_WHEN_WRITTEN}"
        self.tracker_url = server.new().replace("postgresql+psycopg:", "postgresql:")

    def kill(self) -> None:
        """SIGKILL the server and every process that serves one of its connections."""
        main = self._server._server.get_postmaster_info().pid
        for pid in (main, *_children(main)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not Path(f"/proc/{main}").exists() or _is_dead(main))

    def start(self) -> None:
        """Start it again, on the same address; it recovers from its log."""
        self._server._server.ensure_postgres_running()


def _children(parent: int) -> list[int]:
    """The processes that a process has started; on Linux only."""
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def _is_dead(pid: int) -> bool:
    """Whether a process has ended, though nobody has asked for its end yet."""
    with suppress(OSError):
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    return True

"""Worker processes beside a crowd: several at once, killed and started again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from prepayment.settings import Settings
from tests.integration.sandbox.harness import ROOT, Sandbox


@dataclass
class Workers:
    """Worker processes on one database."""

    settings: Settings
    sandbox: Sandbox
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, count: int = 1) -> None:
        """Start so many more, and wait until they work."""
        for process in [self._start() for _ in range(count)]:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"

    def _start(self) -> subprocess.Popen[bytes]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PREPAY_")}
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.money.crowd_worker", str(self.sandbox.directory)],
            cwd=ROOT,
            env={**kept, **self.settings.environment_variables(), "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
        )
        self.processes.append(process)
        return process

    def kill_one(self) -> None:
        """SIGKILL the oldest, in the middle of whatever it does."""
        process = self.processes.pop(0)
        process.kill()
        process.communicate(timeout=15)

    def stop(self) -> list[int]:
        """End them all as an operator does; their exit statuses."""
        for process in self.processes:
            process.terminate()
        return [process.wait(timeout=30) for process in self.processes]


@contextmanager
def running_workers(settings: Settings, sandbox: Sandbox, count: int) -> Iterator[Workers]:
    """Run so many workers; none is left afterwards."""
    workers = Workers(settings, sandbox)
    try:
        workers.start(count)
        yield workers
    finally:
        while workers.processes:
            workers.kill_one()

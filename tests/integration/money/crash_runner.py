"""The program that is killed, from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from prepayment.settings import Settings
from tests.integration.sandbox.harness import ROOT, Sandbox


@dataclass(frozen=True)
class Outcome:
    """What became of a process: the boundaries that it came to, what it told customers wrongly, what went wrong."""

    killed: bool
    boundaries: list[str]
    lies: list[str]
    error: str


@dataclass
class CrashRunner:
    """Tells stories to processes and kills them."""

    requests: IO[str]
    answers: IO[str]

    def run(self, story: str, kill_at: int = 0) -> Outcome:
        """Let a process live a story up to a boundary (0: to its end)."""
        self.requests.write(json.dumps({"story": story, "kill_at": kill_at}) + "\n")
        self.requests.flush()
        answer = self.answers.readline()
        assert answer, "the program has ended"
        return Outcome(**json.loads(answer))


@contextmanager
def crash_runner(settings: Settings, sandbox: Sandbox) -> Iterator[CrashRunner]:
    """Run the program beside a sandbox."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREPAY_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.money.crash_program", str(sandbox.directory)],
        cwd=ROOT,
        env={**kept, **settings.environment_variables(), "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        try:
            yield CrashRunner(process.stdin, process.stdout)
        finally:
            process.stdin.close()
            process.wait(timeout=30)

"""Numbered steps with elapsed time on stderr, and commands whose output goes to a log file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from scripts.paths import ROOT

STILL_WORKING_SECONDS = 15.0
TAIL_LINES = 30


class StepFailed(Exception):
    """A command of a step failed; the message says which, with the end of its output."""


class Steps:
    """Counts the steps of one verb: `total` of them, of which `done` are behind us."""

    def __init__(self, total: int, done: int = 0) -> None:
        self._total = total
        self._done = done

    def tell(self, what: str) -> None:
        """Announce the next step in one line, for one with nothing to do or without an end."""
        self._done += 1
        self._say(what)

    @contextmanager
    def step(self, what: str, about_seconds: int | None = None) -> Iterator[None]:
        """Announce the next step, and how long it took when it ends well."""
        self._done += 1
        about = f" (about {about_seconds} s)" if about_seconds else ""
        self._say(f"{what}{about} ...")
        start = time.monotonic()
        yield
        self._say(f"{what}: done in {time.monotonic() - start:.1f} s")

    def _say(self, text: str) -> None:
        print(f"[{self._done}/{self._total}] {text}", file=sys.stderr, flush=True)


def run_logged(command: Sequence[str | Path], log: Path, env: Mapping[str, str] | None = None) -> None:
    """Run the command with its output in `log`, saying that it still works now and then. Raises StepFailed."""
    log.parent.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            env=dict(os.environ) if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            while True:
                try:
                    code = process.wait(timeout=STILL_WORKING_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    print(f"      ... {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if code != 0:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-TAIL_LINES:])
        name = " ".join(str(part) for part in command[:4])
        raise StepFailed(f"{tail}\n`{name} ...` failed with exit code {code}; its whole output is in {log}")


def heed_sigterm() -> None:
    """Let SIGTERM unwind the program as Ctrl-C does, so that the command of the step under way is ended too."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def verb(main: Callable[[], int]) -> Callable[[], NoReturn]:
    """Make a verb's function into a program: a failed step or a signal becomes a message and an exit code."""

    def program() -> NoReturn:
        heed_sigterm()
        try:
            sys.exit(main())
        except StepFailed as error:
            sys.exit(str(error))
        except KeyboardInterrupt:
            print("stopped", file=sys.stderr)
            sys.exit(130)

    return program

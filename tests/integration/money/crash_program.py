"""A process that is killed at a boundary: ``SANDBOX_DIRECTORY`` and the product's settings in the environment.

Each line of standard input is a JSON object {"story", "kill_at"}; a child is forked from this warm process, which has
no connections yet, and told the story. At the ``kill_at``-th boundary (see between.py) it gets SIGKILL; 0 lets it live.
The answer is a line of JSON: {"killed", "boundaries", "lies", "error"}.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

from prepayment.settings import Settings
from tests.integration.money.crash_stories import STORIES
from tests.integration.money.own_sandbox import calls_at
from tests.integration.money.rig import Rig, make_rig


class Boundaries:
    """Counts the boundaries from ``arm`` on, writes each to a pipe, and ends the process at one of them."""

    def __init__(self) -> None:
        self.kill_at = 0
        self.pipe = -1
        self._count = 0
        self._armed = False

    def arm(self) -> None:
        """Begin to count."""
        self._armed = True

    def pass_by(self, name: str, *_: object) -> None:
        """Come to a boundary. What is before one step and after another is one place to be killed at, not two."""
        if not self._armed or (self._count and name.startswith("before")):
            return
        self._count += 1
        self.write(f"at {name}")
        if self._count == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def write(self, line: str) -> None:
        """Tell the parent something, at once."""
        os.write(self.pipe, (line.replace("\n", " | ") + "\n").encode())


def main(sandbox_directory: Path) -> None:
    """Serve stories until standard input ends."""
    logging.disable()
    settings, boundaries = Settings.load(), Boundaries()
    with calls_at(settings.portone_api_url, sandbox_directory) as sandbox:
        rig = make_rig(settings, sandbox, watch=boundaries.pass_by, commits=True)
        for line in sys.stdin:
            print(json.dumps(run(rig, boundaries, **json.loads(line))), flush=True)


def run(rig: Rig, boundaries: Boundaries, story: str, kill_at: int) -> dict[str, Any]:
    """Tell a child a story."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        boundaries.kill_at, boundaries.pipe = kill_at, writing
        live(rig, boundaries, story)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        lines = pipe.read().splitlines()
    _, status = os.waitpid(child, 0)
    told: dict[str, list[str]] = {"at": [], "lie": [], "error": []}
    for line in lines:
        kind, _, text = line.partition(" ")
        told[kind].append(text)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return {"killed": killed, "boundaries": told["at"], "lies": told["lie"], "error": " ".join(told["error"])}


def live(rig: Rig, boundaries: Boundaries, story: str) -> NoReturn:
    """Be the child."""

    def check(*said: Any) -> list[str]:
        lies = rig.is_true(*said)
        for lie in lies:
            boundaries.write(f"lie {lie}")
        return lies

    rig.witness.check = check
    try:
        STORIES[story](rig, boundaries.arm)
    except BaseException:
        boundaries.write(f"error {traceback.format_exc()}")
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

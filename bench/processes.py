"""Starting the real processes for a measurement, on free ports and with a folder of their own."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from prepayment.settings import PREFIX, SECRETS_FILE, Settings
from scripts.configuration import child_environment
from scripts.development_secrets import ensure_secrets
from scripts.paths import ROOT

START_SECONDS = 180.0
STOP_SECONDS = 20.0
POLL_SECONDS = 0.2


class BenchmarkError(Exception):
    """The measurement could not be made; the message says why."""


def free_port() -> int:
    """A TCP port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def private_environment(folder: Path) -> dict[str, str]:
    """Environment of a complete sandbox product whose state is in `folder` and whose ports are free.

    Settings of this machine play no part, so that a running product is neither measured nor disturbed.
    """
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]
    ensure_secrets(folder / SECRETS_FILE)
    os.environ[f"{PREFIX}VAR_DIR"] = str(folder)
    for process in ("WEB", "RASA", "ACTIONS", "SANDBOX"):
        os.environ[f"{PREFIX}{process}_PORT"] = str(free_port())
    return child_environment(Settings.load(folder / ".env"))


@contextmanager
def running(
    command: list[str], env: Mapping[str, str], healthy: Callable[[], bool], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `command` from the repository until the block ends; enter the block once it is healthy.

    Raises BenchmarkError with the end of its output when it dies or is not healthy after START_SECONDS.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=dict(env), stdout=output, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not healthy():
            if process.poll() is not None or time.monotonic() > deadline:
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
                raise BenchmarkError(f"{' '.join(command)} did not start:\n{tail}")
            time.sleep(POLL_SECONDS)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answers(url: str) -> Callable[[], bool]:
    """A check that `url` answers 200."""

    def check() -> bool:
        try:
            return httpx.get(url, timeout=5, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    return check


def run(command: list[str], env: Mapping[str, str]) -> str:
    """Run `command` from the repository and return its output. Raises BenchmarkError when it fails."""
    result = subprocess.run(command, cwd=ROOT, env=dict(env), capture_output=True, text=True)
    if result.returncode != 0:
        raise BenchmarkError(f"{' '.join(command)} failed:\n{result.stdout[-2000:]}{result.stderr[-2000:]}")
    return result.stdout

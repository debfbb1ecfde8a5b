"""A real process of the product for a whole run of tests."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.integration.sandbox.harness import wait_until

READY_SECONDS = 90
STOP_SECONDS = 30


@contextmanager
def running(module: str, directory: Path, environment: Mapping[str, str], url: str) -> Iterator[None]:
    """Run ``python -m module`` in ``directory``, its output in ``directory/log``, from well to stopped."""
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=directory,
            env=dict(environment),
            stdout=log,
            stderr=subprocess.STDOUT,
        )

    def healthy() -> bool:
        assert process.poll() is None, (directory / "log").read_text()
        try:
            return httpx.get(f"{url}/health", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    try:
        wait_until(healthy, READY_SECONDS)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=STOP_SECONDS)

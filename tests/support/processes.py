"""The product's processes as a test runs them: each can be stopped, killed, held still and started again."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prepayment.settings import Settings
from scripts.configuration import QUIET
from scripts.paths import ROOT
from scripts.services import services
from tests.integration.sandbox.harness import wait_until

READY_SECONDS = 120
STOP_SECONDS = 15


class Processes:
    """Every process of the Procfile, by name; their output goes to ``<name>.log`` in ``directory``."""

    def __init__(self, settings: Settings, directory: Path) -> None:
        self._services = services(settings)
        self._directory = directory
        own = {name: value for name, value in os.environ.items() if not name.startswith("PREPAY_")}
        self._environment = {**own, **QUIET, **settings.environment_variables()}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, *names: str) -> None:
        """Start those that do not run (all, when none is named) and wait until they are well."""
        for name in names or self._services:
            if not self.is_running(name):
                self._running[name] = self._spawn(name)
        for name in names or self._services:
            self._wait_until_well(name)

    def stop(self, name: str) -> None:
        """Ask a process to end, as a deployment does, and wait until it has."""
        self._signal(name, signal.SIGTERM)
        try:
            self._running[name].wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill(name)

    def kill(self, name: str) -> None:
        """End a process in the middle of whatever it does."""
        self._signal(name, signal.SIGKILL)
        self._running[name].wait(timeout=STOP_SECONDS)

    def restart(self, name: str) -> None:
        """Stop a process, start it again, and wait until it is well."""
        self.stop(name)
        self.start(name)

    @contextmanager
    def held(self, name: str) -> Iterator[None]:
        """Keep a process from going on while the block lasts; who calls it waits."""
        self._signal(name, signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal(name, signal.SIGCONT)

    def is_running(self, name: str) -> bool:
        """Whether a process has been started and has not ended."""
        return name in self._running and self._running[name].poll() is None

    def close(self) -> None:
        """End all of them, the last started first."""
        for name in reversed(self._running):
            if self.is_running(name):
                self.stop(name)

    def _spawn(self, name: str) -> subprocess.Popen[bytes]:
        command = shlex.split(self._services[name].command.removeprefix("exec "))
        with self._log(name).open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _wait_until_well(self, name: str) -> None:
        def well() -> bool:
            assert self.is_running(name), self._log(name).read_text(errors="replace")
            return self._services[name].is_healthy()

        wait_until(well, READY_SECONDS)

    def _signal(self, name: str, number: signal.Signals) -> None:
        # Each is the leader of a group of its own.
        if self.is_running(name):
            os.killpg(self._running[name].pid, number)

    def _log(self, name: str) -> Path:
        return self._directory / f"{name}.log"

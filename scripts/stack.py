"""Runs a set of services until somebody stops them or one ends by itself; leaves no process behind."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from honcho.manager import Manager

from scripts.log_printer import LogPrinter
from scripts.paths import ROOT
from scripts.services import Service

READY_SECONDS = 180.0
KILL_SECONDS = 10.0
POLL_SECONDS = 0.2


class Stack(Manager):
    """Honcho's manager, plus health, the name of the one that died, and a last sweep of every process group."""

    def __init__(
        self, wanted: list[Service], env: Mapping[str, str], logs: Path, *, quiet: bool = False
    ) -> None:
        self._logs = LogPrinter(logs, sys.stderr, quiet)
        super().__init__(self._logs)
        self._wanted = wanted
        self._problem = ""
        self._asked = False
        self._died: list[str] = []
        self._background: list[Callable[[], None]] = []
        for service in wanted:
            self.add_process(service.name, service.command, env=dict(env), cwd=str(ROOT))

    def serve(self, ready: Callable[[], None], *, until_eof: bool = False) -> int:
        """Run until stopped. Calls `ready` in a thread once all are well. Returns 0 after a stop that was asked for.

        With `until_eof` the end of our own stdin asks for one, so that nothing outlives the process that began us.
        """
        self._background.append(lambda: self._await_health(ready))
        if until_eof:
            self._background.append(self._await_eof)
        try:
            self.loop()
        finally:
            self._sweep()
            self._logs.close()
        for name in self._died:
            code = self._processes[name]["returncode"]
            print(self._logs.unshown(name), file=sys.stderr, end="")
            log = self._logs.folder / f"{name}.log"
            print(
                f"{name} ended by itself (exit code {code}); stopped the rest. Its log: {log}",
                file=sys.stderr,
            )
        if self._problem:
            print(self._problem, file=sys.stderr)
        return 1 if self._died or self._problem else 0

    def terminate(self) -> None:
        """Stop everything; what does not listen is killed after KILL_SECONDS. Called by the loop and by signals."""
        if self._terminating:
            return
        if not self._all_started():  # a process whose id we do not know yet cannot be told: do it when we do
            self._later(POLL_SECONDS, self.terminate)
            return
        if not self._asked:
            self._died = [name for name, process in self._processes.items() if "returncode" in process]
        super().terminate()
        self._later(KILL_SECONDS, self.kill)

    def _start(self) -> None:
        """Start the processes, then our threads: forking with threads about is asking for trouble."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup stays nohup
                signal.signal(number, self._stop_asked)
        super()._start()
        for work in self._background:
            threading.Thread(target=work, daemon=True).start()

    def _stop_asked(self, *_: object) -> None:
        self._asked = True
        self.terminate()

    def _await_health(self, ready: Callable[[], None]) -> None:
        deadline = time.monotonic() + READY_SECONDS
        waiting = list(self._wanted)
        while waiting and not self._terminating:
            if time.monotonic() > deadline:
                names = ", ".join(service.name for service in waiting)
                self._problem = f"not ready after {READY_SECONDS:.0f} s: {names}; see {self._logs.folder}"
                os.kill(os.getpid(), signal.SIGTERM)
                return
            waiting = [service for service in waiting if not service.is_healthy()]
            time.sleep(POLL_SECONDS)
        if not self._terminating:
            ready()

    def _await_eof(self) -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    def _sweep(self) -> None:
        """Each process leads a group of its own: end whatever of it is left, such as a child it did not wait for."""
        for process in self._processes.values():
            if "pid" in process:
                try:
                    os.killpg(process["pid"], signal.SIGKILL)
                except (ProcessLookupError, PermissionError):
                    continue

    @staticmethod
    def _later(seconds: float, work: Callable[[], None]) -> None:
        timer = threading.Timer(seconds, work)
        timer.daemon = True
        timer.start()

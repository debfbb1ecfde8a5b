"""Starting and stopping processes, with real processes and real signals."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
DEADLINE_SECONDS = 90.0
Start = Callable[..., subprocess.Popen[str]]


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether it holds before the deadline."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False


def is_alive(pid: int) -> bool:
    """Whether the process runs; a zombie, which its new parent has yet to collect, does not."""
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True
    ).stdout.strip()
    return bool(state) and not state.startswith("Z")


def server(port: int) -> dict[str, Any]:
    """A service that answers on the port."""
    command = f"exec {sys.executable} -m http.server --bind 127.0.0.1 {port}"
    return {"name": "server", "command": command, "port": port, "health_url": f"http://127.0.0.1:{port}/"}


def with_child(pid_file: Path, *, stubborn: bool = False) -> dict[str, Any]:
    """A service that starts a child, notes both ids, and waits; a stubborn one does not listen to SIGTERM."""
    trap = "trap '' TERM; " if stubborn else ""
    return {
        "name": "parent",
        "command": f"{trap}sleep 600 & echo $$ $! > {pid_file}.new; mv {pid_file}.new {pid_file}; wait; sleep 600",
    }


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the stack program in a session of its own; what still runs at the end is stopped."""
    started: list[subprocess.Popen[str]] = []

    def start_stack(
        *services: dict[str, Any], until_eof: bool = False, quiet: bool = False
    ) -> subprocess.Popen[str]:
        logs = str(tmp_path / "log")
        description = {"services": services, "logs": logs, "until_eof": until_eof, "quiet": quiet}
        path = tmp_path / "stack.json"
        path.write_text(json.dumps(description))
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.setup.stack_program", str(path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start_stack
    for process in started:
        # Its services are in sessions of their own: it alone can stop them all.
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(DEADLINE_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def ids(pid_file: Path) -> list[int]:
    """The process ids that a service noted, once it has."""
    assert eventually(pid_file.exists)
    return [int(word) for word in pid_file.read_text().split()]


def wait_until_ready(stack: subprocess.Popen[str]) -> None:
    """Read the output up to READY."""
    assert stack.stdout is not None
    lines = []
    for line in stack.stdout:
        lines.append(line)
        if line.strip() == "READY":
            return
    pytest.fail("never ready:\n" + "".join(lines))


def test_ready_is_said_only_when_every_health_url_answers(start: Start) -> None:
    port = free_port()
    stack = start(server(port))
    wait_until_ready(stack)
    with socket.create_connection(("127.0.0.1", port), timeout=5):
        pass


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_every_process_and_its_children(
    start: Start, tmp_path: Path, number: signal.Signals
) -> None:
    stack = start(server(free_port()), with_child(tmp_path / "ids"))
    wait_until_ready(stack)
    processes = ids(tmp_path / "ids")
    assert all(is_alive(pid) for pid in processes)
    os.killpg(stack.pid, number)  # as the terminal does
    output, _ = stack.communicate(timeout=DEADLINE_SECONDS)
    assert stack.returncode == 0, output
    assert eventually(lambda: not any(is_alive(pid) for pid in processes))


def test_a_signal_while_processes_are_still_being_started_stops_them_too(
    start: Start, tmp_path: Path
) -> None:
    stack = start(with_child(tmp_path / "ids"), server(free_port()))
    processes = ids(tmp_path / "ids")
    os.killpg(stack.pid, signal.SIGINT)
    stack.communicate(timeout=DEADLINE_SECONDS)
    assert eventually(lambda: not any(is_alive(pid) for pid in processes))


def test_a_process_that_does_not_listen_is_killed(start: Start, tmp_path: Path) -> None:
    stack = start(server(free_port()), with_child(tmp_path / "ids", stubborn=True))
    wait_until_ready(stack)
    processes = ids(tmp_path / "ids")
    os.killpg(stack.pid, signal.SIGINT)
    stack.communicate(timeout=DEADLINE_SECONDS)
    assert eventually(lambda: not any(is_alive(pid) for pid in processes))


def test_a_process_that_dies_is_named_with_its_last_words_and_stops_the_rest(
    start: Start, tmp_path: Path
) -> None:
    # It dies only once the other is up: one that is stopped before it has begun leaves nothing to look at.
    once_up = f"while [ ! -e {tmp_path / 'ids'} ]; do sleep 0.05; done"
    fatal = {"name": "fatal", "command": f"{once_up}; echo out of paper; exit 3"}
    stack = start(with_child(tmp_path / "ids"), fatal)
    output, _ = stack.communicate(timeout=DEADLINE_SECONDS)
    assert stack.returncode == 1
    assert "fatal ended by itself (exit code 3); stopped the rest" in output
    assert output.count("out of paper") == 1
    assert "parent ended" not in output
    assert eventually(lambda: not any(is_alive(pid) for pid in ids(tmp_path / "ids")))


def test_a_quiet_stack_still_tells_the_last_words_of_the_one_that_died(start: Start) -> None:
    stack = start({"name": "fatal", "command": "echo out of paper; exit 3"}, quiet=True)
    output, _ = stack.communicate(timeout=DEADLINE_SECONDS)
    assert output.count("out of paper") == 1


def test_a_process_that_ends_well_without_being_asked_is_a_failure_too(start: Start) -> None:
    stack = start(server(free_port()), {"name": "early", "command": "exit 0"})
    output, _ = stack.communicate(timeout=DEADLINE_SECONDS)
    assert stack.returncode == 1
    assert "early ended by itself (exit code 0)" in output


def test_the_end_of_stdin_stops_a_stack_that_hangs_on_it(start: Start, tmp_path: Path) -> None:
    stack = start(with_child(tmp_path / "ids"), until_eof=True)
    processes = ids(tmp_path / "ids")
    assert stack.stdin is not None
    stack.stdin.close()
    assert stack.wait(timeout=DEADLINE_SECONDS) == 0
    assert eventually(lambda: not any(is_alive(pid) for pid in processes))


def test_everyday_lines_go_to_the_log_only(start: Start, tmp_path: Path) -> None:
    lines = [
        "2031-05-01 INFO all is well",
        '127.0.0.1 - "GET /health HTTP/1.1" 200 OK',
        "WARNING low on paper",
    ]
    command = "; ".join(f"echo '{line}'" for line in lines)
    stack = start({"name": "talker", "command": f"{command}; sleep 600"})
    log = tmp_path / "log" / "talker.log"
    assert eventually(lambda: log.exists() and "low on paper" in log.read_text())
    os.killpg(stack.pid, signal.SIGINT)
    output, _ = stack.communicate(timeout=DEADLINE_SECONDS)
    assert "low on paper" in output
    assert "all is well" not in output
    assert "/health" not in output
    assert all(line in log.read_text() for line in lines)

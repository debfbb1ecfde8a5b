"""`make shell`: a conversation in the terminal as a demo customer, with sandbox and actions behind it."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from prepayment.settings import Settings
from scripts.configuration import child_environment, load_settings
from scripts.locks import is_locked
from scripts.model import ensure_model
from scripts.paths import ROOT, app_command, rasa_command
from scripts.run import STACK_LOCK, check_ports, migrate
from scripts.services import Service, log_folder, services
from scripts.stack import POLL_SECONDS, READY_SECONDS
from scripts.steps import StepFailed, Steps, verb

BEHIND = ("sandbox", "actions")
CUSTOMER = "minji"
STOP_SECONDS = 20.0


@contextmanager
def _behind(settings: Settings, wanted: list[Service], steps: Steps) -> Iterator[None]:
    """The services behind the shell: those of a running stack, or our own for as long as the shell lasts."""
    if is_locked(settings.var_dir / STACK_LOCK) and all(service.is_healthy() for service in wanted):
        steps.tell("using the sandbox and the action server that already run")
        yield
        return
    check_ports(wanted)
    log = log_folder(settings) / "background.log"
    with log.open("wb") as output:
        # A session of its own, so that Ctrl-C in the conversation does not reach it. It stops when our end of the
        # pipe closes, however we end.
        stack = subprocess.Popen(
            app_command("scripts.background", *(service.name for service in wanted)),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        with steps.step(f"starting {' and '.join(service.name for service in wanted)}"):
            _await(stack, wanted)
        yield
    except _NeverReady:
        raise StepFailed(log.read_text(errors="replace")) from None
    finally:
        if stack.stdin:
            stack.stdin.close()
        try:
            stack.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            stack.kill()


class _NeverReady(Exception):
    """The processes behind the shell ended, or took too long."""


def _await(stack: subprocess.Popen[bytes], wanted: list[Service]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not all(service.is_healthy() for service in wanted):
        if stack.poll() is not None or time.monotonic() > deadline:
            raise _NeverReady
        time.sleep(POLL_SECONDS)


def _new_conversation(env: dict[str, str]) -> str:
    """The id of a fresh conversation bound to the demo customer."""
    command = app_command("prepayment.demo_conversation", "--customer", CUSTOMER)
    result = subprocess.run(
        command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if result.returncode != 0 or not result.stdout.split():
        raise StepFailed(f"no conversation for the demo customer {CUSTOMER}:\n{result.stderr}")
    return result.stdout.split()[-1]


@verb
def main() -> int:
    """Talk until /stop or the end of stdin; the exit code is the shell's."""
    steps = Steps(5, done=2)
    settings = load_settings()
    if settings.is_live:
        raise StepFailed("make shell talks as a demo customer of the sandbox; PREPAY_ENVIRONMENT is live")
    env = child_environment(settings)
    known = services(settings)
    ensure_model(steps)
    migrate(settings, steps)
    with _behind(settings, [known[name] for name in BEHIND], steps):
        command = rasa_command("assistant", "shell", "--conversation", _new_conversation(env))
        shell = subprocess.Popen(command, cwd=ROOT, env=env)
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the conversation, which then ends
            return shell.wait()
        finally:
            shell.terminate()
            shell.wait()


if __name__ == "__main__":
    main()

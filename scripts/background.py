"""Runs the named services quietly until stdin ends: `python -m scripts.background sandbox actions`."""

from __future__ import annotations

import sys

from scripts.configuration import child_environment, load_settings
from scripts.locks import LockHeld, locked
from scripts.run import STACK_LOCK
from scripts.services import log_folder, services
from scripts.stack import Stack
from scripts.steps import StepFailed, verb


@verb
def main() -> int:
    """0 when stdin ended, 1 when a service died; its last lines are on stderr then."""
    settings = load_settings()
    known = services(settings)
    wanted = [known[name] for name in sys.argv[1:]]
    try:
        with locked(settings.var_dir / STACK_LOCK, wait=False):
            stack = Stack(wanted, child_environment(settings), log_folder(settings), quiet=True)
            return stack.serve(lambda: None, until_eof=True)
    except LockHeld as error:
        raise StepFailed(f"already running from this folder: process {error.pid}") from None


if __name__ == "__main__":
    main()

"""`make nlu-report`: cross-validation, test sets, small talk and pictures, into var/nlu-report."""

from __future__ import annotations

import subprocess

from scripts.model import ensure_model, rasa_environment
from scripts.paths import ROOT, rasa_command
from scripts.steps import Steps, verb


@verb
def main() -> int:
    """Train if needed, then train again for every fold: several minutes."""
    steps = Steps(4, done=2)
    ensure_model(steps)
    steps.tell("cross-validating (some minutes) ...")
    return subprocess.run(
        rasa_command("assistant", "nlu-report"), cwd=ROOT, env=rasa_environment()
    ).returncode


if __name__ == "__main__":
    main()

"""`make bench`: the side-by-side benchmark, with a model that is current, and what an order costs."""

from __future__ import annotations

import subprocess

from scripts.configuration import child_environment, load_settings
from scripts.model import ensure_model
from scripts.paths import ROOT, app_command
from scripts.steps import Steps, verb


@verb
def main() -> int:
    """Train if needed and measure; the exit code is the benchmark's."""
    steps = Steps(4, done=2)
    ensure_model(steps)
    steps.tell("measuring ...")
    env = child_environment(load_settings())
    return subprocess.run(app_command("bench"), cwd=ROOT, env=env).returncode


if __name__ == "__main__":
    main()

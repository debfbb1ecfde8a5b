"""`make soak-money`: thousands of orders with faults on PostgreSQL, then an audit of every won."""

from __future__ import annotations

import os
import subprocess
import sys

from prepayment.settings import PREFIX
from scripts.paths import ROOT, app_command
from scripts.steps import verb


@verb
def main() -> int:
    """0 when the audit found nothing wrong. Settings in this machine's environment play no part."""
    env = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    return subprocess.run(app_command("tests.soak.money", *sys.argv[1:]), cwd=ROOT, env=env).returncode


if __name__ == "__main__":
    main()

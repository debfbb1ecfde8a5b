"""`make lint`: ruff's rules and format for all Python, mypy for what runs on 3.12, and the labelled messages."""

from __future__ import annotations

import subprocess
import sys

from scripts.paths import ROOT, app_command
from scripts.steps import Steps, verb

CHECKS = {
    "ruff check": ("ruff", "check", "."),
    "ruff format": ("ruff", "format", "--check", "."),
    "mypy": ("mypy",),
    "labelled messages": ("scripts.nlu_lint",),
}


@verb
def main() -> int:
    """Run every check, also after one that failed; 0 when all are clean."""
    steps = Steps(1 + len(CHECKS), done=1)
    failed = []
    for name, arguments in CHECKS.items():
        with steps.step(name):
            if subprocess.run(app_command(*arguments), cwd=ROOT).returncode != 0:
                failed.append(name)
    if failed:
        print(f"not clean: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    main()

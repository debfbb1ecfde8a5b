"""`make nlu-eval FILE=x.tsv`: the trained model on labelled messages; the last line on stdout is JSON."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from scripts.model import ensure_model, rasa_environment
from scripts.paths import ROOT, rasa_command
from scripts.steps import StepFailed, Steps, verb


@verb
def main() -> int:
    """Train if needed and evaluate; everything but the report goes to stderr."""
    file = Path(sys.argv[1]) if len(sys.argv) == 2 and sys.argv[1] else None
    if file is None or not file.is_file():
        raise StepFailed("usage: make nlu-eval FILE=x.tsv, with one `intent<TAB>text` per line")
    steps = Steps(4, done=2)
    ensure_model(steps)
    steps.tell(f"parsing {file} ...")
    command = rasa_command("assistant", "nlu-eval", file)
    return subprocess.run(command, cwd=ROOT, env=rasa_environment()).returncode


if __name__ == "__main__":
    main()

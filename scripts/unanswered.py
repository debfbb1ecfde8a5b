"""`make unanswered OPTIONS="--since 7"`: what customers asked that the bot did not answer; the report is on stdout."""

from __future__ import annotations

import subprocess
import sys

from scripts.configuration import child_environment, load_settings
from scripts.paths import ROOT, rasa_command
from scripts.steps import verb


@verb
def main() -> int:
    """Read the tracker store of these settings; no process of the product needs to run."""
    command = rasa_command("assistant", "unanswered", *sys.argv[1:])
    return subprocess.run(command, cwd=ROOT, env=child_environment(load_settings())).returncode


if __name__ == "__main__":
    main()

"""A program for the tests of the stack: serves what a JSON file describes, as `make run` serves the product.

`python -m tests.setup.stack_program DESCRIPTION.json` with {"logs": folder, "until_eof": bool, "quiet": bool,
"services": [{"name", "command", "port", "health_url"}]}; writes READY to stdout once all are well.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from scripts.services import Service
from scripts.stack import Stack


def main() -> int:
    """The stack's exit code."""
    description = json.loads(Path(sys.argv[1]).read_text())
    wanted = [Service(**service) for service in description["services"]]
    stack = Stack(wanted, dict(os.environ), Path(description["logs"]), quiet=description["quiet"])
    return stack.serve(lambda: print("READY", flush=True), until_eof=description["until_eof"])


if __name__ == "__main__":
    sys.exit(main())

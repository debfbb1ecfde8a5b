"""``python -m prepayment.ops``."""

from __future__ import annotations

import logging

from prepayment.ops.cli import cli

if __name__ == "__main__":
    # What an operator has to know is printed; the log is that of the services.
    logging.getLogger().addHandler(logging.NullHandler())
    cli(prog_name="python -m prepayment.ops")

"""The web process: ``python -m web``."""

from __future__ import annotations

import signal
import sys

from prepayment.bootstrap import bootstrap, configure_logging
from web.server import serve


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    configure_logging()
    # uvicorn stops in good order and then sends the signal again: by default that would end the process at once.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    app = bootstrap()
    try:
        serve(app)
    finally:
        app.close()


if __name__ == "__main__":
    main()

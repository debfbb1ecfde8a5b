"""The web process: ``python -m web``."""

from __future__ import annotations

from prepayment.bootstrap import bootstrap, configure_logging
from web.server import serve


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    configure_logging()
    app = bootstrap()
    try:
        serve(app)
    finally:
        app.close()


if __name__ == "__main__":
    main()

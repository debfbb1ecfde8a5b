"""`python -m sandbox`: serve on 127.0.0.1 until told to stop."""

import logging
import sys
from contextlib import suppress

import uvicorn

from sandbox.app import create_app
from sandbox.settings import SettingsError, read_settings


def main() -> int:
    """Exit status: 0 after a normal stop, 2 when the settings do not allow a start."""
    try:
        settings = read_settings()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    # The HTTP client tells the whole address of every request at INFO.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=settings.port,
        # No access log: addresses carry payment tokens.
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=2,
        # Longer than any client keeps an idle connection: only faults that were switched on hit a request.
        timeout_keep_alive=150,
    )
    server = uvicorn.Server(config)
    app.state.listening.server = server
    # Ctrl-C is a normal stop.
    with suppress(KeyboardInterrupt):
        server.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())

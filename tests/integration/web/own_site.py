"""The web application with settings of a test's own, served by its real server in a thread of the test."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from prepayment.bootstrap import bootstrap
from prepayment.settings import Settings
from tests.integration.sandbox.harness import wait_until
from web.server import configuration


@contextmanager
def own_site(settings: Settings) -> Iterator[None]:
    """Serve at the settings' port as long as the block lasts."""
    app = bootstrap(settings)
    server = uvicorn.Server(configuration(app))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield
    finally:
        server.should_exit = True
        thread.join()
        app.close()

"""The HTTP server around the application."""

from __future__ import annotations

import logging
import threading
from types import FrameType

import uvicorn

from prepayment.bootstrap import App
from web.app import make_application
from web.chat.socket import MAX_FRAME_BYTES

GRACE_SECONDS = 5
# Longer than a proxy in front keeps an idle connection (Caddy: two minutes): it must not send into one just closed.
KEEP_ALIVE_SECONDS = 150


def _without_traceback(record: logging.LogRecord) -> bool:
    """Keep a malformed packet to one line: anybody may send as many as they like."""
    record.exc_info = record.exc_text = None
    return True


class _Server(uvicorn.Server):
    """Tells the application at once that it is to stop: answers without an end would be waited for."""

    def __init__(self, config: uvicorn.Config, closing: threading.Event) -> None:
        super().__init__(config)
        self._closing = closing

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop."""
        self._closing.set()
        super().handle_exit(sig, frame)


def configuration(app: App, closing: threading.Event | None = None) -> uvicorn.Config:
    """Return the server's configuration; answers without an end have one when ``closing`` is set.

    uvicorn's own access log prints query strings, and payment tokens travel there: ``web.access_log`` writes ours.
    Forwarded headers are believed only from the proxies that the settings name: anybody can send them.
    """
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    for name in ("engineio.server", "socketio.server"):
        logging.getLogger(name).addFilter(_without_traceback)
    return uvicorn.Config(
        make_application(app, closing),
        host=app.settings.web_host,
        port=app.settings.web_port,
        log_config=None,
        access_log=False,
        proxy_headers=bool(app.settings.trusted_proxies),
        forwarded_allow_ips=list(app.settings.trusted_proxies),
        server_header=False,
        ws="websockets-sansio",
        ws_max_size=MAX_FRAME_BYTES,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )


def serve(app: App) -> None:
    """Serve until SIGTERM or SIGINT."""
    closing = threading.Event()
    _Server(configuration(app, closing), closing).run()

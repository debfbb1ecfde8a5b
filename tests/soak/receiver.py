"""Takes PortOne's webhooks as web does: the signature is checked, the notice is kept, and 200 is answered."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prepayment.bootstrap import App
from prepayment.errors import PrepaymentError
from tests.soak.tally import Tally


class WebhookServer(ThreadingHTTPServer):
    """``app`` is set once it is there; until then senders are asked to come again."""

    daemon_threads = True
    app: App | None = None

    def __init__(self, tally: Tally) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.tally = tally

    def take(self, body: str, headers: dict[str, str]) -> int:
        """Take a webhook; the status to answer with."""
        if self.app is None:
            return 503
        try:
            self.app.inbox.take(self.app.gateway.verify_webhook(body, headers))
        except PrepaymentError as error:
            self.tally.happened(f"webhook refused: {type(error).__name__}")
            return 400
        except Exception as error:
            self.tally.failed("webhook", error)
            return 500
        self.tally.happened("webhook taken")
        return 200


class _Handler(BaseHTTPRequestHandler):
    server: WebhookServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.send_response(self.server.take(body, headers))
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def webhook_server(tally: Tally) -> Iterator[WebhookServer]:
    """Listen on a free port."""
    server = WebhookServer(tally)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

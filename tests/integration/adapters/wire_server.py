"""A local HTTP server that gives the answers the sandbox cannot: other shapes, other texts, no answer at all."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Behaviour = Literal["answer", "hang", "hang_up"]


@dataclass(frozen=True)
class Received:
    """A request as it came in; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: str

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class WireServer:
    """What it answers to everything, and what it got."""

    url: str
    status: int = 200
    body: str = "{}"
    content_type: str = "application/json"
    behaviour: Behaviour = "answer"
    received: list[Received] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def reset(self) -> None:
        """Forget everything and answer {}."""
        self.answers(200, {})
        self.behaviour, self.released = "answer", threading.Event()
        self.received.clear()

    def release(self) -> None:
        """Let go of the requests that hang."""
        self.released.set()

    def answers(self, status: int, body: Any) -> None:
        """Answer with JSON from now on."""
        self.status, self.body, self.content_type = status, json.dumps(body), "application/json"

    def answers_page(self, status: int, page: str) -> None:
        """Answer with an HTML page from now on."""
        self.status, self.body, self.content_type = status, page, "text/html"


@contextmanager
def serve() -> Iterator[WireServer]:
    """Serve on a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            length = int(self.headers.get("content-length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            wire.received.append(Received(self.command, self.path, headers, self.rfile.read(length).decode()))
            if wire.behaviour == "hang":
                wire.released.wait(timeout=30)
            if wire.behaviour != "answer":
                self.close_connection = True
                return
            body = wire.body.encode()
            self.send_response(wire.status)
            self.send_header("content-type", wire.content_type)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815  # names that http.server calls

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Clients that lose patience and go are what some tests are about."""
            if not isinstance(sys.exception(), ConnectionError):
                super().handle_error(request, client_address)

    server = Server(("127.0.0.1", 0), Handler)
    wire = WireServer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield wire
    finally:
        wire.release()
        server.shutdown()
        server.server_close()
        thread.join()

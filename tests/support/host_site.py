"""Somebody's web site on this machine: pages that embed the chat from an origin that is not ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from tests.integration.sandbox.harness import free_port

HTML = "text/html; charset=utf-8"


class HostSite:
    """``url`` is its origin. Pages are what tests put there, until they put something else."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._pages: dict[str, tuple[bytes, dict[str, str]]] = {}

    def put(self, path: str, body: str, headers: Mapping[str, str] | None = None) -> str:
        """Serve a body at a path, as HTML unless ``headers`` say otherwise; returns its address."""
        self._pages[path] = (body.encode(), {"Content-Type": HTML, **(headers or {})})
        return self.url + path

    def page(self, path: str) -> tuple[bytes, dict[str, str]] | None:
        """Return a page's body and headers."""
        return self._pages.get(path)


def host_page(body: str, *, head: str = "") -> str:
    """Return a small page in Korean around a body."""
    return (
        '<!doctype html><html lang="ko"><head><meta charset="utf-8"><title>다른 회사의 사이트</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{head}</head>'
        f"<body><main><h1>다른 회사의 사이트</h1><a href='#more'>더 보기</a></main>{body}</body></html>"
    )


@contextmanager
def host_site(port: int | None = None) -> Iterator[HostSite]:
    """Run a site on a port (a free one when none is given); it answers 404 where nothing was put."""
    port = port or free_port()
    site = HostSite(f"http://127.0.0.1:{port}")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found = site.page(self.path.partition("?")[0])
            body, headers = found or (b"", {"Content-Type": HTML})
            self.send_response(200 if found else 404)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing: what matters is what the browser makes of it."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

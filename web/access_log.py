"""One log line an HTTP request, without what is secret in its address."""

from __future__ import annotations

import logging
import re
import time
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.chat.socket import SOCKET_PATH

logger = logging.getLogger(__name__)

# Whoever has the token of a checkout link has the checkout.
_CHECKOUT_TOKEN: Final = re.compile(r"^/pay/[^/]+")
_QUIET: Final = ("/health", "/static/", SOCKET_PATH)


class AccessLog:
    """Logs method, path, status and milliseconds: never the query string, where payment tokens travel."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request and log it."""
        if scope["type"] != "http" or scope["path"].startswith(_QUIET):
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        status = 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            path = _CHECKOUT_TOKEN.sub("/pay/*", scope["path"])
            elapsed = (time.monotonic() - started) * 1000
            logger.info("%s %s %d %.0f ms", scope["method"], ascii(path)[1:-1], status, elapsed)

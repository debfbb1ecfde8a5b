"""Stands before the socket: who may not open one, or opens too many, is refused before anything is kept for them."""

from __future__ import annotations

import logging
from contextlib import suppress
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from prepayment.settings import Settings
from web.chat.limits import RateLimits, address_of
from web.origins import embedding_origins, is_same_origin

logger = logging.getLogger(__name__)


class SocketGuard:
    """Lets requests through that come from our own pages or name an allowed origin; all others get 400.

    Browsers name the origin with every web socket; with a GET of the page's own origin they say so in
    Sec-Fetch-Site. Who names nothing is no browser. Who opens transports too often gets 429.
    """

    def __init__(self, app: ASGIApp, settings: Settings, limits: RateLimits) -> None:
        self._app = app
        self._settings = settings
        self._limits = limits
        self._allowed = frozenset(embedding_origins(settings))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or refuse it."""
        try:
            await self._answer(scope)(scope, receive, send)
        except Exception as error:
            if scope["type"] != "http":
                raise
            # Packets that only a server may send make Engine.IO fail: whoever sends them shall not fill the log.
            logger.warning("a request at the socket failed: %s", type(error).__name__)
            with suppress(RuntimeError):  # the answer has begun already
                await PlainTextResponse("not a request of this protocol", status_code=400)(
                    scope, receive, send
                )

    def _answer(self, scope: Scope) -> ASGIApp:
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        allowed = is_same_origin(headers, self._settings) if origin is None else origin in self._allowed
        if not allowed:
            return PlainTextResponse("not an accepted origin", status_code=400)
        wait = self._limits.handshake(address_of(scope)) if _opens(scope) else None
        if wait is not None:
            return PlainTextResponse("too many", status_code=429, headers={"Retry-After": str(wait)})
        return self._app


def _opens(scope: Scope) -> bool:
    """Whether a request opens a transport: later ones name the socket it got."""
    return "sid" not in parse_qs(scope["query_string"].decode("latin-1"))

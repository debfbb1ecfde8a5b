"""Refuses sockets that no page of an allowed site opens."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from prepayment.settings import Settings
from web.origins import embedding_origins, is_same_origin


class OriginGuard:
    """Lets requests through that come from our own pages or name an allowed origin; all others get 400.

    Browsers name the origin with every web socket; with a GET of the page's own origin they say so in
    Sec-Fetch-Site. Who names nothing is no browser.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._allowed = frozenset(embedding_origins(settings))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or refuse it."""
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        allowed = is_same_origin(headers, self._settings) if origin is None else origin in self._allowed
        if allowed:
            await self._app(scope, receive, send)
        else:
            await PlainTextResponse("not an accepted origin", status_code=400)(scope, receive, send)

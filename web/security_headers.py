"""Security headers: strict ones for everything, and the policies of the pages that need more."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from prepayment.settings import Settings
from web.origins import embedding_origins, origin_of, own_origin

NO_STORE: Final = {"Cache-Control": "no-store"}

# Where PortOne's browser SDK loads its parts from and opens its windows, besides the address of the script.
_PORTONE_LIVE: Final = ("https://*.portone.io", "https://*.iamport.co", "https://*.iamport.kr")

_DEFAULTS: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer" everywhere: then browsers send "Origin: null" with our own forms.
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class SecurityHeaders:
    """Adds the headers that an answer has not set itself."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._headers = dict(_DEFAULTS)
        if own_origin(settings).startswith("https:"):
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


def _policy(**sources: str) -> str:
    directives = {
        "default-src": "'none'",
        "base-uri": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        **{name.replace("_", "-"): value for name, value in sources.items()},
    }
    return "; ".join(f"{name} {value}".rstrip() for name, value in directives.items())


def portal_headers() -> dict[str, str]:
    """Return the headers of the demo host site, which frames the chat."""
    return {"Content-Security-Policy": _policy(frame_src="'self'"), **NO_STORE}


def desk_headers() -> dict[str, str]:
    """Return the headers of the staff's page: nobody frames it, and no script may write HTML in it."""
    policy = _policy(require_trusted_types_for="'script'", trusted_types="'none'")
    return {"Content-Security-Policy": policy, "Referrer-Policy": "same-origin", **NO_STORE}


def chat_headers(settings: Settings) -> dict[str, str]:
    """Return the headers of the chat page: allowed sites may frame it, and only Lit may write HTML in it."""
    own = own_origin(settings)
    # Not every browser counts our own web socket as 'self'.
    socket = own.replace("http", "ws", 1)
    policy = _policy(
        connect_src=f"'self' {socket}",
        frame_ancestors=" ".join(["'self'", *embedding_origins(settings)]),
        require_trusted_types_for="'script'",
        trusted_types="lit-html",
    )
    return {"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer", **NO_STORE}


def checkout_headers(settings: Settings) -> dict[str, str]:
    """Return the headers of the checkout pages: PortOne's script and windows, and nothing else, beside ourselves."""
    payment = [origin_of(settings.portone_browser_sdk_url), *(_PORTONE_LIVE if settings.is_live else ())]
    sources = " ".join(["'self'", *payment])
    policy = _policy(script_src=sources, connect_src=sources, frame_src=sources, form_action=sources)
    return {"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer", **NO_STORE}

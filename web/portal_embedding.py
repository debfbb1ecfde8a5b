"""Pages of the demo site that embed the chat as host sites do: one with nothing but the script, one hostile to it."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from prepayment.settings import Settings
from web.origins import own_origin
from web.pages import Pages
from web.security_headers import NO_STORE

BARE: Final = "/portal/embed/bare"
HOSTILE: Final = "/portal/embed/hostile"


def embedding_examples(settings: Settings, pages: Pages) -> APIRouter:
    """Return the routes of the two pages."""
    router = APIRouter()
    own = own_origin(settings)
    bare = _headers(script_src=f"{own}/static/loader.js", frame_src=f"{own}/chat")
    # As strict as a host can be that runs scripts and styles of its own: nothing but what it names is let through.
    hostile = _headers(
        script_src=f"{own}/static/loader.js {own}/static/portal.hostile.js",
        style_src=f"{own}/static/portal.hostile.css",
        frame_src=f"{own}/chat",
    )

    @router.get(BARE)
    def _bare() -> Response:
        return pages.page("portal_bare.html", headers=bare, public_url=settings.public_url)

    @router.get(HOSTILE)
    def _hostile() -> Response:
        return pages.page("portal_hostile.html", headers=hostile, public_url=settings.public_url)

    return router


def _headers(**sources: str) -> dict[str, str]:
    named = [f"{name.replace('_', '-')} {value}" for name, value in sources.items()]
    policy = "; ".join(["default-src 'none'", *named, "base-uri 'none'", "form-action 'none'"])
    return {"Content-Security-Policy": policy, **NO_STORE}

"""The page of the chat, shown in the widget's frame or by itself."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from prepayment.settings import Settings
from web.origins import embedding_origins
from web.pages import Pages
from web.security_headers import chat_headers


def chat_page(settings: Settings, pages: Pages) -> APIRouter:
    """Return the route ``GET /chat``."""
    router = APIRouter()
    headers = chat_headers(settings)

    @router.get("/chat")
    def _chat(lang: str = "ko") -> Response:
        return pages.page(
            "chat.html",
            headers=headers,
            lang="en" if lang == "en" else "ko",
            allowed_origins=embedding_origins(settings),
        )

    return router

"""Puts the web application together."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.types import ASGIApp

from prepayment.bootstrap import App
from web.access_log import AccessLog
from web.chat.page import chat_page
from web.chat.socket import ChatSocket
from web.checkout import checkout_pages
from web.desk import desk
from web.health import health
from web.pages import Pages
from web.portal import portal
from web.problems import handle_problems
from web.security_headers import SecurityHeaders
from web.static_files import static_files
from web.webhooks import webhooks

logger = logging.getLogger(__name__)


def make_application(app: App, closing: threading.Event | None = None) -> ASGIApp:
    """Return the ASGI application: the site and the chat's socket, with our headers and log.

    Answers without an end have one when ``closing`` is set.
    """
    chat = ChatSocket(app)
    return AccessLog(SecurityHeaders(chat.wrap(make_site(app, chat, closing)), app.settings))


def make_site(app: App, chat: ChatSocket, closing: threading.Event | None = None) -> FastAPI:
    """Return the pages and what they call; ``chat`` runs as long as they do. The demo site is in the sandbox only."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with chat.running():
            logger.info("web ready on port %d", app.settings.web_port)
            yield

    api = FastAPI(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    pages = Pages(app.settings)
    api.include_router(health(app))
    api.include_router(chat_page(app.settings, pages))
    api.include_router(checkout_pages(app, pages))
    api.include_router(webhooks(app))
    api.include_router(desk(app, pages, chat.writes, closing or threading.Event()))
    if not app.settings.is_live:
        api.include_router(portal(app, pages))
    api.mount("/static", static_files())
    handle_problems(api, pages)
    return api

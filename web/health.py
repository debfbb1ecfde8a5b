"""Whether this process can do its work."""

from __future__ import annotations

import logging

from fastapi import APIRouter
from starlette.responses import JSONResponse

from prepayment.bootstrap import App
from web.security_headers import NO_STORE

logger = logging.getLogger(__name__)


def health(app: App) -> APIRouter:
    """Return the route ``GET /health``: 200 when the database answers, else 503."""
    router = APIRouter()

    @router.get("/health")
    def _health() -> JSONResponse:
        try:
            app.conversations.exists("")
        except Exception as error:  # whatever the reason, it cannot be reached
            logger.error("the database does not answer: %s", type(error).__name__)
            return JSONResponse({"status": "database unreachable"}, status_code=503, headers=NO_STORE)
        return JSONResponse({"status": "ok"}, headers=NO_STORE)

    return router

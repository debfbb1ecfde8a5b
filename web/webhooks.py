"""PortOne's webhooks: believed only as hints to go and read."""

from __future__ import annotations

import logging
from typing import Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from prepayment.bootstrap import App
from prepayment.errors import OutsideError, Refused

logger = logging.getLogger(__name__)

MAX_BODY_BYTES: Final = 64 * 1024


def webhooks(app: App) -> APIRouter:
    """Return the route ``POST /webhooks/portone``.

    200: taken. 400: not PortOne's, or too old. 413: too long. 503: could not be kept, to be sent again.
    """
    router = APIRouter()

    @router.post("/webhooks/portone")
    async def _portone(request: Request) -> Response:
        try:
            raw = await _body(request)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        if raw is None:
            return Response(status_code=413)
        try:
            body = raw.decode()
        except UnicodeDecodeError:
            return Response(status_code=400)
        return Response(status_code=await run_in_threadpool(_take, app, body, dict(request.headers)))

    return router


def _take(app: App, body: str, headers: dict[str, str]) -> int:
    try:
        notice = app.gateway.verify_webhook(body, headers)
    except Refused as refusal:
        logger.warning("a webhook was refused: %s", refusal.reason)
        return 400
    except OutsideError as error:
        logger.error("a webhook could not be verified: %s", type(error).__name__)
        return 503
    try:
        app.inbox.take(notice)
    except Exception as error:
        # Whatever it was, PortOne has to send it again. The text of a database's error quotes what was to be stored.
        logger.error("webhook %s could not be kept: %s", notice.id, type(error).__name__)
        return 503
    return 200


async def _body(request: Request) -> bytes | None:
    """Return the raw body, None when it is longer than allowed."""
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > MAX_BODY_BYTES:
            return None
    return bytes(parts)

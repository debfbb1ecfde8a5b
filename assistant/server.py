"""The Rasa server and the Rasa shell, in a patched process."""

from __future__ import annotations

import asyncio
import logging
import socket
from pathlib import Path
from typing import Any

import rasa
import rasa.core.run
from rasa.core.channels import console
from rasa.core.utils import AvailableEndpoints
from sanic import Sanic

from assistant.environment import HOST, ServerSettings
from assistant.line_input import read_line

ENDPOINTS = "endpoints.yml"
CREDENTIALS = "credentials.yml"

logger = logging.getLogger(__name__)


class ModelGuard:
    """Stops the server when Rasa could not load the model; Rasa would go on without one and answer nothing."""

    def __init__(self) -> None:
        """Assume the best."""
        self.failed = False

    async def check(self, app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        """Look once, right after the start."""
        agent: Any = getattr(app.ctx, "agent", None)
        if agent is None or not agent.is_ready():
            self.failed = True
            logger.error("the model could not be loaded: run `make train`; Rasa's reason is above")
            app.stop()


def serve(settings: ServerSettings, model: Path) -> bool:
    """Serve `model` on the private port until told to stop; return False when it could not be loaded."""
    guard = ModelGuard()
    rasa.run(
        model=str(model),
        endpoints=ENDPOINTS,
        credentials=CREDENTIALS,
        enable_api=True,
        auth_token=settings.token,
        interface=HOST,
        port=settings.port,
        server_listeners=[(guard.check, "after_server_start")],
    )
    return not guard.failed


def talk(sender_id: str, model: Path) -> bool:
    """Talk to `model` on this terminal as `sender_id`, until "/stop" or the end of input.

    Returns False when the model could not be loaded.
    """
    guard = ModelGuard()
    console._get_user_input = read_line
    rasa.core.run.serve_application(
        str(model),
        channel="cmdline",
        interface=HOST,
        port=_free_port(),
        endpoints=AvailableEndpoints.read_endpoints(ENDPOINTS),
        enable_api=False,
        conversation_id=sender_id,
        server_listeners=[(guard.check, "after_server_start")],
    )
    return not guard.failed


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])

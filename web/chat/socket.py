"""The chat's socket: assembles its parts and runs what runs beside the events."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import socketio
from starlette.types import ASGIApp, Receive, Scope, Send

from prepayment.bootstrap import App
from prepayment.orders import Order
from prepayment.ports import Message
from web.chat.cards import Orders, PaymentCards
from web.chat.connections import Connection, Connections
from web.chat.events import ChatEvents
from web.chat.feed import Feed
from web.chat.guard import SocketGuard
from web.chat.identity import IdentityTokens
from web.chat.limits import RateLimits
from web.chat.session_tokens import LIFETIME_SECONDS, SessionTokens
from web.chat.sessions import Sessions
from web.chat.turns import Turns
from web.chat.wire import MessageWire
from web.origins import embedding_origins
from web.writes import Writes

logger = logging.getLogger(__name__)

SOCKET_PATH: Final = "/chat/socket.io"
MAX_FRAME_BYTES: Final = 16_384
TYPING_TTL_MS: Final = 30_000
_RENEWAL_EVERY_SECONDS: Final = 60.0


class ChatSocket:
    """Socket.IO under ``/chat/socket.io``."""

    def __init__(self, app: App) -> None:
        settings = app.settings
        self._server = socketio.AsyncServer(
            async_mode="asgi",
            cors_allowed_origins=embedding_origins(settings),
            max_http_buffer_size=MAX_FRAME_BYTES,
            # One event of a socket at a time, so that two quick messages are stored in their order.
            async_handlers=False,
            logger=False,
            engineio_logger=False,
        )
        self._cards = PaymentCards(app.account, app.clock, settings)
        self._wire = MessageWire(settings, self._cards)
        self._connections = Connections()
        self.writes = Writes(app.database.watch)
        self._feed = Feed(app.conversations, self._connections, self._cards, self.writes, self)
        self._turns = Turns(
            app.conversations, typing=self._emit_typing, failed=self._emit_failed, answered=self._feed.wake
        )
        limits = RateLimits()
        tokens = SessionTokens(settings.chat_token_secret.get_secret_value())
        self._events = ChatEvents(
            conversations=app.conversations,
            sessions=Sessions(app.conversations, tokens, self._wire, self._cards),
            identities=IdentityTokens(settings.identity_token_secret.get_secret_value()),
            connections=self._connections,
            limits=limits,
            wire=self._wire,
            turns=self._turns,
            feed=self._feed,
            redact=app.parts.redact,
        )
        self._server.register_namespace(self._events)
        engine = socketio.ASGIApp(self._server, socketio_path=SOCKET_PATH)
        self._asgi = SocketGuard(engine, settings, limits)

    def wrap(self, site: ASGIApp) -> ASGIApp:
        """Return an application that serves the socket at its path and the site everywhere else."""

        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            is_ours = scope["type"] != "lifespan" and f"{scope['path']}/".startswith(f"{SOCKET_PATH}/")
            await (self._asgi if is_ours else site)(scope, receive, send)

        return serve

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Push, and keep tokens fresh, as long as the block lasts."""
        tasks = [asyncio.create_task(self._feed.run()), asyncio.create_task(self._renew())]
        try:
            async with self.writes.running():
                yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._turns.close()
            await self._server.shutdown()

    async def _renew(self) -> None:
        """Give open sockets a new token long before theirs ends, so that a reload never loses the conversation."""
        while True:
            await asyncio.sleep(_RENEWAL_EVERY_SECONDS)
            for connection in self._connections.all():
                # One that went away while it was still being taken in is never reported as gone.
                if not self._server.manager.is_connected(connection.sid, "/"):
                    self._connections.remove(connection.sid)
            for connection in self._connections.ending_before(time.time() + LIFETIME_SECONDS / 2):
                try:
                    await self._events.welcome(connection, since=connection.seq)
                except Exception:
                    logger.exception("a token could not be renewed")

    async def message(self, connection: Connection, message: Message, orders: Orders) -> None:
        """Send a row of a conversation to a socket."""
        await self._server.emit("message", self._wire.message(message, orders), to=connection.sid)

    async def payment(self, connection: Connection, order: Order) -> None:
        """Send to a socket how a payment stands."""
        await self._server.emit("payment", self._cards.card(order), to=connection.sid)

    async def _emit_typing(self, conversation_id: str, on: bool) -> None:
        body = {"on": on, "ttl_ms": TYPING_TTL_MS}
        for connection in self._connections.of(conversation_id):
            await self._server.emit("typing", body, to=connection.sid)

    async def _emit_failed(self, conversation_id: str) -> None:
        for connection in self._connections.of(conversation_id):
            await self._server.emit("error", {"code": "unavailable", "retry": True}, to=connection.sid)

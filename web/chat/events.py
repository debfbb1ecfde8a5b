"""What clients of the chat may say, and the acknowledgement of each."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

import socketio
from socketio.exceptions import ConnectionRefusedError as Refusal

from prepayment.errors import ChoiceStale
from prepayment.ports import Message
from prepayment.service.conversations import Conversations
from web.chat.connections import Connection, Connections
from web.chat.feed import Feed
from web.chat.identity import IdentityTokens
from web.chat.limits import RateLimits, address_of
from web.chat.sessions import Sessions
from web.chat.turns import Turns
from web.chat.wire import (
    PROTOCOL_VERSION,
    BadEvent,
    MessageWire,
    choice,
    client_id,
    event_body,
    opinion,
    since,
    typed_text,
)

logger = logging.getLogger(__name__)

Ack = dict[str, Any]
Handler = Callable[["ChatEvents", Connection, dict[str, Any]], Awaitable[Ack]]


# What clients may say.
_EVENTS: Final = frozenset({"user_message", "user_action", "identify", "rate", "reset"})


class _RateLimited(BadEvent):
    def __init__(self, retry_after: int) -> None:
        super().__init__("rate_limited")
        self.retry_after = retry_after


def _event(handler: Handler) -> Callable[..., Awaitable[Ack]]:
    """Give an event its connection and its body, and answer whatever happens: the socket stays open."""

    @functools.wraps(handler)
    async def answer(self: ChatEvents, sid: str, *arguments: Any) -> Ack:
        ack: Ack = {"ok": False}
        try:
            body = event_body(arguments)
            if isinstance(body.get("id"), str):
                ack["id"] = body["id"][:64]
            connection = self.connection(sid)
            return await handler(self, connection, body)
        except _RateLimited as error:
            return {**ack, "error": error.code, "retry_after": error.retry_after}
        except BadEvent as error:
            return {**ack, "error": error.code}
        except ChoiceStale as error:
            return {**ack, "error": error.code}
        except Exception:
            logger.exception("a chat event could not be taken")
            return {**ack, "error": "unavailable", "retry_after": 5}

    return answer


class ChatEvents(socketio.AsyncNamespace):
    """The handlers; their names are Socket.IO's way of finding them."""

    def __init__(
        self,
        *,
        conversations: Conversations,
        sessions: Sessions,
        identities: IdentityTokens,
        connections: Connections,
        limits: RateLimits,
        wire: MessageWire,
        turns: Turns,
        feed: Feed,
        redact: Callable[[str], str],
    ) -> None:
        super().__init__("/")
        self._conversations = conversations
        self._sessions = sessions
        self._identities = identities
        self._connections = connections
        self._limits = limits
        self._wire = wire
        self._turns = turns
        self._feed = feed
        self._redact = redact

    async def trigger_event(self, event: str, *args: Any) -> Any:
        """Hand an event to its handler. Clients may name any, even those by which the server tells of itself."""
        if event in _EVENTS or self._is_the_servers_own(event, args):
            return await super().trigger_event(event, *args)
        return None

    def _is_the_servers_own(self, event: str, args: tuple[Any, ...]) -> bool:
        sid = args[0]
        if event == "connect":
            # No client can send this very object.
            return len(args) > 1 and args[1] is self.server.get_environ(sid, self.namespace)
        return event == "disconnect" and not self.server.manager.is_connected(sid, self.namespace)

    def connection(self, sid: str) -> Connection:
        """Return a socket's connection. Raises BadEvent."""
        connection = self._connections.get(sid)
        if connection is None:
            raise BadEvent("expired")
        return connection

    async def welcome(self, connection: Connection, since: int) -> None:
        """Send `session`: the conversation, its history after ``since`` and a fresh token."""
        conversation_id = connection.conversation_id
        welcome = await asyncio.to_thread(self._sessions.welcome, conversation_id, since)
        if connection.conversation_id != conversation_id:
            return  # meanwhile it took up another one, which has its own welcome
        # The feed may have got further meanwhile.
        connection.seq = max(connection.seq, welcome.seq)
        connection.token_exp = welcome.token_exp
        self._feed.follow(conversation_id, welcome.orders)
        await self.emit("session", welcome.body, to=connection.sid)

    async def on_connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        """Take a socket in: with its conversation when it can prove it, else with a new one."""
        address = address_of(environ["asgi.scope"])
        wait = self._limits.connect(address)
        if wait is not None:
            raise Refusal("rate_limited", {"code": "rate_limited", "retry_after": wait})
        if not isinstance(auth, dict) or auth.get("v") != PROTOCOL_VERSION:
            raise Refusal("bad_request", {"code": "bad_request"})
        try:
            customer = self._identities.customer(auth.get("identity"))
            joined = await asyncio.to_thread(self._sessions.join, auth.get("token"), customer)
            connection = Connection(sid, joined.conversation_id, address)
            await self.welcome(connection, since(auth) if joined.resumed else 0)
        except Exception:
            logger.exception("a chat socket could not be taken in")
            raise Refusal("unavailable", {"code": "unavailable", "retry_after": 5}) from None
        self._connections.add(connection)
        if joined.told:
            self._turns.begin(joined.conversation_id)

    async def on_disconnect(self, sid: str, reason: str | None = None) -> None:
        """Forget a socket."""
        self._connections.remove(sid)

    @_event
    async def on_user_message(self, connection: Connection, body: dict[str, Any]) -> Ack:
        """`{id, text}`: something typed. Acknowledged once it is stored."""
        self._count(connection)
        said_as, text = client_id(body), self._redact(typed_text(body))
        message = await asyncio.to_thread(
            self._conversations.say, connection.conversation_id, client_id=said_as, text=text
        )
        return self._stored(message)

    @_event
    async def on_user_action(self, connection: Connection, body: dict[str, Any]) -> Ack:
        """`{id, msg_id, index}`: a button, by the message that offered it and its place there."""
        self._count(connection)
        said_as, (seq, index) = client_id(body), choice(body)
        message = await asyncio.to_thread(self._choose, connection.conversation_id, said_as, seq, index)
        return self._stored(message)

    @_event
    async def on_identify(self, connection: Connection, body: dict[str, Any]) -> Ack:
        """`{identity}`: the customer has logged in on the host site."""
        self._count(connection)
        customer = self._identities.customer(body.get("identity"))
        if customer is None:
            raise BadEvent("forbidden")
        joined = await asyncio.to_thread(self._sessions.log_in, connection.conversation_id, customer)
        await self._take_up(connection, joined.conversation_id)
        if joined.told:
            self._turns.begin(joined.conversation_id)
        return {"ok": True}

    @_event
    async def on_reset(self, connection: Connection, _: dict[str, Any]) -> Ack:
        """`{}`: a new, empty and anonymous conversation."""
        wait = self._limits.connect(connection.address)
        if wait is not None:
            raise _RateLimited(wait)
        await self._take_up(connection, await asyncio.to_thread(self._conversations.create))
        return {"ok": True}

    @_event
    async def on_rate(self, connection: Connection, body: dict[str, Any]) -> Ack:
        """`{value: "up" | "down"}`: what the customer thinks of the conversation."""
        self._count(connection)
        await asyncio.to_thread(self._conversations.rate, connection.conversation_id, opinion(body))
        return {"ok": True}

    async def _take_up(self, connection: Connection, conversation_id: str) -> None:
        if conversation_id != connection.conversation_id:
            connection.conversation_id, connection.seq = conversation_id, 0
        await self.welcome(connection, since=0)

    def _count(self, connection: Connection) -> None:
        wait = self._limits.say(connection.conversation_id, connection.address)
        if wait is not None:
            raise _RateLimited(wait)

    def _choose(self, conversation_id: str, said_as: str, seq: int, index: int) -> Message:
        offers = self._conversations.messages(conversation_id, after=seq - 1)
        places = self._wire.places(offers[0]) if offers and offers[0].seq == seq else []
        if index >= len(places):
            raise ChoiceStale(conversation_id)
        return self._conversations.choose(conversation_id, client_id=said_as, seq=seq, index=places[index])

    def _stored(self, message: Message) -> Ack:
        self._feed.wake()
        if not message.answered:
            self._turns.begin(message.conversation_id)
        return {"ok": True, "id": message.client_id, "seq": message.seq}

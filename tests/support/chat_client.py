"""The chat app's end of the socket, with the real Socket.IO client."""

from __future__ import annotations

import socket
import uuid
from typing import Any
from urllib.parse import urlsplit

import socketio

from tests.integration.sandbox.harness import wait_until

Event = dict[str, Any]


class Chat:
    """A connected chat: what it got, and the things a customer can do."""

    def __init__(self, url: str, address: str, origin: str, auth: Event) -> None:
        self.sessions: list[Event] = []
        self.messages: list[Event] = []
        self.typing: list[Event] = []
        self.payments: list[Event] = []
        site = urlsplit(url)
        self._socket = socket.create_connection((site.hostname, site.port), source_address=(address, 0))
        self._client = socketio.Client(
            reconnection=False, websocket_extra_options={"origin": origin, "socket": self._socket}
        )
        self._client.on("session", self.sessions.append)
        self._client.on("message", self.messages.append)
        self._client.on("typing", self.typing.append)
        self._client.on("payment", self.payments.append)
        try:
            self._client.connect(
                url, socketio_path="/chat/socket.io", auth={"v": 1, **auth}, transports=["websocket"]
            )
            wait_until(lambda: self.sessions)
        except BaseException:
            self.close()
            raise

    @property
    def session(self) -> Event:
        """The newest `session`."""
        return self.sessions[-1]

    @property
    def connected(self) -> bool:
        """Whether the socket is open."""
        return bool(self._client.connected)

    def close(self) -> None:
        """Leave."""
        if self.connected:
            self._client.disconnect()
            self._client.eio.wait()
        self._socket.close()

    def emit(self, event: str, *arguments: Any) -> Event:
        """Emit and return the acknowledgement."""
        return dict(self._client.call(event, arguments if len(arguments) != 1 else arguments[0], timeout=20))

    def say(self, text: Any, client_id: Any = None) -> Event:
        """Type something; returns the acknowledgement."""
        return self.emit("user_message", {"id": client_id or str(uuid.uuid4()), "text": text})

    def choose(self, message: Event, index: int, client_id: str | None = None) -> Event:
        """Press a button of a message."""
        body = {"id": client_id or str(uuid.uuid4()), "msg_id": message["id"], "index": index}
        return self.emit("user_action", body)

    def wait_for_bot(self, text: str) -> Event:
        """Wait for a bubble of the bot with this text in it."""
        return dict(
            wait_until(
                lambda: next(
                    (one for one in list(self.messages) if one["role"] == "bot" and text in one["text"]), None
                )
            )
        )


# A visitor's address on this machine: every test has its own, so that none uses up another's limits.
_ADDRESSES = (f"127.1.{high}.{low}" for high in range(256) for low in range(1, 255))


class Chats:
    """Opens chats at one site, from one address."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._address = next(_ADDRESSES)
        self._open: list[Chat] = []

    def open(self, *, origin: str | None = None, **auth: Any) -> Chat:
        """Open a chat; raises socketio's ConnectionError when it is refused."""
        chat = Chat(self._url, self._address, origin or self._url, auth)
        self._open.append(chat)
        return chat

    def close(self) -> None:
        """Close all that are still open."""
        for chat in self._open:
            chat.close()

"""A customer's chat that goes on through outages as the widget does."""

from __future__ import annotations

import time
import uuid
from contextlib import suppress
from typing import Any

import socketio

from tests.integration.sandbox.harness import wait_until
from tests.support.chat_client import Chat, Chats

PATIENCE_SECONDS = 60
RETRY_SECONDS = 0.6  # within what one conversation may send
Row = dict[str, Any]


class Visitor:
    """Reconnects with its token, asks for what it has not seen, and sends under the same id until it is acknowledged.

    ``acknowledged`` are the texts with their ids, in the order in which they were acknowledged.
    """

    def __init__(self, chats: Chats, **auth: Any) -> None:
        self._chats = chats
        self._auth = auth
        self._chat: Chat | None = None
        self._token: str | None = None
        self._rows: dict[int, Row] = {}
        self.acknowledged: list[tuple[str, str]] = []

    @property
    def chat(self) -> Chat:
        """The socket; a new one when the last was closed. Raises socketio's ConnectionError."""
        if self._chat is None or not self._chat.connected:
            self._chat = self._chats.open(token=self._token, since=max(self._rows, default=0), **self._auth)
        self._token = self._chat.session["token"]
        return self._chat

    def rows(self) -> list[Row]:
        """What the chat shows: every row by seq."""
        with suppress(socketio.exceptions.ConnectionError):
            chat = self.chat
            told = [row for session in list(chat.sessions) for row in session["history"]]
            self._rows |= {row["seq"]: row for row in [*told, *list(chat.messages)]}
        return [self._rows[seq] for seq in sorted(self._rows)]

    def texts(self, role: str) -> list[str]:
        """The texts of one side."""
        return [row["text"] for row in self.rows() if row["role"] == role]

    def try_to_say(self, text: str, client_id: str) -> bool:
        """Send once; whether it was acknowledged."""
        try:
            ack = self.chat.say(text, client_id)
        except (socketio.exceptions.SocketIOError, OSError):
            return False
        if ack["ok"]:
            self.acknowledged.append((client_id, text))
        return bool(ack["ok"])

    def say(self, text: str, client_id: str = "") -> str:
        """Send until it is acknowledged; returns the id."""
        client_id = client_id or str(uuid.uuid4())
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.try_to_say(text, client_id):
            assert time.monotonic() < deadline, "never acknowledged"
            time.sleep(RETRY_SECONDS)
        return client_id

    def choose(self, row: Row, index: int) -> None:
        """Press a button."""
        assert self.chat.choose(row, index)["ok"]

    def wait_for(self, text: str, times: int = 1) -> Row:
        """Wait until the bot has said something so often; returns the newest row with it."""

        def found() -> Row | None:
            rows = [row for row in self.rows() if row["role"] == "bot" and text in row["text"]]
            return rows[-1] if len(rows) >= times else None

        return dict(wait_until(found, PATIENCE_SECONDS))

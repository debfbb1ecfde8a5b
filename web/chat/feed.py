"""Pushes what is new in the connected conversations, whoever wrote it: this process, another one, the worker."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Iterable, Sequence
from contextlib import suppress
from typing import Final, Protocol

from prepayment.orders import Order
from prepayment.ports import Message
from prepayment.service.conversations import Conversations
from web.chat.cards import Orders, PaymentCards
from web.chat.connections import Connection, Connections
from web.writes import PAUSE_AFTER_ERROR_SECONDS, Writes

logger = logging.getLogger(__name__)

# The database tells of writes; this is how long one may stay unnoticed should it fail to.
LOOK_ANYWAY_SECONDS: Final = 5.0
# Many writes of one moment are looked for once.
_BREATH_SECONDS: Final = 0.05


class Pushing(Protocol):
    """Sends to a socket."""

    def message(self, connection: Connection, message: Message, orders: Orders) -> Awaitable[None]:
        """Send a row; ``orders`` are those that it links to."""

    def payment(self, connection: Connection, order: Order) -> Awaitable[None]:
        """Send how a payment stands."""


class Feed:
    """Tails the messages table; every socket gets each row once, in order, and how the payments go on."""

    def __init__(
        self,
        conversations: Conversations,
        connections: Connections,
        cards: PaymentCards,
        writes: Writes,
        push: Pushing,
    ) -> None:
        self._conversations = conversations
        self._connections = connections
        self._cards = cards
        self._writes = writes
        self._push = push
        self._wake = asyncio.Event()
        # The payments that connected conversations link to, with the version that was told last.
        self._told: dict[str, dict[str, int]] = {}

    def wake(self) -> None:
        """Look at once: something was written here."""
        self._wake.set()

    def follow(self, conversation_id: str, orders: Iterable[Order]) -> None:
        """Tell from now on how these payments of a conversation go on; their present state has been told."""
        told = self._told.setdefault(conversation_id, {})
        for order in orders:
            told.setdefault(order.checkout_token, order.version)

    async def run(self) -> None:
        """Push until cancelled."""
        with self._writes.waking(self._wake):
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_ANYWAY_SECONDS):
                        await self._wake.wait()
                self._wake.clear()
                try:
                    await self._look()
                except Exception:
                    logger.exception("the feed could not be read")
                    await asyncio.sleep(PAUSE_AFTER_ERROR_SECONDS)
                await asyncio.sleep(_BREATH_SECONDS)

    async def _look(self) -> None:
        seen = self._connections.seen()
        self._told = {one: told for one, told in self._told.items() if one in seen}
        if not seen:
            return
        last = await asyncio.to_thread(self._conversations.last_seqs, list(seen))
        for conversation_id, seq in seen.items():
            if last.get(conversation_id, 0) > seq:
                rows = await asyncio.to_thread(self._conversations.messages, conversation_id, after=seq)
                orders = await asyncio.to_thread(self._cards.orders, self._cards.tokens(rows))
                await self._send(conversation_id, rows, orders, last[conversation_id])
        await self._send_payments()

    async def _send(
        self, conversation_id: str, rows: Sequence[Message], orders: Orders, last_seq: int
    ) -> None:
        self.follow(conversation_id, orders.values())
        for connection in self._connections.of(conversation_id):
            for row in rows:
                # While we waited the socket may have taken up another conversation.
                if connection.conversation_id == conversation_id and row.seq > connection.seq:
                    connection.seq = row.seq
                    await self._push.message(connection, row, orders)
            if connection.conversation_id == conversation_id:
                # Events are rows too, but nobody is shown them.
                connection.seq = max(connection.seq, last_seq)

    async def _send_payments(self) -> None:
        tokens = {token for told in self._told.values() for token in told}
        orders = await asyncio.to_thread(self._cards.orders, tokens)
        for conversation_id, told in list(self._told.items()):
            for token in list(told):
                order = orders.get(token)
                if order is None or order.version <= told[token]:
                    continue
                told[token] = order.version
                for connection in self._connections.of(conversation_id):
                    await self._push.payment(connection, order)

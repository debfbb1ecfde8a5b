"""A customer with a conversation and an order, as others must not be able to reach them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from prepayment.adapters.sql.tables import conversations, metadata
from prepayment.orders import Order
from prepayment.ports import Customer
from tests.integration.sandbox.harness import wait_until
from tests.integration.web.stack import MINJI, Stack, conversation_of, identity_token
from tests.support.chat_client import Chat, Chats

PHONE_NUMBER: Final = "01000001001"
SECRET_WORDS: Final = "아무도 몰라야 하는 이야기"
# What somebody else may come to know: from a log, a bill, a screenshot, a guess. Not the tokens: they are the keys.
KNOWN: Final = (
    "conversation",
    "order",
    "payment",
    "identity",
    "customer",
    "line",
    "name",
    "phone",
    "message",
    "client_id",
    "socket",
)


@dataclass
class Victim:
    """``known`` are the names of KNOWN with their values; ``order`` is verified, so that only the card is missing."""

    stack: Stack
    chat: Chat
    conversation_id: str
    order: Order
    known: dict[str, str]

    def marks(self) -> tuple[str, ...]:
        """What nobody else may be told: words, tokens, links, and numbers."""
        tokens = [session["token"] for session in self.chat.sessions]
        return (SECRET_WORDS, self.order.checkout_token, PHONE_NUMBER, *tokens)

    def stored(self) -> dict[str, list[Any]]:
        """Every row of every table that belongs to the conversation or to the order."""
        rows = {}
        with self.stack.app.database.engine.connect() as connection:
            for table in metadata.sorted_tables:
                mine = [
                    table.c[name] == value
                    for name, value in (
                        ("conversation_id", self.conversation_id),
                        ("order_id", self.order.id),
                        ("payment_id", self.order.payment_id),
                        ("id", self.conversation_id if table.name == "conversations" else self.order.id),
                    )
                    if name in table.c and isinstance(table.c[name].type, sa.String)
                ]
                if mine:
                    query = sa.select(table).where(sa.or_(*mine)).order_by(*table.primary_key)
                    rows[table.name] = [tuple(row) for row in connection.execute(query)]
        assert len(rows["orders"]) == len(rows["conversations"]) == 1
        return rows

    def is_being_answered(self) -> bool:
        """Whether a turn is under way."""
        query = sa.select(conversations.c.turn_holder).where(conversations.c.id == self.conversation_id)
        with self.stack.app.database.engine.connect() as connection:
            return connection.execute(query).scalar_one() is not None

    def heard(self) -> int:
        """How many things the chat's own socket was sent."""
        return len(self.chat.messages) + len(self.chat.sessions)


def make_victim(
    stack: Stack, chats: Chats, verify: Callable[[Order], object], customer: Customer = MINJI
) -> Victim:
    """A customer who has said something, has buttons to press and an order to pay; ``verify`` proves the identity."""
    chat = chats.open(identity=identity_token(customer))
    conversation_id, client_id = conversation_of(chat.session), str(uuid.uuid4())
    order = stack.app.ordering.open(conversation_id, customer, 50_000)
    verify(order)
    order = stack.order(order)
    link = stack.app.ordering.checkout_url(order)
    buttons = [{"title": "결제하러 가기", "payload": link}, {"title": "네", "payload": "/affirm"}]
    stack.rasa.answers[SECRET_WORDS] = [{"text": f"들었어요: {SECRET_WORDS}", "buttons": buttons}]
    chat.say(SECRET_WORDS, client_id)
    offer = chat.wait_for_bot("들었어요")
    known = {
        "conversation": conversation_id,
        "order": order.id,
        "payment": order.payment_id,
        "identity": next(e.detail["identity_id"] for e in stack.app.account.events(order.id) if e.detail),
        "customer": customer.id,
        "line": customer.line_id,
        "name": customer.name,
        "phone": PHONE_NUMBER,
        "message": offer["id"],
        "client_id": client_id,
        "socket": chat._client.get_sid(),
    }
    assert tuple(known) == KNOWN
    assert all(known.values())
    victim = Victim(stack, chat, conversation_id, order, known)
    wait_until(lambda: not victim.is_being_answered())
    return victim

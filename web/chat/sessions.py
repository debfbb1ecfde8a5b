"""Which conversation a socket goes on with, and what it is told when it joins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from prepayment.errors import ConversationTaken
from prepayment.orders import Order
from prepayment.ports import Customer
from prepayment.service.conversations import Conversations
from web.chat.cards import PaymentCards
from web.chat.session_tokens import SessionTokens
from web.chat.wire import CHARS_MAX, MessageWire

LOCALE: Final = "ko"


@dataclass(frozen=True)
class Joined:
    """A conversation taken up. ``resumed``: the client held its token. ``told``: a log-in waits for its answer."""

    conversation_id: str
    resumed: bool
    told: bool = False


@dataclass(frozen=True)
class Welcome:
    """What `session` carries, up to which seq it tells the conversation, and the payments that it tells of."""

    body: dict[str, Any]
    seq: int
    token_exp: int
    orders: tuple[Order, ...]


class Sessions:
    """Blocking calls, for a thread."""

    def __init__(
        self, conversations: Conversations, tokens: SessionTokens, wire: MessageWire, cards: PaymentCards
    ) -> None:
        self._conversations = conversations
        self._cards = cards
        self._tokens = tokens
        self._wire = wire

    def join(self, token: object, customer: Customer | None) -> Joined:
        """Take up the conversation of a good token, else a new one, and log its customer in."""
        named = self._tokens.conversation_id(token)
        resumed = named is not None and self._conversations.exists(named)
        joined = Joined(named if named and resumed else self._conversations.create(), resumed)
        return self.log_in(joined.conversation_id, customer, resumed=resumed) if customer else joined

    def log_in(self, conversation_id: str, customer: Customer, *, resumed: bool = True) -> Joined:
        """Log a customer in; where the conversation is another's, into a new one."""
        try:
            told = self._conversations.log_in(conversation_id, customer)
        except ConversationTaken:
            conversation_id, resumed = self._conversations.create(), False
            told = self._conversations.log_in(conversation_id, customer)
        return Joined(conversation_id, resumed, told)

    def welcome(self, conversation_id: str, since: int) -> Welcome:
        """Return what a socket is told: a fresh token and the history after ``since`` (the newest 200 of it)."""
        # Asked for first: rows that are written meanwhile are in the history or come by the feed.
        last_seq = self._conversations.last_seqs([conversation_id]).get(conversation_id, 0)
        # Of the whole conversation: a payment it linked to before ``since`` may have gone on.
        known = self._conversations.messages(conversation_id)
        history = [row for row in known if row.seq > since]
        orders = self._cards.orders(self._cards.tokens(known))
        rating = self._conversations.rating(conversation_id)
        customer = self._conversations.customer(conversation_id)
        token = self._tokens.issue(conversation_id)
        seq = max([last_seq, *(row.seq for row in history)])
        body = {
            "token": token.text,
            "exp": token.exp,
            "locale": LOCALE,
            "limits": {"chars": CHARS_MAX},
            "history": [self._wire.message(row, orders) for row in history],
            "payments": [self._cards.card(order) for order in orders.values()],
            "rating": None if rating is None else rating.value,
            "seq": seq,
            "customer": {"name": customer.name} if customer else None,
        }
        return Welcome(body, seq, token.exp, tuple(orders.values()))

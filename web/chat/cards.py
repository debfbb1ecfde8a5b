"""What the chat shows of the payments that it links to: how they stand now, whatever the message said then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from prepayment.orders import UNPAID, Order, State
from prepayment.ports import Clock, Message
from prepayment.service.account import Account
from prepayment.settings import Settings

# Of a conversation, the newest links.
MOST_CARDS: Final = 20

_STATUS: Final = {
    State.QUOTED: "pending",
    State.VERIFIED: "pending",
    State.PAYING: "pending",
    State.DECLINED: "pending",
    State.CONFIRMING: "checking",
    State.UNKNOWN: "checking",
    State.PAID: "checking",
    State.REVIEW: "checking",
    State.APPLIED: "done",
    State.EXPIRED: "expired",
    State.WITHDRAWN: "withdrawn",
    State.CANCELLING: "cancelling",
    State.CANCELLED: "cancelled",
}

Card = dict[str, Any]
Orders = Mapping[str, Order]  # by checkout token


class PaymentCards:
    """Reads orders (blocking, for a thread) and writes their cards."""

    def __init__(self, account: Account, clock: Clock, settings: Settings) -> None:
        self._account = account
        self._clock = clock
        self._pages = f"{settings.public_url.rstrip('/')}/pay/"

    def token(self, message: Message) -> str | None:
        """Return the checkout token that a message links to."""
        for button in message.buttons:
            if button.url is not None and button.url.startswith(self._pages):
                return button.url.removeprefix(self._pages)
        return None

    def tokens(self, messages: Iterable[Message]) -> list[str]:
        """Return the checkout tokens that messages link to, each once, the newest last."""
        found = dict.fromkeys(token for message in messages if (token := self.token(message)) is not None)
        return list(found)[-MOST_CARDS:]

    def orders(self, tokens: Iterable[str]) -> Orders:
        """Return the orders of checkout tokens as they stand now."""
        wanted = list(tokens)
        found = self._account.orders_of_links(wanted) if wanted else ()
        return {order.checkout_token: order for order in found}

    def card(self, order: Order) -> Card:
        """Return an order's card (``Card`` of the chat's protocol)."""
        seconds = int((order.expires_at - self._clock.now()).total_seconds())
        status = "expired" if order.state in UNPAID and seconds <= 0 else _STATUS[order.state]
        page = self._pages + order.checkout_token
        return {
            "type": "payment",
            "order_id": order.id,
            "version": order.version,
            "amount_won": order.amount_won,
            "status": status,
            "expires_in_seconds": seconds if status == "pending" else None,
            "url": page if status in {"pending", "checking"} else None,
            "receipt_url": f"{page}/receipt" if status == "done" else None,
        }

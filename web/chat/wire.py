"""What travels over the socket: reading what clients send, writing what they get."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Final, TypeGuard

from prepayment.ports import Button, Message, Opinion
from prepayment.settings import Settings
from web.chat.cards import Orders, PaymentCards
from web.origins import origin_of, own_origin

logger = logging.getLogger(__name__)

PROTOCOL_VERSION: Final = 1
CHARS_MAX: Final = 1000

_CLIENT_ID: Final = re.compile(r"[0-9A-Za-z-]{8,64}", re.ASCII)
_SEQ: Final = re.compile(r"[0-9]{1,9}", re.ASCII)


class BadEvent(Exception):
    """A client sent something that the protocol does not allow; ``code`` goes into the acknowledgement."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def event_body(arguments: Sequence[Any]) -> dict[str, Any]:
    """Return the one object that came with an event. Raises BadEvent."""
    if len(arguments) != 1 or not isinstance(arguments[0], dict):
        raise BadEvent("bad_request")
    return arguments[0]


def client_id(body: dict[str, Any]) -> str:
    """Return the id a client gave to its message. Raises BadEvent."""
    value = body.get("id")
    if not isinstance(value, str) or not _CLIENT_ID.fullmatch(value):
        raise BadEvent("bad_request")
    return value


def typed_text(body: dict[str, Any]) -> str:
    """Return what was typed, without outer space and control characters. Raises BadEvent."""
    value = body.get("text")
    if not isinstance(value, str):
        raise BadEvent("bad_request")
    if len(value.strip()) > CHARS_MAX:
        raise BadEvent("too_long")
    # Line breaks and tabs are text; other controls and halves of surrogate pairs cannot even be stored.
    kept = "".join(
        one for one in value if one in "\n\t" or unicodedata.category(one) not in {"Cc", "Cs"}
    ).strip()
    if not kept:
        raise BadEvent("bad_request")
    return kept


def choice(body: dict[str, Any]) -> tuple[int, int]:
    """Return the seq of the message that offered a button, and the button's place there. Raises BadEvent."""
    seq, index = body.get("msg_id"), body.get("index")
    if not isinstance(seq, str) or not _SEQ.fullmatch(seq) or not _is_count(index):
        raise BadEvent("bad_request")
    return int(seq), index


def opinion(body: dict[str, Any]) -> Opinion:
    """Return what a customer thinks. Raises BadEvent."""
    value = body.get("value")
    if not isinstance(value, str) or value not in set(Opinion):
        raise BadEvent("bad_request")
    return Opinion(value)


def since(auth: dict[str, Any]) -> int:
    """Return the last seq a client has seen; 0 for one that has seen nothing."""
    value = auth.get("since")
    return value if _is_count(value) else 0


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


class MessageWire:
    """Writes messages. Payloads never leave the server, and links lead to our own pages or the log-in only."""

    def __init__(self, settings: Settings, cards: PaymentCards) -> None:
        self._cards = cards
        self._own_origin = own_origin(settings)
        self._login_url = settings.login_url

    def message(self, message: Message, orders: Orders) -> dict[str, Any]:
        """Return a message as clients get it; ``orders`` holds the one that it links to."""
        body: dict[str, Any] = {
            "id": str(message.seq),
            "seq": message.seq,
            "role": message.role,
            "ts": message.at.isoformat(),
            "text": message.text,
            "buttons": [_button(message.buttons[place]) for place in self.places(message)],
            "client_id": message.client_id,
        }
        order = orders.get(self._cards.token(message) or "")
        if order is not None:
            body["card"] = self._cards.card(order)
        if message.image is not None:
            image = message.image
            size = {"width": image.width, "height": image.height}
            body["image"] = {"url": self._own_origin + image.path, "alt": image.alt, **size}
        if message.agent_name is not None:
            body["name"] = message.agent_name
        if message.ends:
            body["ends"] = True
        return body

    def places(self, message: Message) -> list[int]:
        """Return the places, in the stored message, of the buttons that clients see."""
        seen = [place for place, button in enumerate(message.buttons) if self._may_be_seen(button)]
        if len(seen) < len(message.buttons):
            hosts = {origin_of(button.url) for button in message.buttons if button.url}
            logger.warning("a link in message %d leads to none of our pages: %s", message.seq, sorted(hosts))
        return seen

    def _may_be_seen(self, button: Button) -> bool:
        if button.url is None:
            return True
        return button.url == self._login_url or origin_of(button.url) == self._own_origin


def _button(button: Button) -> dict[str, str]:
    if button.url is not None:
        return {"title": button.title, "kind": "link", "url": button.url}
    return {"title": button.title, "kind": "reply"}

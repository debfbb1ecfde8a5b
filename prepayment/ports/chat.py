"""What a conversation is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Customer:
    """Whose conversation it is, set only from a verified identity token."""

    id: str
    line_id: str
    name: str = field(repr=False)


@dataclass(frozen=True)
class Button:
    """A choice offered to the customer: a reply (``payload``) or a link (``url``)."""

    title: str
    payload: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Reply:
    """One bubble of the bot."""

    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Message:
    """A row of a conversation; ``seq`` grows within it.

    ``role`` is ``user``, ``bot``, or ``event``: something our own side tells the dialogue (``text`` names the
    intent, ``payload`` its entities as JSON), never shown.
    """

    conversation_id: str
    seq: int
    role: str
    text: str
    at: datetime
    buttons: tuple[Button, ...] = ()
    client_id: str | None = None
    payload: str | None = None

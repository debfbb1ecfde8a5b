"""What a conversation is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


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
class Image:
    """A picture of ours: its path on our own site, what it shows in words, and its size in pixels."""

    path: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class Reply:
    """One bubble of the bot. ``ends``: it ends what the customer came for, which is a moment to ask how it was."""

    text: str
    buttons: tuple[Button, ...] = ()
    image: Image | None = None
    ends: bool = False


@dataclass(frozen=True)
class Message:
    """A row of a conversation; ``seq`` grows within it.

    ``role`` is ``user``, ``bot``, ``agent`` (a person of the staff, who is called ``agent_name``), or ``event``:
    something our own side tells the dialogue (``text`` names the intent, ``payload`` its entities as JSON), which is
    never shown. One that is not ``answered`` waits for the bot.
    """

    conversation_id: str
    seq: int
    role: str
    text: str
    at: datetime
    buttons: tuple[Button, ...] = ()
    client_id: str | None = None
    payload: str | None = None
    image: Image | None = None
    ends: bool = False
    agent_name: str | None = None
    answered: bool = True


class Opinion(StrEnum):
    """What a customer thinks of a conversation."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True)
class Rating:
    """A customer's opinion, and the seq up to which the conversation had gone then."""

    conversation_id: str
    opinion: Opinion
    seq: int
    at: datetime

"""Where conversations are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from prepayment.ports.chat import Customer, Message, Opinion, Rating, Reply


class ConversationStore(Protocol):
    """Conversations and their messages within one transaction."""

    def create(self, conversation_id: str) -> None:
        """Make a conversation."""

    def exists(self, conversation_id: str) -> bool:
        """Whether there is such a conversation."""

    def lock(self, conversation_id: str) -> None:
        """Let no other transaction write to the conversation until this one ends."""

    def customer(self, conversation_id: str) -> Customer | None:
        """Return whose conversation it is; None for an anonymous visitor."""

    def bind(self, conversation_id: str, customer: Customer) -> None:
        """Say whose conversation it is."""

    def add_user_message(
        self,
        conversation_id: str,
        *,
        client_id: str,
        text: str,
        payload: str | None = None,
        answered: bool = False,
    ) -> Message:
        """Append what the customer said, once per ``client_id``; returns the stored row.

        One that is ``answered`` waits for no answer of the bot.
        """

    def add_replies(self, conversation_id: str, replies: Sequence[Reply]) -> Sequence[Message]:
        """Append the bot's replies."""

    def add_agent_message(self, conversation_id: str, *, client_id: str, text: str, name: str) -> Message:
        """Append what a person of the staff said, once per ``client_id`` of theirs; returns the stored row."""

    def add_event(
        self, conversation_id: str, intent: str, entities: Mapping[str, str], *, source: str
    ) -> None:
        """Append an event for the dialogue, once per ``source``."""

    def mark_answered(self, conversation_id: str, seq: int) -> bool:
        """Say that a user message or an event has its answer; False when it had one already."""

    def mark_said_answered(self, conversation_id: str) -> None:
        """Say that all the customer's messages have their answer; events of our own side go on waiting."""

    def unanswered(self, conversation_id: str, *, after: int = 0) -> Message | None:
        """Return the oldest user message or event without an answer and with a higher seq."""

    def waiting(self, older_than: datetime, limit: int = 500) -> Sequence[str]:
        """Return conversations with an unanswered event, or an unanswered message from before then; oldest first."""

    def messages(self, conversation_id: str, *, after: int = 0, limit: int = 200) -> Sequence[Message]:
        """Return what the chat shows with a higher seq, oldest first; the newest ``limit`` of it."""

    def last_said(self, conversation_id: str) -> Message | None:
        """Return what the customer typed last; buttons are no words of theirs."""

    def message(self, conversation_id: str, seq: int) -> Message | None:
        """Return one message."""

    def last_seqs(self, conversation_ids: Collection[str]) -> Mapping[str, int]:
        """Return the highest seq of each conversation."""

    def take_turn(self, conversation_id: str, holder: str, until: datetime, now: datetime) -> bool:
        """Take the lease on a conversation's turn; False when another holds it."""

    def give_turn(self, conversation_id: str, holder: str) -> None:
        """Give the lease back."""


class RatingStore(Protocol):
    """What customers think of their conversations, within one transaction."""

    def put(self, conversation_id: str, opinion: Opinion) -> None:
        """Keep an opinion, in place of the one before."""

    def get(self, conversation_id: str) -> Opinion | None:
        """Return the opinion of a conversation, if there is one."""

    def between(self, since: datetime, until: datetime) -> Sequence[Rating]:
        """Return the opinions given from ``since`` until before ``until``, newest first."""

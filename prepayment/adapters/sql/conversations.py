"""Conversations and their messages."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from prepayment.adapters.sql import tables as t
from prepayment.ports import Button, Clock, Customer, Image, Message, Reply


def _message(row: sa.Row[Any]) -> Message:
    return Message(
        conversation_id=row.conversation_id,
        seq=row.seq,
        role=row.role,
        text=row.text,
        at=row.at,
        buttons=tuple(Button(**button) for button in row.buttons),
        client_id=row.client_id,
        payload=row.payload,
        image=Image(**row.image) if row.image else None,
        ends=row.ends,
        agent_name=row.agent_name,
        answered=row.answered,
    )


class SqlConversations:
    """The conversation store of one transaction."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def create(self, conversation_id: str) -> None:
        """Make a conversation."""
        self._connection.execute(
            sa.insert(t.conversations).values(id=conversation_id, created_at=self._clock.now(), last_seq=0)
        )

    def exists(self, conversation_id: str) -> bool:
        """Whether there is such a conversation."""
        query = sa.select(t.conversations.c.id).where(t.conversations.c.id == conversation_id)
        return self._connection.execute(query).one_or_none() is not None

    def lock(self, conversation_id: str) -> None:
        """Let no other transaction write to the conversation until this one ends."""
        # So that its seq has no gap and no double, and what was read still holds.
        self._connection.execute(
            sa.select(t.conversations.c.id).where(t.conversations.c.id == conversation_id).with_for_update()
        ).one()

    def customer(self, conversation_id: str) -> Customer | None:
        """Return whose conversation it is; None for an anonymous visitor."""
        row = self._connection.execute(
            sa.select(t.conversations).where(t.conversations.c.id == conversation_id)
        ).one_or_none()
        if row is None or row.customer_id is None:
            return None
        return Customer(row.customer_id, row.line_id, row.customer_name)

    def bind(self, conversation_id: str, customer: Customer) -> None:
        """Say whose conversation it is."""
        self._connection.execute(
            sa.update(t.conversations)
            .where(t.conversations.c.id == conversation_id)
            .values(customer_id=customer.id, line_id=customer.line_id, customer_name=customer.name)
        )

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
        self.lock(conversation_id)
        known = self._where(t.messages.c.client_id == client_id, conversation_id)
        if known is not None:
            return known
        return self._append(
            conversation_id, "user", text, client_id=client_id, payload=payload, answered=answered
        )

    def add_replies(self, conversation_id: str, replies: Sequence[Reply]) -> Sequence[Message]:
        """Append the bot's replies."""
        self.lock(conversation_id)
        return [
            self._append(
                conversation_id,
                "bot",
                reply.text,
                buttons=[asdict(button) for button in reply.buttons],
                image=asdict(reply.image) if reply.image else None,
                ends=reply.ends,
            )
            for reply in replies
        ]

    def add_agent_message(self, conversation_id: str, *, client_id: str, text: str, name: str) -> Message:
        """Append what a person of the staff said, once per ``client_id`` of theirs; returns the stored row."""
        self.lock(conversation_id)
        # Beside the customer's own ids, which are no business of the staff.
        source = f"agent:{client_id}"
        known = self._where(t.messages.c.source == source, conversation_id)
        if known is not None:
            return known
        return self._append(conversation_id, "agent", text, source=source, agent_name=name)

    def add_event(
        self, conversation_id: str, intent: str, entities: Mapping[str, str], *, source: str
    ) -> None:
        """Append an event for the dialogue, once per ``source``."""
        self.lock(conversation_id)
        if self._where(t.messages.c.source == source, conversation_id) is None:
            self._append(
                conversation_id,
                "event",
                intent,
                payload=json.dumps(dict(entities)),
                source=source,
                answered=False,
            )

    def mark_answered(self, conversation_id: str, seq: int) -> bool:
        """Say that a user message or an event has its answer; False when it had one already."""
        result = self._connection.execute(
            sa.update(t.messages)
            .where(
                t.messages.c.conversation_id == conversation_id,
                t.messages.c.seq == seq,
                t.messages.c.answered.is_(False),
            )
            .values(answered=True)
        )
        return result.rowcount == 1

    def mark_said_answered(self, conversation_id: str) -> None:
        """Say that all the customer's messages have their answer; events of our own side go on waiting."""
        self._connection.execute(
            sa.update(t.messages)
            .where(
                t.messages.c.conversation_id == conversation_id,
                t.messages.c.role == "user",
                t.messages.c.answered.is_(False),
            )
            .values(answered=True)
        )

    def unanswered(self, conversation_id: str, *, after: int = 0) -> Message | None:
        """Return the oldest user message or event without an answer and with a higher seq."""
        row = self._connection.execute(
            sa.select(t.messages)
            .where(
                t.messages.c.conversation_id == conversation_id,
                t.messages.c.answered.is_(False),
                t.messages.c.seq > after,
            )
            .order_by(t.messages.c.seq)
            .limit(1)
        ).one_or_none()
        return None if row is None else _message(row)

    def waiting(self, older_than: datetime, limit: int = 500) -> Sequence[str]:
        """Return conversations with an unanswered event, or an unanswered message from before then; oldest first."""
        query = (
            sa.select(t.messages.c.conversation_id)
            .where(
                t.messages.c.answered.is_(False),
                (t.messages.c.role == "event") | (t.messages.c.at < older_than),
            )
            .group_by(t.messages.c.conversation_id)
            .order_by(sa.func.min(t.messages.c.at))
            .limit(limit)
        )
        return list(self._connection.execute(query).scalars())

    def messages(self, conversation_id: str, *, after: int = 0, limit: int = 200) -> Sequence[Message]:
        """Return what the chat shows with a higher seq, oldest first; the newest ``limit`` of it."""
        rows = self._connection.execute(
            sa.select(t.messages)
            .where(
                t.messages.c.conversation_id == conversation_id,
                t.messages.c.seq > after,
                t.messages.c.role != "event",
            )
            .order_by(t.messages.c.seq.desc())
            .limit(limit)
        )
        return [_message(row) for row in rows][::-1]

    def last_said(self, conversation_id: str) -> Message | None:
        """Return what the customer typed last; buttons are no words of theirs."""
        row = self._connection.execute(
            sa.select(t.messages)
            .where(
                t.messages.c.conversation_id == conversation_id,
                t.messages.c.role == "user",
                t.messages.c.payload.is_(None),
            )
            .order_by(t.messages.c.seq.desc())
            .limit(1)
        ).one_or_none()
        return None if row is None else _message(row)

    def message(self, conversation_id: str, seq: int) -> Message | None:
        """Return one message."""
        return self._where(t.messages.c.seq == seq, conversation_id)

    def last_seqs(self, conversation_ids: Collection[str]) -> Mapping[str, int]:
        """Return the highest seq of each conversation."""
        rows = self._connection.execute(
            sa.select(t.conversations.c.id, t.conversations.c.last_seq).where(
                t.conversations.c.id.in_(conversation_ids)
            )
        )
        return {row.id: row.last_seq for row in rows}

    def take_turn(self, conversation_id: str, holder: str, until: datetime, now: datetime) -> bool:
        """Take the lease on a conversation's turn; False when another holds it."""
        free = t.conversations.c.turn_holder.is_(None) | (t.conversations.c.turn_until <= now)
        result = self._connection.execute(
            sa.update(t.conversations)
            .where(t.conversations.c.id == conversation_id, free)
            .values(turn_holder=holder, turn_until=until)
        )
        return result.rowcount == 1

    def give_turn(self, conversation_id: str, holder: str) -> None:
        """Give the lease back."""
        self._connection.execute(
            sa.update(t.conversations)
            .where(t.conversations.c.id == conversation_id, t.conversations.c.turn_holder == holder)
            .values(turn_holder=None, turn_until=None)
        )

    def _where(self, condition: sa.ColumnElement[bool], conversation_id: str) -> Message | None:
        row = self._connection.execute(
            sa.select(t.messages).where(t.messages.c.conversation_id == conversation_id, condition)
        ).one_or_none()
        return None if row is None else _message(row)

    def _append(self, conversation_id: str, role: str, text: str, **values: Any) -> Message:
        seq = self._connection.execute(
            sa.update(t.conversations)
            .where(t.conversations.c.id == conversation_id)
            .values(last_seq=t.conversations.c.last_seq + 1)
            .returning(t.conversations.c.last_seq)
        ).scalar_one()
        row = {
            "conversation_id": conversation_id,
            "seq": seq,
            "role": role,
            "text": text,
            "at": self._clock.now(),
            "buttons": [],
            "answered": True,
            **values,
        }
        return _message(
            self._connection.execute(sa.insert(t.messages).values(row).returning(t.messages)).one()
        )

"""The chat's turns: what is said is stored first, then answered, one turn of a conversation at a time."""

from __future__ import annotations

import json
import logging
import time
import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from datetime import timedelta

from prepayment.errors import ChoiceStale, ConversationTaken, OutsideError
from prepayment.ports import Button, Customer, Message, Opinion, Reply, TicketState, UnitOfWork
from prepayment.rules import SUPPORT_NUMBER
from prepayment.service.backoff import Failures
from prepayment.service.parts import Parts

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)  # longer than the dialogue engine may take for an answer
_WAIT_SECONDS = 0.05
PAYMENT_RESULT_INTENT = "EXTERNAL_payment_result"
LOGGED_IN_INTENT = "EXTERNAL_logged_in"

# Said when the dialogue engine itself cannot speak.
APOLOGY = Reply(
    "지금은 답변을 드릴 수 없어요. 잠시 뒤에 다시 말해 주세요.\n\n"
    "결제하던 중이었다면 다시 결제하지 말고, 답변이 돌아온 뒤 **선결제 내역부터 확인**해 주세요. "
    f"급하면 KT 휴대폰에서 **{SUPPORT_NUMBER}**로 전화해 주세요."
)


# Said when an answer takes long, so that nobody waits in silence; the answer follows.
PATIENCE = timedelta(seconds=4)
WAIT = Reply("답변을 준비하고 있어요. 조금만 기다려 주세요.")
# A customer sits before it: soon after the dialogue engine is back they hear what became of a payment.
RETRY_AT_LATEST = timedelta(seconds=10)
_AT_ONCE = 64  # more than web and worker together answer at once


class Conversations:
    """Takes in what customers say and answers it."""

    def __init__(self, parts: Parts, *, patience: timedelta = PATIENCE) -> None:
        self._parts = parts
        self._failures = Failures(longest=RETRY_AT_LATEST)
        self._patience = patience.total_seconds()
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="dialogue")

    def create(self) -> str:
        """Make a conversation and return its random id."""
        conversation_id = f"cv{uuid.uuid4().hex}"
        with self._parts.database() as unit:
            unit.conversations.create(conversation_id)
            unit.commit()
        return conversation_id

    def exists(self, conversation_id: str) -> bool:
        """Whether there is such a conversation."""
        with self._parts.database(write=False) as unit:
            return unit.conversations.exists(conversation_id)

    def customer(self, conversation_id: str) -> Customer | None:
        """Return whose conversation it is; None for an anonymous visitor."""
        with self._parts.database(write=False) as unit:
            return unit.conversations.customer(conversation_id)

    def log_in(self, conversation_id: str, customer: Customer) -> bool:
        """Bind a conversation to a customer; True when it was anonymous and has begun, so the dialogue is told.

        While a person of the staff talks to the customer, the dialogue is told nothing.

        Raises:
            ConversationTaken: it belongs to another customer.
        """
        with self._parts.database() as unit:
            unit.conversations.lock(conversation_id)
            known = unit.conversations.customer(conversation_id)
            if known is not None:
                if known.id != customer.id or known.line_id != customer.line_id:
                    raise ConversationTaken(conversation_id)
                return False
            unit.conversations.bind(conversation_id, customer)
            begun = bool(unit.conversations.last_seqs([conversation_id]).get(conversation_id))
            told = begun and not _is_with_a_person(unit, conversation_id)
            if told:
                unit.conversations.add_event(conversation_id, LOGGED_IN_INTENT, {}, source="log_in")
            unit.commit()
        return told

    def say(self, conversation_id: str, *, client_id: str, text: str) -> Message:
        """Store what the customer typed, once per ``client_id``; a person who has joined answers it, not the bot."""
        with self._parts.database() as unit:
            unit.conversations.lock(conversation_id)
            message = unit.conversations.add_user_message(
                conversation_id,
                client_id=client_id,
                text=text,
                answered=_is_with_a_person(unit, conversation_id),
            )
            unit.commit()
        return message

    def choose(self, conversation_id: str, *, client_id: str, seq: int, index: int) -> Message:
        """Store the choice of a button, by the message that offered it and its place there.

        Raises:
            ChoiceStale: no such button, it is a link, or the customer has said something since.
        """
        with self._parts.database() as unit:
            unit.conversations.lock(conversation_id)
            offer = unit.conversations.message(conversation_id, seq)
            later = unit.conversations.messages(conversation_id, after=seq)
            said_since = any(m.role == "user" and m.client_id != client_id for m in later)
            button = _button(offer, index)
            if button is None or said_since:
                raise ChoiceStale(conversation_id)
            message = unit.conversations.add_user_message(
                conversation_id,
                client_id=client_id,
                text=button.title,
                payload=button.payload,
                answered=_is_with_a_person(unit, conversation_id),
            )
            unit.commit()
        return message

    def rate(self, conversation_id: str, opinion: Opinion) -> None:
        """Keep what the customer thinks of the conversation; the newest opinion counts."""
        with self._parts.database() as unit:
            unit.ratings.put(conversation_id, opinion)
            unit.commit()

    def rating(self, conversation_id: str) -> Opinion | None:
        """Return what the customer thinks of the conversation."""
        with self._parts.database(write=False) as unit:
            return unit.ratings.get(conversation_id)

    def messages(self, conversation_id: str, *, after: int = 0) -> Sequence[Message]:
        """Return what the chat shows with a higher seq, oldest first."""
        with self._parts.database(write=False) as unit:
            return unit.conversations.messages(conversation_id, after=after)

    def last_seqs(self, conversation_ids: Sequence[str]) -> Mapping[str, int]:
        """Return the highest seq of each conversation."""
        with self._parts.database(write=False) as unit:
            return unit.conversations.last_seqs(conversation_ids)

    def answer_all(self, conversation_id: str, *, patient: bool = True) -> bool:
        """Answer what waits for an answer, in order; who holds the turn is waited for, or left to it.

        Returns False when an event of our own side has to wait until the dialogue engine can take it.
        """
        holder = uuid.uuid4().hex
        done = 0
        while True:
            with self._parts.database(durable=False) as unit:
                waiting = unit.conversations.unanswered(conversation_id, after=done)
                if waiting is None:
                    return unit.conversations.unanswered(conversation_id) is None
                now = self._parts.clock.machine_now()
                mine = unit.conversations.take_turn(conversation_id, holder, now + LEASE, now)
                unit.commit()
            if not mine and not patient:
                return True
            if not mine:
                time.sleep(_WAIT_SECONDS)
                continue
            try:
                done = self._answer_next(conversation_id, done)
            finally:
                with self._parts.database(durable=False) as unit:
                    unit.conversations.give_turn(conversation_id, holder)
                    unit.commit()

    def answer_left_over(self, older_than: timedelta) -> None:
        """Answer what a process that died, or a dialogue engine that was away, left waiting."""
        with self._parts.database(write=False) as unit:
            waiting = unit.conversations.waiting(self._parts.clock.now() - older_than)
        for conversation_id in waiting:
            if not self._failures.is_due(conversation_id, self._parts.clock.machine_now()):
                continue
            if self.answer_all(conversation_id, patient=False):
                self._failures.succeeded(conversation_id)
            else:
                self._failures.failed(conversation_id, self._parts.clock.machine_now())

    def _answer_next(self, conversation_id: str, done: int) -> int:
        # Read again: the one who held the turn before may have answered it.
        with self._parts.database(write=False) as unit:
            message = unit.conversations.unanswered(conversation_id, after=done)
        if message is None:
            return done
        replies = self._replies_with_patience(message)
        if replies is None:
            return message.seq  # an event keeps waiting until the dialogue engine is back
        with self._parts.database() as unit:
            # Asked last: a turn that outlived its lease may have been taken over and answered.
            unit.conversations.lock(conversation_id)
            if unit.conversations.mark_answered(conversation_id, message.seq):
                unit.conversations.add_replies(conversation_id, replies)
            unit.commit()
        return message.seq

    def _replies_with_patience(self, message: Message) -> Sequence[Reply] | None:
        asked = self._threads.submit(self._replies, message)
        try:
            return asked.result(self._patience)
        except TooLong:
            if message.role == "user":
                self._ask_to_wait(message)
            return asked.result()

    def _ask_to_wait(self, message: Message) -> None:
        """Say that the answer follows, unless a person has joined meanwhile, whose it is now."""
        with self._parts.database() as unit:
            unit.conversations.lock(message.conversation_id)
            waiting = unit.conversations.unanswered(message.conversation_id, after=message.seq - 1)
            if waiting is not None and waiting.seq == message.seq:
                unit.conversations.add_replies(message.conversation_id, (WAIT,))
                unit.commit()

    def _replies(self, message: Message) -> Sequence[Reply] | None:
        assistant = self._parts.assistant
        try:
            if message.role == "event":
                return self._replies_to_event(message)
            text = message.payload or as_plain_text(message.text)
            return assistant.answer(message.conversation_id, text) or (APOLOGY,)
        except OutsideError as error:
            logger.error(
                "no answer for %s/%d: %s", message.conversation_id, message.seq, type(error).__name__
            )
            return None if message.role == "event" else (APOLOGY,)

    def _replies_to_event(self, message: Message) -> Sequence[Reply] | None:
        entities: dict[str, str] = json.loads(message.payload or "{}")
        if message.text == PAYMENT_RESULT_INTENT:
            with self._parts.database(write=False) as unit:
                order = unit.orders.get(entities["order_id"])
            if order.state.value != entities["state"]:
                return ()  # old news: the order has gone on, and its later step is told by itself
        # The dialogue engine answers with nothing when its action server is down.
        return self._parts.assistant.inject(message.conversation_id, message.text, entities) or None


def as_plain_text(text: str) -> str:
    """Return typed text so that the dialogue engine reads no command in it: one starts with a slash."""
    start = 0
    while start < len(text) and _is_before_command(text[start]):
        start += 1
    return text[start:] or "?"


def _is_before_command(character: str) -> bool:
    # Full-width and look-alike slashes become "/" when normalised; invisible characters may hide one.
    return character in "/／⁄∕" or unicodedata.category(character) in {"Cc", "Cf", "Zs", "Zl", "Zp"}


def _is_with_a_person(unit: UnitOfWork, conversation_id: str) -> bool:
    """Whether somebody of the staff has joined: what the customer says is theirs to answer."""
    ticket = unit.tickets.current(conversation_id)
    return ticket is not None and ticket.state is TicketState.JOINED


def _button(offer: Message | None, index: int) -> Button | None:
    if offer is None or offer.role != "bot" or not 0 <= index < len(offer.buttons):
        return None
    button = offer.buttons[index]
    return button if button.payload else None

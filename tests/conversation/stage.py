"""One conversation on the running product: its chat windows, and what can be read of it anywhere."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from prepayment.orders import Order
from prepayment.ports import Customer
from tests.conversation.tracker_store import TrackerStore
from tests.integration.sandbox.harness import wait_until
from tests.support.chat_client import Chat, Chats
from tests.support.full_stack import FullStack

ANSWER_SECONDS = 30.0
_POLL_SECONDS = 0.02
FIRST = "first"
Row = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """One answer of the dialogue: the name of its response, and its words."""

    response: str
    text: str


@dataclass
class Window:
    """A browser's tab. What it showed before ``from_session`` and ``from_message`` was another conversation.

    ``looked`` is the seq up to which it has been looked at.
    """

    chat: Chat
    from_session: int = 0
    from_message: int = 0
    looked: int = 0

    def rows(self) -> list[Row]:
        """Return the messages that it shows, oldest first."""
        told = [row for session in self.sessions() for row in session["history"]]
        by_seq = {row["seq"]: row for row in [*told, *list(self.chat.messages)[self.from_message :]]}
        return [by_seq[seq] for seq in sorted(by_seq)]

    def sessions(self) -> list[Row]:
        """Return what it was told on joining the conversation, each time."""
        return list(self.chat.sessions)[self.from_session :]


class Stage:
    """``stack`` is the product; ``customer_id`` is who is logged in, None for a visitor.

    ``push_seconds`` is how long to wait for what comes unasked. ``answered_in`` is how long the customer saw nothing,
    in seconds from the acknowledgement of what they did to the first bubble after it; None when there was none.
    ``refusal`` is the code with which the last thing was not taken, or ``none``. ``close`` it at the end.
    """

    def __init__(self, stack: FullStack, customer_id: str | None, push_seconds: float) -> None:
        self.stack = stack
        self.customer_id = customer_id
        self.push_seconds = push_seconds
        self.answered_in: float | None = None
        self._acknowledged_at = time.monotonic()
        self.refusal = "none"
        self.trackers = TrackerStore(stack.settings.tracker_url)
        self._chats = Chats(stack.settings.public_url)
        self._people = {row["customer_id"]: row for row in stack.sandbox.control("GET", "customers")}
        identity = stack.identity_token(customer_id) if customer_id else None
        self._windows = {FIRST: Window(self._chats.open(identity=identity))}
        self._front = self._windows[FIRST]
        self.conversation = stack.conversation_of(self.chat.session)
        self._held: dict[str, ExitStack] = {}
        self._heard = 0  # answers of the dialogue already looked at

    def close(self) -> None:
        """Leave."""
        self._chats.close()
        self.trackers.close()
        for part in list(self._held):
            self.let_go(part)

    def hold(self, part: str) -> None:
        """Keep a process of the product from going on."""
        self._held[part] = ExitStack()
        self._held[part].enter_context(self.stack.processes.held(part))

    def let_go(self, part: str) -> None:
        """Let it go on, if it was held."""
        self._held.pop(part, ExitStack()).close()

    def person(self, customer_id: str) -> Row:
        """Return a demo customer: name, line_id, phone_number."""
        return dict(self._people[customer_id])

    @property
    def customer(self) -> Customer | None:
        """Who is logged in."""
        if self.customer_id is None:
            return None
        row = self.person(self.customer_id)
        return Customer(row["customer_id"], row["line_id"], row["name"])

    @property
    def chat(self) -> Chat:
        """The chat in the window in front."""
        return self._front.chat

    def bring_to_front(self, name: str) -> None:
        """Go on in a browser's tab of this name; a new one goes on with the conversation."""
        if name not in self._windows:
            self._windows[name] = Window(self._chats.open(token=self.chat.session["token"]))
        self._front = self._windows[name]

    def acknowledged(self, acknowledgement: Row) -> None:
        """Note whether the chat took what the customer did, and when."""
        self.answered_in, self._acknowledged_at = None, time.monotonic()
        self.refusal = "none" if acknowledgement["ok"] else str(acknowledgement["error"])

    def identify(self, customer_id: str) -> None:
        """Log in; as somebody else than before, the window in front goes on with another conversation."""
        self.customer_id = customer_id
        sessions, messages = len(self.chat.sessions), len(self.chat.messages)
        self.acknowledged(self.chat.emit("identify", {"identity": self.stack.identity_token(customer_id)}))
        conversation = self.stack.conversation_of(self.chat.session)
        if conversation != self.conversation:
            self.conversation, self._heard = conversation, 0
            self._front.from_session, self._front.from_message, self._front.looked = sessions, messages, 0

    def wait_until_answered(self) -> None:
        """Wait until nothing that was said or told waits for an answer, and the chat shows the last of it."""

        def answered() -> bool:
            self._note_first_answer()
            with self.stack.app.database(write=False) as unit:
                return unit.conversations.unanswered(self.conversation) is None

        wait_until(answered, ANSWER_SECONDS)
        last = self.stack.app.conversations.messages(self.conversation)[-1:]
        wait_until(lambda: not last or any(row["seq"] >= last[0].seq for row in self.rows()), ANSWER_SECONDS)
        self._note_first_answer()

    def wait_for_first_answer(self) -> None:
        """Wait until the chat shows anything that was said to the customer."""
        wait_until(self._note_first_answer, ANSWER_SECONDS)

    def _note_first_answer(self) -> bool:
        if self.answered_in is None and any(row["role"] != "user" for row in self.new_rows()):
            self.answered_in = time.monotonic() - self._acknowledged_at
        return self.answered_in is not None

    def wait_for_answers(self, count: int) -> None:
        """Wait until so many new answers came unasked, or for as long as such a thing may take."""
        deadline = time.monotonic() + self.push_seconds
        while len(self.trackers.said(self.conversation)) < self._heard + count:
            if time.monotonic() > deadline:
                return
            time.sleep(_POLL_SECONDS)
        self.wait_until_answered()

    def wait_for_rows(self, count: int) -> None:
        """Wait until the chat shows so many new messages, or for as long as such a thing may take."""
        deadline = time.monotonic() + self.push_seconds
        while len(self.new_rows()) < count and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)

    def new_answers(self) -> list[Said]:
        """Return what the dialogue said since the last look."""
        events = self.trackers.said(self.conversation)
        new, self._heard = events[self._heard :], len(events)
        return [Said(_response(event), event["text"] or "") for event in new]

    def rows(self) -> list[Row]:
        """Return the messages that the window in front shows, oldest first."""
        return self._front.rows()

    def new_rows(self) -> list[Row]:
        """Return the messages that the window in front shows since the last look."""
        return [row for row in self.rows() if row["seq"] > self._front.looked]

    def look(self) -> None:
        """Take what the chat shows for seen."""
        self._front.looked = max((row["seq"] for row in self.rows()), default=0)

    def offer(self) -> Row:
        """Return the newest bubble with buttons. Raises AssertionError when there is none."""
        bubbles = [row for row in self.rows() if row["role"] == "bot" and row["buttons"]]
        assert bubbles, "nothing is offered"
        return bubbles[-1]

    def slots(self) -> Row:
        """Return the dialogue's slots."""
        return dict(self.stack.tracker(self.conversation)["slots"])

    def orders(self) -> list[Order]:
        """Return the orders made in this conversation, oldest first."""
        if self.customer is None:
            return []
        with self.stack.app.database(write=False) as unit:
            newest_first = unit.orders.of_line(self.customer.line_id)
        return [order for order in reversed(newest_first) if order.conversation_id == self.conversation]

    def order(self) -> Order | None:
        """Return the newest order made in this conversation."""
        return next(reversed(self.orders()), None)

    def card(self) -> Row | None:
        """Return the newest payment card as the window in front shows it."""
        session = [card for one in self._front.sessions() for card in one["payments"]]
        shown = [row["card"] for row in self.rows() if "card" in row]
        cards = [*session, *shown, *list(self.chat.payments)]
        order = self.order()
        mine = [card for card in cards if order is not None and card["order_id"] == order.id]
        return max(mine, key=lambda card: card["version"], default=None)

    @cached_property
    def _carrier_headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.stack.settings.carrier_api_key.get_secret_value()}"}

    def limit_won(self) -> int:
        """Return the monthly limit that the carrier has for the customer's line, in won."""
        assert self.customer is not None, "nobody is logged in"
        answer = self.stack.sandbox.public.get(
            f"/carrier/v1/lines/{self.customer.line_id}", headers=self._carrier_headers
        )
        return int(answer.raise_for_status().json()["limit_won"])

    def charged_won(self) -> int:
        """Return what the card of the newest order was charged and not given back, in won, as PortOne has it."""
        order = self.order()
        if order is None:
            return 0
        raw = self.stack.sandbox.public.get(f"/_sandbox/payments/{order.payment_id}")
        if raw.status_code == 404:
            return 0
        state = raw.raise_for_status().json()
        return int(state["charged_won"]) - int(state["refunded_won"])


def _response(event: Row) -> str:
    return str((event.get("metadata") or {}).get("utter_action"))

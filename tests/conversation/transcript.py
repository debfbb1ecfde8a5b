"""Runs a transcript: what a customer says and presses, against the running product, and what must come of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from prepayment.alarms import AlarmKind
from prepayment.calendar import SEOUL, Month
from prepayment.orders import Order
from tests.integration.sandbox.harness import wait_until
from tests.support.buyer import APPROVED, DECLINED, INSUFFICIENT, Buyer
from tests.support.chat_client import Chats
from tests.support.full_stack import FullStack

PUSH_SECONDS = 20
CARDS = {"approve": APPROVED, "decline": DECLINED, "insufficient": INSUFFICIENT}
ACTIONS = frozenset({"user", "choose", "log_in", "checkout", "clock", "fault", "operator", "pushed"})
EXPECTATIONS = frozenset({"bot", "says", "not_says", "buttons", "slots", "order", "charged_won"})


def load(path: Path) -> list[dict[str, Any]]:
    """Return the transcripts of a file. Raises ValueError for a word that the runner does not know."""
    transcripts: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    for transcript in transcripts:
        for turn in transcript["turns"]:
            unknown = set(turn) - ACTIONS - EXPECTATIONS
            if unknown or len(set(turn) & ACTIONS) != 1:
                raise ValueError(f"{path.name}, {transcript['title']!r}: {sorted(unknown) or turn}")
    return transcripts


class TranscriptRun:
    """One conversation from its first message to its last expectation."""

    def __init__(self, stack: FullStack, transcript: Mapping[str, Any]) -> None:
        self._stack = stack
        self._transcript = transcript
        self._customer_id: str | None = transcript.get("customer")
        self._said: list[str] = []  # the whole conversation, for a failure's message
        self._heard = 0  # bot events already looked at

    def run(self) -> None:
        """Go through the turns. Raises AssertionError with the conversation so far."""
        chats = Chats(self._stack.settings.public_url)
        try:
            identity = self._stack.identity_token(self._customer_id) if self._customer_id else None
            self._chat = chats.open(identity=identity)
            self._conversation = self._stack.conversation_of(self._chat.session)
            for turn in self._transcript["turns"]:
                self._take(turn)
        except AssertionError as failure:
            conversation = "\n".join(self._said)
            raise AssertionError(f"{failure}\n\nthe conversation so far:\n{conversation}") from failure
        finally:
            chats.close()

    def _take(self, turn: Mapping[str, Any]) -> None:
        (action,) = set(turn) & ACTIONS
        self._said.append(f"> {action}: {turn[action]}")
        getattr(self, f"_{action}")(turn[action])
        heard = self._new_bot_events()
        self._said += [f"    {name(event)}: {event['text']}" for event in heard]
        self._compare(turn, heard)

    def _compare(self, turn: Mapping[str, Any], heard: list[dict[str, Any]]) -> None:
        text = "\n".join(event["text"] or "" for event in heard)
        if "bot" in turn:
            assert turn["bot"] == [name(event) for event in heard]
        for part in turn.get("says", []):
            assert part in text, f"not said: {part!r}"
        for part in turn.get("not_says", []):
            assert part not in text, f"said: {part!r}"
        if "buttons" in turn:
            assert turn["buttons"] == [button["title"] for button in self._offer()["buttons"]]
        if "slots" in turn:
            slots = self._stack.tracker(self._conversation)["slots"]
            assert turn["slots"] == {slot: slots[slot] for slot in turn["slots"]}
        if "order" in turn:
            order = self._order()
            assert turn["order"] == ("none" if order is None else f"{order.state.value} {order.amount_won}")
        if "charged_won" in turn:
            assert turn["charged_won"] == self._charged_won()

    def _user(self, text: str) -> None:
        assert self._chat.say(text)["ok"]
        self._wait_until_answered()

    def _choose(self, title: str) -> None:
        offer = self._offer()
        titles = [button["title"] for button in offer["buttons"]]
        assert title in titles, f"{title!r} is not offered, but {titles}"
        assert self._chat.choose(offer, titles.index(title))["ok"]
        self._wait_until_answered()

    def _log_in(self, customer_id: str) -> None:
        self._customer_id = customer_id
        answer = self._chat.emit("identify", {"identity": self._stack.identity_token(customer_id)})
        assert answer["ok"]
        self._wait_until_answered()

    def _checkout(self, steps: list[str]) -> None:
        order = self._order()
        assert order is not None, "there is no order to check out"
        with Buyer(self._stack) as buyer:
            for step in steps:
                self._checkout_step(buyer, order, step)

    def _checkout_step(self, buyer: Buyer, order: Order, step: str) -> None:
        match step.split():
            case ["verify", *others]:
                # Without a name, the customer's own identity.
                customer_id = others[0] if others else self._customer_id
                assert customer_id is not None
                phone_number = self._stack.phone_number(customer_id)
                buyer.verify(order, phone_number, self._stack.customer(customer_id).name)
            case ["close"]:
                buyer.leave_payment(order)
            case ["pay", card]:
                buyer.pay(order, CARDS[card])
            case _:
                raise ValueError(f"unknown checkout step {step!r}")

    def _clock(self, moment: str) -> None:
        """``+16m`` from the product's now, or ``last day 23:59:30`` of the present month in Seoul."""
        if moment.startswith("+"):
            minutes = int(moment.removeprefix("+").removesuffix("m"))
            seconds = (self._stack.app.clock.now() - datetime.now(UTC)).total_seconds() + 60 * minutes
            self._stack.sandbox.control("PUT", "clock", {"offset_seconds": seconds})
            return
        hour, minute, second = map(int, moment.removeprefix("last day ").split(":"))
        last_day = Month.of(datetime.now(SEOUL)).last_day
        self._stack.sandbox.set_clock(last_day.replace(hour=hour, minute=minute, second=second))

    def _fault(self, fault: Mapping[str, Any] | None) -> None:
        if fault is None:
            self._stack.sandbox.control("DELETE", "faults")
        else:
            self._stack.sandbox.control("PUT", "faults", fault)

    def _operator(self, command: str) -> None:
        """What the customer centre or an operator does meanwhile: ``cancel``, or differences that ``pause``."""
        order = self._order()
        match command:
            case "cancel":
                assert order is not None, "there is no order to cancel"
                self._stack.app.cancelling.cancel(order.id, reason="고객 요청", actor="operator:test")
            case "pause":
                with self._stack.app.database() as unit:
                    for number in range(self._stack.settings.pause_at_differences):
                        unit.alarms.add(AlarmKind.DIFFERENCE, f"carrier:or{number}", "a difference")
                    unit.commit()
            case _:
                raise ValueError(f"unknown operator command {command!r}")

    def _pushed(self, responses: list[str]) -> None:
        """Wait for answers that come unasked."""
        deadline = time.monotonic() + PUSH_SECONDS
        while len(self._all_bot_events()) < self._heard + len(responses) and time.monotonic() < deadline:
            time.sleep(0.05)
        names = [name(event) for event in self._all_bot_events()[self._heard :]]
        assert responses == names, f"pushed: {names}; the order's events: {self._order_events()}"
        self._wait_until_answered()

    def _wait_until_answered(self) -> None:
        def answered() -> bool:
            with self._stack.app.database() as unit:
                return unit.conversations.unanswered(self._conversation) is None

        wait_until(answered, PUSH_SECONDS)
        last = self._stack.app.conversations.messages(self._conversation)[-1:]
        wait_until(lambda: not last or any(m["seq"] == last[0].seq for m in list(self._chat.messages)))

    def _offer(self) -> dict[str, Any]:
        """Return the newest bubble with buttons."""
        bubbles = [m for m in list(self._chat.messages) if m["role"] == "bot" and m["buttons"]]
        assert bubbles, "nothing is offered"
        return dict(max(bubbles, key=lambda bubble: bubble["seq"]))

    def _all_bot_events(self) -> list[dict[str, Any]]:
        return self._stack.bot_events(self._conversation)

    def _new_bot_events(self) -> list[dict[str, Any]]:
        events = self._all_bot_events()
        new, self._heard = events[self._heard :], len(events)
        return new

    def _order(self) -> Order | None:
        if self._customer_id is None:
            return None
        order = self._stack.newest_order(self._stack.customer(self._customer_id).line_id)
        mine = order is not None and order.conversation_id == self._conversation
        return order if mine else None

    def _order_events(self) -> list[str]:
        order = self._order()
        if order is None:
            return []
        with self._stack.app.database() as unit:
            return [f"{event.target} ({event.cause})" for event in unit.orders.events(order.id)]

    def _charged_won(self) -> int:
        order = self._order()
        if order is None:
            return 0
        raw = self._stack.sandbox.public.get(f"/_sandbox/payments/{order.payment_id}")
        if raw.status_code == 404:
            return 0
        state = raw.json()
        return int(state["charged_won"]) - int(state["refunded_won"])


def name(event: Mapping[str, Any]) -> str:
    """Return the response a bot event was made from."""
    return str((event.get("metadata") or {}).get("utter_action"))

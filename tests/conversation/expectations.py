"""What a transcript expects after a step, compared with what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from prepayment.orders import Order
from tests.conversation.language import Turn
from tests.conversation.stage import Row, Said, Stage

CARD_SECONDS = 5.0
_POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Finding:
    """One expectation and what was found instead; both are the same words when it ``holds``."""

    word: str
    expected: str
    found: str
    holds: bool


@dataclass(frozen=True)
class Seen:
    """What one turn can be judged by: the answers of the dialogue and everything that ``stage`` can read."""

    stage: Stage
    answers: Sequence[Said]
    rows: Sequence[Row]

    @property
    def text(self) -> str:
        """All that was said in this turn, by whoever but the customer."""
        return "\n".join([row["text"] for row in self.rows if row["role"] != "user"])


def judge(turn: Turn, seen: Seen) -> list[Finding]:
    """Return a finding for each expectation of a turn, the wrong ones too."""
    findings = [finding for word, value in turn.expected.items() for finding in _judged(word, value, seen)]
    if turn.step == "pushed":
        findings.insert(0, _same("pushed", turn.argument, _responses(seen)))
    if "refused" not in turn.expected and seen.stage.refusal != "none":
        findings.insert(0, _same("refused", "none", seen.stage.refusal))
    return findings


def _judged(word: str, expected: Any, seen: Seen) -> list[Finding]:
    match word:
        case "says":
            return [_said(part, seen.text) for part in expected]
        case "not_says":
            return [_not_said(part, seen.text) for part in expected]
        case "messages":
            return [_same_messages(expected, seen.rows)]
        case "slots":
            slots = seen.stage.slots()
            return [_same(word, expected, {name: slots.get(name) for name in expected})]
        case "card":
            return [_same(word, expected, _settled_card(seen.stage, expected))]
        case "within_seconds":
            took = seen.stage.answered_in
            found = "no answer" if took is None else f"{took:.1f}"
            return [Finding(word, f"{expected}", found, took is not None and took <= expected)]
        case _:
            return [_same(word, expected, _READ[word](seen))]


def _said(part: str, text: str) -> Finding:
    found = part if part in text else "not said"
    return Finding("says", part, found, part in text)


def _not_said(part: str, text: str) -> Finding:
    found = "said" if part in text else part
    return Finding("not_says", part, found, part not in text)


def _same(word: str, expected: Any, found: Any) -> Finding:
    return Finding(word, _written(expected), _written(found), expected == found)


def _same_messages(expected: Sequence[str], rows: Sequence[Row]) -> Finding:
    """Each ``role: words`` stands for one new message, in their order; the words are a part of its text."""
    pairs = [part.split(": ", maxsplit=1) for part in expected]
    holds = len(pairs) == len(rows) and all(
        row["role"] == role and words in row["text"] for (role, words), row in zip(pairs, rows, strict=True)
    )
    found = _written(expected) if holds else _written([f"{row['role']}: {row['text']}" for row in rows])
    return Finding("messages", _written(expected), found, holds)


def _settled_card(stage: Stage, expected: str) -> str:
    """The card's state and sum; a card changes a little after the order, with a message of its own."""
    deadline = time.monotonic() + CARD_SECONDS
    while (found := _card(stage)) != expected and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    return found


def _card(stage: Stage) -> str:
    card = stage.card()
    return "none" if card is None else f"{card['status']} {card['amount_won']}"


def _responses(seen: Seen) -> list[str]:
    return [answer.response for answer in seen.answers]


def _buttons(seen: Seen) -> list[str]:
    return [button["title"] for button in seen.stage.offer()["buttons"]]


def _order(order: Order | None) -> str:
    return "none" if order is None else f"{order.state.value} {order.amount_won}"


def _ledger(seen: Seen) -> dict[str, int]:
    """Won per account, of all orders of the conversation; accounts on which nothing is left are not named."""
    total: dict[str, int] = {}
    with seen.stage.stack.app.database(write=False) as unit:
        for order in seen.stage.orders():
            for account, won in unit.books.balances(order.id).items():
                total[str(account)] = total.get(str(account), 0) + won
    return {account: won for account, won in total.items() if won}


def _ticket(seen: Seen) -> str:
    ticket = seen.stage.stack.app.hand_over.current(seen.stage.conversation)
    if ticket is None:
        return "none"
    return f"{ticket.state.value} {ticket.reason.value}" + (" urgent" if ticket.urgent else "")


_READ: Final[Mapping[str, Callable[[Seen], Any]]] = {
    "bot": _responses,
    "buttons": _buttons,
    "order": lambda seen: _order(seen.stage.order()),
    "orders": lambda seen: [_order(order) for order in seen.stage.orders()],
    "charged_won": lambda seen: seen.stage.charged_won(),
    "ledger": _ledger,
    "limit_won": lambda seen: seen.stage.limit_won(),
    "ticket": _ticket,
    "refused": lambda seen: seen.stage.refusal,
}


def _written(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(str, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_written(one)}" for name, one in value.items()) + "}"
    return "null" if value is None else str(value)

"""Everybody's books, read for an audit: ours, PortOne's and the carrier's (the sandbox's for both)."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field

from sqlalchemy.engine import Connection, Engine

from prepayment.orders import EffectKind, State
from prepayment.service.conversations import PAYMENT_RESULT_INTENT
from tests.integration.sandbox.harness import Sandbox

# What a witness (witness.py) says in the chat about an order.
SAID = re.compile(r"order (\w+) is (\w+)")


@dataclass(frozen=True)
class Step:
    """One event of an order."""

    number: int
    source: State | None
    target: State
    cause: str


@dataclass
class OrderBook:
    """All that we keep of one order. Sums in won."""

    id: str
    line_id: str
    month: str
    amount_won: int
    charged_won: int | None
    state: State
    version: int
    payment_id: str
    steps: list[Step] = field(default_factory=list)
    postings: dict[int, dict[str, int]] = field(default_factory=dict)  # event number -> account -> won
    told: list[State] = field(default_factory=list)  # what the dialogue was given to tell
    said: list[State] = field(default_factory=list)  # what stands in the chat
    undone: list[EffectKind] = field(default_factory=list)  # effects that are still to be done

    @property
    def booked_won(self) -> int:
        """What a movement of the order's money must amount to."""
        return self.amount_won if self.charged_won is None else self.charged_won

    def targets(self) -> list[State]:
        """The states that it went through."""
        return [step.target for step in self.steps]

    def balances(self) -> dict[str, int]:
        """Won per account over all events; empty accounts left out."""
        total: defaultdict[str, int] = defaultdict(int)
        for accounts in self.postings.values():
            for account, won in accounts.items():
                total[account] += won
        return {account: won for account, won in total.items() if won}


@dataclass(frozen=True)
class Movements:
    """What moved on the customer's card for one payment, in won."""

    charges: tuple[int, ...] = ()
    refunds: tuple[int, ...] = ()

    @property
    def net_won(self) -> int:
        """What the customer has paid and not got back."""
        return sum(self.charges) - sum(self.refunds)


@dataclass(frozen=True)
class Prepayment:
    """A row of the carrier's books."""

    line_id: str
    month: str
    amount_won: int
    revoked: bool


@dataclass(frozen=True)
class Outside:
    """What PortOne and the carrier say: movements by payment id, prepayments by order id, won by (line, month)."""

    movements: Mapping[str, Movements]
    prepayments: Mapping[str, Prepayment]
    used: Mapping[tuple[str, str], int]

    def paid(self, payment_id: str) -> Movements:
        """The movements of a payment."""
        return self.movements.get(payment_id, Movements())

    def prepaid_won(self, line_id: str, month: str) -> int:
        """What the carrier has booked of a line's month."""
        rows = self.prepayments.values()
        return sum(r.amount_won for r in rows if (r.line_id, r.month) == (line_id, month) and not r.revoked)

    def outstanding_won(self, line_id: str, month: str) -> int:
        """What of a line's month may still be prepaid."""
        return self.used.get((line_id, month), 0) - self.prepaid_won(line_id, month)


@dataclass(frozen=True)
class Books:
    """One look at all of it. ``inbox_left`` counts webhooks that nobody has worked off; ``alarmed`` are the subjects
    of open alarms."""

    orders: Mapping[str, OrderBook]
    outside: Outside
    inbox_left: int
    alarmed: frozenset[str]


# Written out because a run of stories reads them tens of thousands of times.
_ORDERS = "SELECT id, line_id, month, amount_won, charged_won, state, version, payment_id FROM orders"
_EVENTS = "SELECT order_id, number, source, target, cause FROM order_events ORDER BY order_id, number"
_POSTINGS = "SELECT order_id, event_number, account, amount_won FROM postings"
_UNDONE = "SELECT order_id, kind FROM outbox WHERE done_at IS NULL"
_CHAT = "SELECT role, text, payload FROM messages WHERE role <> 'user' ORDER BY at, seq"
_INBOX_LEFT = "SELECT count(*) FROM webhooks WHERE done_at IS NULL"
_ALARMED = "SELECT subject FROM alarms WHERE closed_at IS NULL"


def read_books(engine: Engine, sandbox: Sandbox) -> Books:
    """Read every book. What moves meanwhile may be in one and not yet in another: read when nothing runs."""
    # One view of all tables; on SQLite every transaction has that.
    one_view = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(prepayment_write=False, **one_view) as connection:
        orders = _orders(connection)
        inbox_left = connection.exec_driver_sql(_INBOX_LEFT).scalar_one()
        alarmed = frozenset(connection.exec_driver_sql(_ALARMED).scalars())
        return Books(orders, read_outside(sandbox), int(inbox_left), alarmed)


def read_outside(sandbox: Sandbox) -> Outside:
    """Read the sandbox's books."""
    charges: defaultdict[str, list[int]] = defaultdict(list)
    refunds: defaultdict[str, list[int]] = defaultdict(list)
    with closing(sqlite3.connect(f"file:{sandbox.directory}/sandbox.db?mode=ro", uri=True)) as connection:
        for id_, kind, won in connection.execute(
            "SELECT payment_id, kind, amount FROM card_movements ORDER BY id"
        ):
            (charges if kind == "charge" else refunds)[id_].append(won)
        prepayments = connection.execute(
            "SELECT order_id, line_id, month, amount_won, revoked_at FROM prepayments"
        ).fetchall()
        used = connection.execute(
            "SELECT line_id, month, sum(amount_won) FROM charges GROUP BY line_id, month"
        ).fetchall()
    return Outside(
        movements={id_: Movements(tuple(won), tuple(refunds[id_])) for id_, won in charges.items()},
        prepayments={
            id_: Prepayment(line, month, won, bool(at)) for id_, line, month, won, at in prepayments
        },
        used={(line, month): won for line, month, won in used},
    )


def _orders(connection: Connection) -> dict[str, OrderBook]:
    orders: dict[str, OrderBook] = {}
    for id_, line_id, month, won, charged_won, state, version, payment_id in connection.exec_driver_sql(
        _ORDERS
    ):
        orders[id_] = OrderBook(id_, line_id, month, won, charged_won, State(state), version, payment_id)
    for id_, number, source, target, cause in connection.exec_driver_sql(_EVENTS):
        step = Step(number, State(source) if source else None, State(target), cause)
        orders[id_].steps.append(step)
    for id_, number, account, won in connection.exec_driver_sql(_POSTINGS):
        orders[id_].postings.setdefault(number, {})[account] = won
    for id_, kind in connection.exec_driver_sql(_UNDONE):
        orders[id_].undone.append(EffectKind(kind))
    for role, text, payload in connection.exec_driver_sql(_CHAT):
        if role == "event" and text == PAYMENT_RESULT_INTENT:
            told = json.loads(payload)
            orders[told["order_id"]].told.append(State(told["state"]))
        elif role == "bot" and (said := SAID.fullmatch(text)):
            orders[said[1]].said.append(State(said[2]))
    return orders

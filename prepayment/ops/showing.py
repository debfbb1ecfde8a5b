"""``show``: an order with all that is kept of it, and what PortOne and the carrier say of it now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from prepayment.bootstrap import App
from prepayment.ops.asking import Json
from prepayment.ops.output import iso, say, say_json, say_pairs, say_table, seoul, won
from prepayment.ops.outside import ask_outside, outside_json, say_outside
from prepayment.ops.session import opened, order_named
from prepayment.orders import Event, Order
from prepayment.ports import JournalLine
from prepayment.ports.dossier import EffectRecord


@dataclass(frozen=True)
class Kept:
    """What the database keeps of an order, read at one moment; ``balances`` are won per account."""

    order: Order
    events: Sequence[Event]
    entries: Sequence[JournalLine]
    balances: Mapping[str, int]
    effects: Sequence[EffectRecord]


def show(
    order: Annotated[str, typer.Argument(help="The id of an order or of a payment.")],
    as_json: Json = False,
) -> None:
    """Show an order: its steps, postings and effects, and what PortOne and the carrier say of it now."""
    with opened() as app:
        found = order_named(app, order)
        kept, outside = _read(app, found.id), ask_outside(app, found)
    if as_json:
        say_json({**_json(kept), **outside_json(outside)})
        return
    say_order(kept.order)
    _say_kept(kept)
    say_outside(outside)


def say_order(order: Order, *more: tuple[str, object]) -> None:
    """Print an order without its tokens, and more about it."""
    say(f"Order {order.id}", title=True)
    say_pairs(
        [
            ("state", f"{order.state}, since {seoul(order.updated_at)}"),
            ("sum", won(order.amount_won)),
            ("charged", won(order.charged_won) if order.charged_won is not None else ""),
            ("month", order.month),
            ("line", order.line_id),
            ("customer", order.customer_id),
            ("conversation", order.conversation_id),
            ("payment", order.payment_id),
            ("made", seoul(order.created_at)),
            ("identity", _identity(order)),
            ("payment windows", order.payment_attempts or ""),
            ("charge asked", seoul(order.confirm_sent_at) if order.confirm_sent_at else ""),
            ("declined", order.decline_message),
            *more,
        ]
    )


def _identity(order: Order) -> str:
    if order.verified_at is not None:
        return f"verified {seoul(order.verified_at)}"
    return f"{order.identity_attempts} windows opened, not verified" if order.identity_attempts else ""


def _read(app: App, order_id: str) -> Kept:
    with app.database(write=False) as unit:
        return Kept(
            order=unit.orders.get(order_id),
            events=unit.orders.events(order_id),
            entries=unit.books.entries(order_id),
            balances=unit.books.balances(order_id),
            effects=unit.books.effects(order_id),
        )


def _say_kept(kept: Kept) -> None:
    say()
    say_table(
        ("event", "time", "step", "cause", "actor", "detail"),
        [
            (
                event.number,
                seoul(event.at),
                f"{event.source or ''} -> {event.target}".strip(),
                event.cause,
                event.actor,
                ", ".join(f"{name}: {value}" for name, value in event.detail.items()),
            )
            for event in kept.events
        ],
        whole=("time",),
    )
    say()
    if kept.entries:
        balances = [("sum", account, won(total)) for account, total in sorted(kept.balances.items())]
        postings = [(line.event_number, line.account, won(line.amount_won)) for line in kept.entries]
        say_table(("event", "account", "posted"), [*postings, *balances], sums=("posted",))
        say()
    if kept.effects:
        say_table(
            ("effect", "of", "tries", "outcome", "done"),
            [
                (
                    effect.kind,
                    effect.state,
                    effect.attempts,
                    effect.outcome,
                    seoul(effect.done_at) if effect.done_at else f"due {seoul(effect.due_at)}",
                )
                for effect in kept.effects
            ],
        )
        say()


def order_json(order: Order) -> dict[str, Any]:
    """Return an order without its tokens, JSON-ready."""
    return {
        "order_id": order.id,
        "payment_id": order.payment_id,
        "line_id": order.line_id,
        "customer_id": order.customer_id,
        "conversation_id": order.conversation_id,
        "month": str(order.month),
        "amount_won": order.amount_won,
        "charged_won": order.charged_won,
        "state": order.state.value,
        "created_at": iso(order.created_at),
        "updated_at": iso(order.updated_at),
        "expires_at": iso(order.expires_at),
        "verified_at": iso(order.verified_at),
        "identity_attempts": order.identity_attempts,
        "payment_attempts": order.payment_attempts,
        "confirm_sent_at": iso(order.confirm_sent_at),
        "decline_message": order.decline_message,
    }


def _json(kept: Kept) -> dict[str, Any]:
    return {
        **order_json(kept.order),
        "events": [
            {
                "number": event.number,
                "at": iso(event.at),
                "source": event.source,
                "target": event.target,
                "cause": event.cause,
                "actor": event.actor,
                "detail": event.detail,
            }
            for event in kept.events
        ],
        "postings": [
            {"event": line.event_number, "account": line.account, "amount_won": line.amount_won}
            for line in kept.entries
        ],
        "balances_won": dict(kept.balances),
        "effects": [
            {
                "kind": effect.kind,
                "state": effect.state,
                "attempts": effect.attempts,
                "outcome": effect.outcome,
                "due_at": iso(effect.due_at),
                "done_at": iso(effect.done_at),
            }
            for effect in kept.effects
        ],
    }

"""``limits``: what customers blocked and unblocked from the chat, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from prepayment.limit_changes import LimitChangeEvent
from prepayment.ops.asking import Json
from prepayment.ops.output import iso, printable, say, say_json, say_table, seoul, won
from prepayment.ops.session import opened
from prepayment.ports.limit_changes import LimitChangeRecord

Line = Annotated[str | None, typer.Option("--line", help="Only those of this line.", metavar="LINE")]
Unsettled = Annotated[bool, typer.Option("--unsettled", help="Only those whose outcome is not known yet.")]


def limits(line: Line = None, unsettled: Unsettled = False, as_json: Json = False) -> None:
    """List the newest changes of limits made from the chat, newest first."""
    with opened() as app, app.database(write=False) as unit:
        store = unit.limit_changes
        found = [
            (record, store.events(record.change.id)) for record in store.recent(line, unsettled=unsettled)
        ]
    if as_json:
        say_json([_json(record, events) for record, events in found])
    elif found:
        say_table(
            ("change", "line", "kind", "state", "limit", "asked for", "since", "last step"),
            [_row(record, events) for record, events in found],
            whole=("change", "line", "asked for"),
        )
    else:
        say("No such change.")


def _row(record: LimitChangeRecord, events: Sequence[LimitChangeEvent]) -> tuple[str, ...]:
    change = record.change
    tried = (
        f"; tried {record.attempts} times: {record.outcome}" if change.is_in_force and record.attempts else ""
    )
    return (
        change.id,
        printable(change.line_id),
        change.kind,
        change.state,
        f"{won(change.limit_before_won)} -> {won(change.limit_after_won)}",
        seoul(change.created_at),
        seoul(change.updated_at),
        f"{events[-1].cause} ({events[-1].actor}){tried}",
    )


def _json(record: LimitChangeRecord, events: Sequence[LimitChangeEvent]) -> dict[str, Any]:
    change = record.change
    return {
        "id": change.id,
        "line": change.line_id,
        "customer": change.customer_id,
        "conversation": change.conversation_id,
        "kind": change.kind,
        "state": change.state,
        "limit_before_won": change.limit_before_won,
        "limit_after_won": change.limit_after_won,
        "created_at": iso(change.created_at),
        "updated_at": iso(change.updated_at),
        "attempts": record.attempts,
        "outcome": record.outcome,
        "events": [
            {
                "number": event.number,
                "at": iso(event.at),
                "source": event.source,
                "target": event.target,
                "cause": event.cause,
                "actor": event.actor,
            }
            for event in events
        ],
    }

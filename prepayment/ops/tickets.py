"""``tickets``: customers who wait for a person, or talk to one."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from prepayment.ops.asking import LIMIT, Confirmed, Json, Name, Number, actor_named, make_sure
from prepayment.ops.output import iso, say, say_json, say_pairs, say_table, seoul
from prepayment.ops.refusals import Refusal
from prepayment.ops.session import opened
from prepayment.ports import Ticket, TicketState

OpenOnly = Annotated[bool, typer.Option("--open", help="Only who waits or talks to somebody.")]

tickets = typer.Typer(
    help="List, show and close customers' wishes for a person.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@tickets.command("list")
def list_(only_open: OpenOnly = False, as_json: Json = False) -> None:
    """List the newest, newest first."""
    with opened() as app:
        found = app.hand_over.newest(LIMIT, open_only=only_open)
    if as_json:
        say_json([_json(one) for one in found])
    elif found:
        say_table(
            ("number", "state", "urgent", "reason", "agent", "opened", "situation"),
            [
                (
                    one.number,
                    one.state,
                    "yes" if one.urgent else "",
                    one.reason,
                    one.agent or "",
                    seoul(one.opened_at),
                    " / ".join(one.situation),
                )
                for one in found
            ],
            whole=("number", "opened"),
        )
    else:
        say("Nobody asks for a person.")


@tickets.command()
def show(number: Number, as_json: Json = False) -> None:
    """Show one with its steps."""
    with opened() as app:
        found, events = app.hand_over.ticket(number), app.hand_over.events(number)
    if as_json:
        steps = [
            {"at": iso(one.at), "from": one.source, "to": one.target, "actor": one.actor, "cause": one.cause}
            for one in events
        ]
        say_json({**_json(found), "events": steps})
        return
    say(f"Ticket {found.number}: {found.state}", title=True)
    say_pairs(_pairs(found))
    say_table(
        ("at", "from", "to", "who", "why"),
        [(seoul(one.at), one.source or "", one.target, one.actor, one.cause) for one in events],
        whole=("at",),
    )


@tickets.command()
def close(number: Number, confirmed: Confirmed = False, name: Name = None) -> None:
    """Close one that an agent has forgotten; the bot speaks to the customer again."""
    actor = actor_named(name)
    with opened() as app:
        found = app.hand_over.ticket(number)
        if found.state is TicketState.CLOSED:
            raise Refusal(f"Ticket {number} was closed before. Nothing was changed.")
        say(f"This closes ticket {number}", title=True)
        say_pairs(_pairs(found))
        make_sure("Type yes to close it", confirmed=confirmed)
        if not app.hand_over.close(number, actor=actor):
            raise Refusal("Somebody else closed it at the same moment.")
    say("Closed.")


def _pairs(one: Ticket) -> list[tuple[str, object]]:
    return [
        ("conversation", one.conversation_id),
        ("urgent", "yes" if one.urgent else ""),
        ("reason", one.reason),
        ("agent", f"{one.agent} ({one.agent_name})" if one.agent else ""),
        *(("situation" if place == 0 else " ", line) for place, line in enumerate(one.situation)),
    ]


def _json(one: Ticket) -> dict[str, Any]:
    return {
        "number": one.number,
        "state": one.state,
        "urgent": one.urgent,
        "reason": one.reason,
        "conversation": one.conversation_id,
        "situation": list(one.situation),
        "agent": one.agent,
        "opened_at": iso(one.opened_at),
        "joined_at": iso(one.joined_at),
        "closed_at": iso(one.closed_at),
    }

"""``stuck`` and ``alarms``: what waits, and what operators were told of."""

from __future__ import annotations

import typer

from prepayment.ops.asking import Json
from prepayment.ops.output import iso, say, say_json, say_table, seoul
from prepayment.ops.refusals import NEEDS_ATTENTION
from prepayment.ops.session import opened
from prepayment.service.stuck import Next


def stuck(as_json: Json = False) -> None:
    """List what is stuck, why, and who goes on with it. Exit code 1 when an operator is needed."""
    with opened() as app:
        listing = app.stuck.listing()
    if as_json:
        say_json(
            [
                {
                    "subject": one.subject,
                    "what": one.what,
                    "why": one.why,
                    "since": iso(one.since),
                    "next": one.next.name.lower(),
                }
                for one in listing
            ]
        )
    elif listing:
        say_table(
            ("what", "about", "since", "why", "goes on"),
            [(one.what, one.subject, seoul(one.since), one.why, one.next) for one in listing],
            whole=("about", "since"),
        )
    else:
        say("Nothing is stuck.")
    if any(one.next is Next.OPERATOR for one in listing):
        raise typer.Exit(NEEDS_ATTENTION)


def alarms(as_json: Json = False) -> None:
    """List the open alarms, oldest first."""
    with opened() as app, app.database(write=False) as unit:
        found = unit.alarms.open()
    if as_json:
        say_json(
            [
                {
                    "kind": alarm.kind,
                    "subject": alarm.subject,
                    "text": alarm.text,
                    "at": iso(alarm.at),
                    "attempts": alarm.attempts,
                }
                for alarm in found
            ]
        )
    elif found:
        say_table(
            ("kind", "about", "since", "text"),
            [(alarm.kind, alarm.subject, seoul(alarm.at), alarm.text) for alarm in found],
            whole=("about", "since"),
        )
    else:
        say("No alarm is open.")

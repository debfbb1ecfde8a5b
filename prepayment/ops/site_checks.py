"""``site-checks``: customers' wishes that the web site be checked."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from prepayment.ops.asking import (
    LIMIT,
    Confirmed,
    Json,
    Name,
    Number,
    Reason,
    actor_named,
    make_sure,
    reason_given,
)
from prepayment.ops.output import iso, say, say_json, say_pairs, say_table, seoul
from prepayment.ops.refusals import Refusal
from prepayment.ops.session import opened
from prepayment.ports import SiteCheck, SiteCheckState

OpenOnly = Annotated[bool, typer.Option("--open", help="Only what nobody has closed.")]

site_checks = typer.Typer(
    help="List, show and close customers' wishes that the web site be checked.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@site_checks.command("list")
def list_(only_open: OpenOnly = False, as_json: Json = False) -> None:
    """List the newest, newest first."""
    with opened() as app:
        found = app.site_checks.newest(LIMIT, open_only=only_open)
    if as_json:
        say_json([_json(one) for one in found])
    elif found:
        say_table(
            ("number", "state", "filed", "what is known"),
            [(one.number, one.state, seoul(one.opened_at), one.situation) for one in found],
            whole=("number", "filed"),
        )
    else:
        say("Nobody asks for a check.")


@site_checks.command()
def show(number: Number, as_json: Json = False) -> None:
    """Show one."""
    with opened() as app:
        found = app.site_checks.get(number)
    if as_json:
        say_json(_json(found))
        return
    say(f"Site check {found.number}: {found.state}", title=True)
    say_pairs(_pairs(found))


@site_checks.command()
def close(number: Number, reason: Reason, confirmed: Confirmed = False, name: Name = None) -> None:
    """Note that it was looked into, and what came of it."""
    actor, recorded = actor_named(name), reason_given(reason)
    with opened() as app:
        found = app.site_checks.get(number)
        if found.state is SiteCheckState.CLOSED:
            raise Refusal(
                f"Site check {number} was closed before, by {found.closed_by}. Nothing was changed."
            )
        say(f"This closes site check {number}", title=True)
        say_pairs([*_pairs(found), ("recorded", f"{actor}: {recorded}")])
        make_sure("Type yes to close it", confirmed=confirmed)
        if not app.site_checks.close(number, actor=actor, reason=recorded):
            raise Refusal("Somebody else closed it at the same moment.")
    say("Closed.")


def _pairs(one: SiteCheck) -> list[tuple[str, object]]:
    return [
        ("filed", seoul(one.opened_at)),
        ("conversation", one.conversation_id),
        ("what is known", one.situation),
        ("closed", seoul(one.closed_at) if one.closed_at else ""),
        ("closed by", one.closed_by),
        ("why", one.closed_reason),
    ]


def _json(one: SiteCheck) -> dict[str, Any]:
    return {
        "number": one.number,
        "state": one.state,
        "conversation": one.conversation_id,
        "situation": one.situation,
        "opened_at": iso(one.opened_at),
        "closed_at": iso(one.closed_at),
        "closed_by": one.closed_by,
        "closed_reason": one.closed_reason,
    }

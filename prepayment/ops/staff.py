"""``staff``: the accounts with which people log in at the desk. Passwords are never arguments and never logged."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from prepayment.ops.asking import Json, Name, actor_named
from prepayment.ops.output import iso, printable, say, say_json, say_pairs, say_table, seoul
from prepayment.ops.refusals import Refusal
from prepayment.ops.session import opened
from prepayment.service import passwords

Account = Annotated[str, typer.Argument(help="The log-in name.", metavar="ID")]
Generate = Annotated[
    bool, typer.Option("--generate", help="Make a password and show it once, instead of asking for one.")
]

staff = typer.Typer(
    help="Make, list and change the accounts with which people log in at /desk.", no_args_is_help=True
)


@staff.command()
def add(
    account: Account,
    shown: Annotated[str, typer.Option("--name", help="What customers read.", metavar="TEXT")],
    generate: Generate = False,
    name: Name = None,
) -> None:
    """Make an account; the password is asked for twice."""
    actor = actor_named(name)
    with opened() as app:
        if any(member.id == account for member in app.staff.all()):
            raise Refusal(
                f"There is an account {printable(account)[:32]!r} already; `staff list` shows them."
            )
        password = _password(generate)
        member = app.staff.add(account, name=shown, password=password, actor=actor)
    say("Made.")
    say_pairs([("log-in name", member.id), ("customers read", member.name)])
    _say_generated(password, generate)


@staff.command("list")
def list_accounts(as_json: Json = False) -> None:
    """List every account."""
    with opened() as app:
        members = app.staff.all()
    if as_json:
        say_json(
            [
                {"id": one.id, "name": one.name, "active": one.active, "created_at": iso(one.created_at)}
                for one in members
            ]
        )
    elif members:
        say_table(
            ("log-in name", "customers read", "may log in", "made"),
            [(one.id, one.name, "yes" if one.active else "no", seoul(one.created_at)) for one in members],
            whole=("log-in name", "made"),
        )
    else:
        say("There is no account; `staff add` makes one.")


@staff.command()
def disable(account: Account, name: Name = None) -> None:
    """Let an account log in no more; its sessions end at once."""
    actor = actor_named(name)
    with opened() as app:
        app.staff.set_active(account, False, actor=actor)
    say("Disabled. Conversations it has joined stay with it: `tickets` lists them.")


@staff.command()
def enable(account: Account, name: Name = None) -> None:
    """Let a disabled account log in again."""
    actor = actor_named(name)
    with opened() as app:
        app.staff.set_active(account, True, actor=actor)
    say("Enabled.")


@staff.command()
def password(account: Account, generate: Generate = False, name: Name = None) -> None:
    """Give an account another password, asked for twice; its sessions end at once."""
    actor = actor_named(name)
    with opened() as app:
        app.staff.events(account)  # refuses an unknown account before anything is asked
        typed = _password(generate)
        app.staff.set_password(account, typed, actor=actor)
    say("Changed.")
    _say_generated(typed, generate)


@staff.command("end-sessions")
def end_sessions(account: Account, name: Name = None) -> None:
    """Log an account out wherever it is logged in."""
    actor = actor_named(name)
    with opened() as app:
        app.staff.end_sessions(account, actor=actor)
    say("Ended.")


@staff.command()
def events(account: Account, as_json: Json = False) -> None:
    """List what was done with an account and what it did, newest first."""
    with opened() as app:
        found = app.staff.events(account)
    if as_json:
        say_json(
            [
                {"at": iso(one.at), "kind": one.kind, "actor": one.actor, "subject": one.subject}
                for one in found
            ]
        )
    else:
        say_table(
            ("when", "what", "about", "by"),
            [(seoul(one.at), one.kind, one.subject, one.actor) for one in found],
            whole=("when", "what"),
        )


def _password(generate: bool) -> str:
    """Return a new password. Raises Refusal when none was typed that can be taken."""
    if generate:
        return passwords.generated()
    if not sys.stdin.isatty():
        raise Refusal("There is no terminal to ask for a password on; --generate makes one.")
    try:
        typed = str(typer.prompt("Password", hide_input=True, confirmation_prompt="Once more", err=True))
    except typer.Abort:
        raise Refusal("No password was typed. Nothing was changed.") from None
    if problem := passwords.problem_of(typed):
        raise Refusal(f"{problem} Nothing was changed.")
    return typed


def _say_generated(password: str, generate: bool) -> None:
    if generate:
        say_pairs([("password", password)])
        say("It is shown this once only.")

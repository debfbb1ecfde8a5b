"""Who does it, why, and whether they mean it: asked by every command that moves money."""

from __future__ import annotations

import os
import pwd
import re
import sys
from typing import Annotated, Final

import typer

from prepayment.alarms import OPERATOR
from prepayment.ops.refusals import Refusal
from prepayment.record_text import fit_for_records
from prepayment.service.cancelling import reason_detail

# An event's actor has 64 characters.
_NAME: Final = re.compile(r"[\w.@-]{1,48}")
# Rows of a list that is not asked for whole.
LIMIT: Final = 50

Reason = Annotated[
    str, typer.Option("--reason", help="Why; kept with the order. Long numbers are masked.", metavar="TEXT")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
FirstDay = Annotated[str, typer.Option("--from", metavar="DAY", help="The first day, YYYY-MM-DD in Seoul.")]
LastDay = Annotated[str, typer.Option("--to", metavar="DAY", help="The last day, which belongs to it.")]
Confirmed = Annotated[bool, typer.Option("--yes", help="Do it without asking: for scripts.")]
Name = Annotated[
    str | None, typer.Option("--as", help="Who does it; without it, the login name.", metavar="NAME")
]
Number = Annotated[int, typer.Argument(help="The number that the customer was told.", metavar="NUMBER")]
Wait = Annotated[float, typer.Option("--wait", min=0, help="Wait so long for the result.", metavar="SECONDS")]


def actor_named(name: str | None) -> str:
    """Return the actor that events record: ``operator:<name>``, by default of the login's name.

    Raises:
        Refusal: the name cannot be recorded.
    """
    name = _login() if name is None else name
    if not _NAME.fullmatch(name) or fit_for_records(name) != name:
        raise Refusal(
            "--as takes a name of at most 48 letters, digits and . _ - @, without long numbers. Nothing was changed."
        )
    return f"{OPERATOR}:{name}"


def reason_given(reason: str) -> str:
    """Return a reason as it will be recorded. Raises Refusal when there is none."""
    try:
        return str(reason_detail(reason)["reason"])
    except ValueError as error:
        raise Refusal("--reason needs a text that says why. Nothing was changed.") from error


def make_sure(question: str, *, confirmed: bool) -> None:
    """Go on when it was confirmed, or when the operator types yes. Raises Refusal otherwise."""
    if confirmed:
        return
    if not sys.stdin.isatty():
        raise Refusal("There is no terminal to ask on. Nothing was changed; --yes does it without asking.")
    try:
        answer = typer.prompt(question, default="", show_default=False, err=True)
    except typer.Abort:
        answer = ""
    if answer.strip().lower() != "yes":
        raise Refusal("Not confirmed. Nothing was changed.")


def _login() -> str:
    # Of the process, not of the environment, which anybody can set.
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid-{os.getuid()}"

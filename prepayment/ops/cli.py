"""The commands, and the one place where errors become a line for the operator."""

from __future__ import annotations

import sqlite3
from typing import Any

import typer
from sqlalchemy import exc
from typer.core import TyperGroup

from prepayment.errors import PrepaymentError
from prepayment.ops.closing import close_alarm
from prepayment.ops.comparing import reconcile, reports
from prepayment.ops.deciding import resolve
from prepayment.ops.exporting import export
from prepayment.ops.giving_back import cancel
from prepayment.ops.judging import ratings
from prepayment.ops.limits import limits
from prepayment.ops.refusals import REFUSED, Refusal, explanation
from prepayment.ops.searching import find
from prepayment.ops.showing import show
from prepayment.ops.site_checks import site_checks
from prepayment.ops.staff import staff
from prepayment.ops.tickets import tickets
from prepayment.ops.work_list import alarms, stuck
from prepayment.settings import SettingsError

_UNUSABLE = (
    exc.OperationalError,
    exc.ProgrammingError,
    exc.InterfaceError,
    exc.ArgumentError,
    exc.TimeoutError,
)


class Commands(TyperGroup):
    """Ends with one clear message and exit code 2 when something of ours stands against a command."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except (Refusal, SettingsError) as error:
            message = str(error)
        except PrepaymentError as error:
            message = explanation(error)
        except _UNUSABLE as error:
            message = (
                f"The database cannot be used: {_first_line(error)}. Does PREPAY_DATABASE_URL name the right one, "
                "is it there, and is it migrated (python -m prepayment.migrate)?"
            )
        except sqlite3.Error as error:
            message = f"The sandbox's clock cannot be read: {error}."
        typer.echo(message, err=True)
        raise typer.Exit(REFUSED)


def _first_line(error: exc.SQLAlchemyError) -> str:
    # The driver's own words: SQLAlchemy's hold the statement too.
    return (str(getattr(error, "orig", None) or error).splitlines() or [type(error).__name__])[0]


cli = typer.Typer(
    cls=Commands,
    help="Finds, shows, cancels and decides orders; compares and exports the books. Times are Seoul's.",
    epilog="Exit codes: 0 done; 1 something needs a person or is not over yet; 2 refused, nothing was changed.",
    no_args_is_help=True,
    context_settings={"max_content_width": 110},
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for command in (
    find,
    show,
    stuck,
    cancel,
    resolve,
    alarms,
    close_alarm,
    reconcile,
    reports,
    export,
    ratings,
    limits,
):
    cli.command()(command)
cli.add_typer(staff, name="staff")
cli.add_typer(tickets, name="tickets")
cli.add_typer(site_checks, name="site-checks")

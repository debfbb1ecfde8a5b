"""What stands against a command, in words that say what to do instead."""

from __future__ import annotations

from typing import Final

from prepayment.errors import (
    DecisionContradicted,
    Misconfigured,
    NotSent,
    OrderInProgress,
    OrderNotFound,
    OutcomeUnknown,
    PrepaymentError,
    Refused,
    TransitionConflict,
)
from prepayment.ops.output import won
from prepayment.staff_errors import StaffExists, StaffNotFound, StaffRefused
from prepayment.support_errors import SiteCheckNotFound, TicketNotFound

NEEDS_ATTENTION: Final = 1  # exit code: something needs a person, or is not over yet
REFUSED: Final = 2  # exit code: nothing was changed


class Refusal(Exception):
    """The command is not carried out; its text says why and what to do instead."""


def explanation(error: PrepaymentError) -> str:
    """Return one line for an error that no command has words of its own for."""
    match error:
        case OrderNotFound():
            return "There is no such order. `find` searches by how an id begins."
        case TransitionConflict():
            return (
                "Somebody else moved the order at the same moment; nothing was done by this command. "
                "Look at it again with `show`."
            )
        case DecisionContradicted():
            return f"Refused: {error}. Nothing was changed."
        case OrderInProgress():
            return (
                f"The line has another open order, {error.order_id} over {won(error.amount_won)}. Nothing was changed; "
                "try again when it has ended."
            )
        case NotSent() | OutcomeUnknown():
            return f"No answer from outside ({error}). Nothing was changed; try again later."
        case Misconfigured():
            return f"Our credentials or settings were not accepted ({error}). Nothing was changed."
        case Refused():
            return f"Refused by the other side: {error.reason}. Nothing was changed."
        case TicketNotFound():
            return "There is no such ticket; `tickets list` shows them. Nothing was changed."
        case SiteCheckNotFound():
            return "There is no such site check; `site-checks list` shows them. Nothing was changed."
        case StaffNotFound():
            return "There is no such account; `staff list` shows them. Nothing was changed."
        case StaffExists():
            return "There is an account of that log-in name already. Nothing was changed."
        case StaffRefused():
            return f"{error} Nothing was changed."
        case _:
            return f"{error} ({error.code})."

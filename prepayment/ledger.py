"""Double entry in won: what each step of an order moves between accounts.

Every entry sums to zero. Corrections are reversing entries; nothing is ever edited.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from prepayment.orders import State


class Account(StrEnum):
    """Where the won are. Positive postings come in, negative go out."""

    CUSTOMER = "customer"  # the customer's card or account
    GATEWAY = "gateway"  # received at PortOne, not yet passed on
    CARRIER = "carrier"  # applied to the line's month


@dataclass(frozen=True)
class Posting:
    """A signed sum in won on one account."""

    account: Account
    amount_won: int


def move(amount_won: int, source: Account, target: Account) -> tuple[Posting, Posting]:
    """Return the two postings that move so many won.

    Raises:
        ValueError: the sum is not positive.
    """
    if amount_won <= 0:
        raise ValueError(f"a movement needs a positive sum, not {amount_won}")
    return Posting(source, -amount_won), Posting(target, amount_won)


def postings_of(source: State | None, target: State, amount_won: int) -> tuple[Posting, ...]:
    """Return what a step of an order posts; nothing for steps that move no money."""
    match source, target:
        case _, State.PAID:
            return move(amount_won, Account.CUSTOMER, Account.GATEWAY)
        case _, State.APPLIED:
            return move(amount_won, Account.GATEWAY, Account.CARRIER)
        case State.APPLIED, State.CANCELLING:
            return move(amount_won, Account.CARRIER, Account.GATEWAY)
        case ((State.EXPIRED | State.WITHDRAWN), State.CANCELLING):
            # It was paid after all: the payment is booked before it is given back.
            return move(amount_won, Account.CUSTOMER, Account.GATEWAY)
        case State.CANCELLING, State.CANCELLED:
            return move(amount_won, Account.GATEWAY, Account.CUSTOMER)
        case _:
            return ()

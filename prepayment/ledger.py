"""Double entry in won: what each step of an order moves between accounts.

Every entry sums to zero. Corrections are reversing entries; nothing is ever edited.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

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


# Who has the money of an order in a state. An order in review has it wherever it was when the doubt arose.
_ELSEWHERE: Final = {
    State.PAID: Account.GATEWAY,
    State.CANCELLING: Account.GATEWAY,
    State.APPLIED: Account.CARRIER,
}


def holder_of(state: State | None) -> Account | None:
    """Return the account that has the money of an order in this state; None for one in review."""
    return None if state is State.REVIEW else _ELSEWHERE.get(state or State.QUOTED, Account.CUSTOMER)


def move(amount_won: int, source: Account, target: Account) -> tuple[Posting, Posting]:
    """Return the two postings that move so many won.

    Raises:
        ValueError: the sum is not positive.
    """
    if amount_won <= 0:
        raise ValueError(f"a movement needs a positive sum, not {amount_won}")
    return Posting(source, -amount_won), Posting(target, amount_won)


def postings_of(holder: Account, target: State, amount_won: int) -> tuple[Posting, ...]:
    """Return what a step into ``target`` posts when ``holder`` has the money; nothing when it stays there."""
    receiver = holder_of(target)
    return () if receiver is None or receiver is holder else move(amount_won, holder, receiver)

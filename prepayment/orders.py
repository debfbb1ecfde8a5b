"""An order's life: its states, the table of allowed steps, and the order itself.

The table is the only place that says which step is possible; the store makes every step a compare-and-set
with an event row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from prepayment.calendar import Month
from prepayment.errors import TransitionNotAllowed


class State(StrEnum):
    """Where an order stands. Until ``PAID`` no money has certainly moved."""

    QUOTED = "quoted"
    VERIFIED = "verified"
    PAYING = "paying"
    CONFIRMING = "confirming"
    PAID = "paid"
    APPLIED = "applied"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    REVIEW = "review"


# Unpaid and able to end without any money moving.
UNPAID: Final = frozenset({State.QUOTED, State.VERIFIED, State.PAYING, State.DECLINED})
# Money is moving or may have moved: a new order of the line waits for the outcome.
SETTLING: Final = frozenset({State.CONFIRMING, State.UNKNOWN, State.PAID, State.CANCELLING, State.REVIEW})
OPEN: Final = UNPAID | SETTLING
# Of these a line has at most one: money can still come in. Money that goes back, or whose fate a person decides, stands
# beside it, because an order that ended long ago may come to that while the line has a new one.
EXCLUSIVE: Final = OPEN - {State.CANCELLING, State.REVIEW}

# An unpaid order whose payment window was opened. It should not be paid without our confirmation, but what PortOne
# says counts: a channel without manual approval, a confirmation that landed late.
_PAYABLE: Final = frozenset(
    {
        State.VERIFIED,  # identity proved, again after ten minutes
        State.PAYING,  # a payment window is opened, again after a refusal
        State.EXPIRED,
        State.WITHDRAWN,
        State.PAID,
        State.CANCELLING,  # paid, but not as we asked: given back
        State.REVIEW,
    }
)

TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    State.QUOTED: frozenset({State.VERIFIED, State.EXPIRED, State.WITHDRAWN}),
    State.VERIFIED: _PAYABLE,
    State.PAYING: _PAYABLE | {State.CONFIRMING, State.DECLINED},
    # An older attempt's failure may be read while the next one is under way.
    State.DECLINED: _PAYABLE | {State.CONFIRMING},
    State.CONFIRMING: frozenset({State.PAID, State.DECLINED, State.UNKNOWN, State.CANCELLING, State.REVIEW}),
    State.UNKNOWN: frozenset({State.PAID, State.DECLINED, State.CANCELLING, State.REVIEW}),
    State.PAID: frozenset({State.APPLIED, State.CANCELLING, State.REVIEW}),
    State.APPLIED: frozenset({State.CANCELLING, State.REVIEW}),
    State.CANCELLING: frozenset({State.CANCELLED, State.REVIEW}),
    # A payment that turns up after the order ended is given back.
    State.EXPIRED: frozenset({State.CANCELLING, State.REVIEW}),
    State.WITHDRAWN: frozenset({State.CANCELLING, State.REVIEW}),
    State.CANCELLED: frozenset(),
    # A person decides: apply it, give it back, note that it was given back elsewhere, or that nothing was charged.
    State.REVIEW: frozenset({State.PAID, State.CANCELLING, State.CANCELLED, State.EXPIRED}),
}


class EffectKind(StrEnum):
    """What has to happen outside because of a step."""

    APPLY = "apply"  # book it at the carrier, which restores the limit
    REVOKE = "revoke"  # take it back at the carrier
    REFUND = "refund"  # give the money back through PortOne
    TELL_CHAT = "tell_chat"


_TOLD: Final = frozenset(
    {
        State.APPLIED,
        State.DECLINED,
        State.EXPIRED,
        State.UNKNOWN,
        State.CANCELLED,
        State.REVIEW,
    }
)


def effects_of(source: State | None, target: State) -> tuple[EffectKind, ...]:
    """Return what a step asks for outside, in order."""
    # The carrier may have booked it although we got no answer; taking back what is not there is harmless.
    revoke = (EffectKind.REVOKE,) if source in {State.PAID, State.APPLIED, State.REVIEW} else ()
    if target is State.PAID:
        return (EffectKind.APPLY,)
    if target is State.CANCELLING:
        return (*revoke, EffectKind.REFUND)
    if target is State.CANCELLED and source is State.REVIEW:
        return (*revoke, EffectKind.TELL_CHAT)
    return (EffectKind.TELL_CHAT,) if target in _TOLD else ()


def check_transition(source: State, target: State) -> None:
    """Check a step against the table.

    Raises:
        TransitionNotAllowed: the table has no such step.
    """
    if target not in TRANSITIONS[source]:
        raise TransitionNotAllowed(f"{source} -> {target}")


@dataclass(frozen=True)
class Order:
    """One wish to prepay, from the quote to the end. Sums in won, moments aware.

    ``payment_id`` is PortOne's id for it, made before anything is sent and never changed: at PortOne one id is paid
    at most once. ``checkout_token`` is the secret of its link. ``confirm_sent_at`` is when money was last asked to
    move. ``charged_won`` is None unless PortOne charged another sum than was asked for.
    """

    id: str
    line_id: str
    customer_id: str
    conversation_id: str
    month: Month
    amount_won: int
    state: State
    payment_id: str
    checkout_token: str
    created_at: datetime
    expires_at: datetime
    updated_at: datetime
    version: int = 1
    verified_at: datetime | None = None
    identity_id: str | None = None
    identity_attempts: int = 0
    payment_attempts: int = 0
    payment_token: str | None = field(default=None, repr=False)
    payment_tx_id: str | None = None
    decline_message: str = ""
    confirm_sent_at: datetime | None = None
    charged_won: int | None = None

    @property
    def booked_won(self) -> int:
        """What the ledger books when money moves, in won."""
        return self.amount_won if self.charged_won is None else self.charged_won

    @property
    def name(self) -> str:
        """What the payment is called on the customer's card slip."""
        return f"소액결제 선결제 {self.month.number}월분"


@dataclass(frozen=True)
class Event:
    """One step in an order's life, never changed afterwards.

    ``cause`` says what led to it, ``actor`` who; ``detail`` holds no personal data.
    """

    order_id: str
    number: int
    at: datetime
    source: State | None
    target: State
    cause: str
    actor: str
    detail: dict[str, str | int] = field(default_factory=dict)

"""What an operator must be told of: kinds of alarms, and which steps of an order raise or end one."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from prepayment.orders import State

OPERATOR: Final = "operator"  # actors of the operator's commands begin with it


class AlarmKind(StrEnum):
    """Why a person has to look. At most one alarm of a kind is open for one subject."""

    REVIEW = "review"  # an order waits for a decision
    GIVEN_BACK = "given_back"  # paid, but given back without anybody having asked for it
    FAILING = "failing"  # something is tried again and again
    DIFFERENCE = "difference"  # the books of PortOne, the ledger and the carrier do not agree


def alarm_of(target: State, actor: str) -> AlarmKind | None:
    """Return the alarm that a step into ``target`` raises."""
    if target is State.REVIEW:
        return AlarmKind.REVIEW
    if target is State.CANCELLING and not actor.startswith(OPERATOR):
        return AlarmKind.GIVEN_BACK
    return None


def alarms_ended_by(source: State | None, target: State) -> tuple[AlarmKind, ...]:
    """Return the alarms that a step ends."""
    if source not in {State.REVIEW, State.CANCELLING}:
        return ()
    decided = (AlarmKind.REVIEW,) if source is State.REVIEW else ()
    given_back = (AlarmKind.GIVEN_BACK,) if target in {State.CANCELLED, State.PAID, State.EXPIRED} else ()
    return (*decided, *given_back)

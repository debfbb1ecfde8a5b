"""What the page of an unpaid order says about the step that was tried last, and whether identity can be tried again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from prepayment.errors import (
    IdentityAttemptsExhausted,
    IdentityMismatch,
    IdentityUnavailable,
    OutsideError,
    TransitionConflict,
)
from prepayment.orders import State
from prepayment.rules import IDENTITY_ATTEMPTS_MAX
from web.korean_messages import PROBLEMS, problem

# Paying again is no answer to these: how the order stands may be known by now.
_LOOK_AGAIN: Final = frozenset({OutsideError.code, TransitionConflict.code})


@dataclass(frozen=True)
class Notice:
    """``about_identity``: the step that it is about; ``tries_left`` is None where the number does not matter.

    ``asks_again``: the only way on is to look at the result again. ``ends``: there is no way on from this page.
    """

    title: str
    message: str
    about_identity: bool = False
    tries_left: int | None = None
    asks_again: bool = False
    ends: bool = False


def notice_of(problem_code: str, *, state: str, identity_attempts: int) -> Notice | None:
    """Return what to say on a page that shows ``state``; None when there is nothing.

    Once identity is proven, what went wrong with it before is said no more.
    """
    found = PROBLEMS.get(problem_code)
    about_identity = problem_code.startswith("identity_")
    if state != State.QUOTED:
        if found is None or about_identity:
            return None
        return Notice(found.title, found.message, asks_again=problem_code in _LOOK_AGAIN)
    left = max(0, IDENTITY_ATTEMPTS_MAX - identity_attempts)
    if found and problem_code == IdentityUnavailable.code:
        return Notice(found.title, found.message, about_identity=True, asks_again=True)
    if not left:
        mismatch = problem_code == IdentityMismatch.code
        end = problem(problem_code if mismatch else IdentityAttemptsExhausted.code)
        return Notice(end.title, end.message, about_identity=True, ends=True)
    if found is None:
        return None
    return Notice(
        found.title,
        found.message,
        about_identity,
        tries_left=left if about_identity else None,
        asks_again=problem_code in _LOOK_AGAIN,
    )

"""The states of a limit's change: which steps there are, and that each ends."""

from __future__ import annotations

import pytest

from prepayment.errors import TransitionNotAllowed
from prepayment.limit_changes import IN_FORCE, TRANSITIONS, ChangeState, check_transition


@pytest.mark.parametrize("source", ChangeState)
def test_a_step_that_is_not_in_the_table_is_refused(source: ChangeState) -> None:
    for target in ChangeState:
        if target in TRANSITIONS[source]:
            check_transition(source, target)
        else:
            with pytest.raises(TransitionNotAllowed):
                check_transition(source, target)


def test_what_has_an_outcome_keeps_it_and_all_else_is_in_force() -> None:
    assert {state for state, targets in TRANSITIONS.items() if not targets} == set(ChangeState) - IN_FORCE


def test_what_may_have_taken_effect_is_never_again_merely_requested() -> None:
    assert not any(ChangeState.REQUESTED in targets for targets in TRANSITIONS.values())

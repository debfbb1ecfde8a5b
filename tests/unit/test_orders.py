"""An order's states: what each step books and asks for, and which alarm it raises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepayment.alarms import OPERATOR, AlarmKind, alarm_of, alarms_ended_by
from prepayment.errors import TransitionNotAllowed
from prepayment.ledger import Account, Posting, holder_of, move, postings_of
from prepayment.orders import (
    EXCLUSIVE,
    OPEN,
    SETTLING,
    TRANSITIONS,
    UNPAID,
    EffectKind,
    State,
    check_transition,
    effects_of,
)

SUM_WON = 50_000
HOLDERS: Final[Mapping[State, Account]] = {
    State.QUOTED: Account.CUSTOMER,
    State.VERIFIED: Account.CUSTOMER,
    State.PAYING: Account.CUSTOMER,
    State.CONFIRMING: Account.CUSTOMER,
    State.PAID: Account.GATEWAY,
    State.APPLIED: Account.CARRIER,
    State.EXPIRED: Account.CUSTOMER,
    State.WITHDRAWN: Account.CUSTOMER,
    State.DECLINED: Account.CUSTOMER,
    State.UNKNOWN: Account.CUSTOMER,
    State.CANCELLING: Account.GATEWAY,
    State.CANCELLED: Account.CUSTOMER,
}
STEPS = [(source, target) for source, targets in TRANSITIONS.items() for target in targets]
STEPS_BETWEEN_HOLDERS = [(source, target) for source, target in STEPS if State.REVIEW not in (source, target)]
STEPS_INTO_REVIEW = [source for source, target in STEPS if target is State.REVIEW]
STEPS_OUT_OF_REVIEW = [(holder, target) for holder in Account for target in TRANSITIONS[State.REVIEW]]

any_sum = st.integers(min_value=1, max_value=10**12)


def added(balances: Mapping[Account, int], *postings: Posting) -> dict[Account, int]:
    """The balances after some postings."""
    after = dict(balances)
    for posting in postings:
        after[posting.account] += posting.amount_won
    return after


def held_by(holder: Account, won: int) -> dict[Account, int]:
    """The balances of an order whose money one account has."""
    empty = dict.fromkeys(Account, 0)
    return empty if holder is Account.CUSTOMER else {**empty, Account.CUSTOMER: -won, holder: won}


# -- the table


@pytest.mark.parametrize("source", State)
def test_a_step_that_is_not_in_the_table_is_refused(source: State) -> None:
    for target in State:
        if target in TRANSITIONS[source]:
            check_transition(source, target)
        else:
            with pytest.raises(TransitionNotAllowed):
                check_transition(source, target)


def test_every_state_but_the_first_can_be_reached() -> None:
    reached = {target for _, target in STEPS}

    assert reached == set(State) - {State.QUOTED}


def test_unpaid_and_settling_are_the_open_states_and_never_both() -> None:
    assert UNPAID | SETTLING == OPEN
    assert not UNPAID & SETTLING


def test_a_line_has_one_order_at_most_that_can_still_become_paid_without_a_person() -> None:
    """What goes back, or waits for a decision, stands beside a newer order."""
    becoming_paid = {State.PAID}
    for _ in State:
        becoming_paid |= {source for source, target in STEPS if target in becoming_paid and source in OPEN}

    assert becoming_paid - {State.REVIEW, State.CANCELLING} == EXCLUSIVE
    assert not {State.REVIEW, State.CANCELLING} & EXCLUSIVE


def test_from_every_open_state_there_is_a_way_to_an_end() -> None:
    """Nothing can get stuck in the table itself."""
    ending = set(State) - OPEN
    for _ in State:
        ending |= {source for source, target in STEPS if target in ending}

    assert ending == set(State)


def test_what_is_given_back_is_never_paid_or_applied_again_without_a_person() -> None:
    assert TRANSITIONS[State.CANCELLING] == {State.CANCELLED, State.REVIEW}
    assert TRANSITIONS[State.CANCELLED] == frozenset()


def test_only_a_payment_that_was_read_is_applied() -> None:
    assert [source for source, target in STEPS if target is State.APPLIED] == [State.PAID]


def test_nothing_that_may_have_been_charged_expires_or_is_withdrawn_by_itself() -> None:
    for target in (State.EXPIRED, State.WITHDRAWN):
        assert {source for source, aim in STEPS if aim is target} - {State.REVIEW} == UNPAID


# -- who has the money


@pytest.mark.parametrize("state", State)
def test_who_has_the_money_in_a_state(state: State) -> None:
    assert holder_of(state) is HOLDERS.get(state)


def test_before_an_order_there_is_only_the_customers_money() -> None:
    assert holder_of(None) is Account.CUSTOMER


@pytest.mark.parametrize(("source", "target"), STEPS_BETWEEN_HOLDERS)
def test_a_step_moves_the_sum_from_who_has_it_to_who_gets_it(source: State, target: State) -> None:
    before, after = HOLDERS[source], HOLDERS[target]

    postings = postings_of(before, target, SUM_WON)

    assert added(held_by(before, SUM_WON), *postings) == held_by(after, SUM_WON)
    assert bool(postings) == (before is not after)


@pytest.mark.parametrize("source", STEPS_INTO_REVIEW)
def test_doubt_moves_nothing(source: State) -> None:
    assert postings_of(HOLDERS.get(source, Account.CUSTOMER), State.REVIEW, SUM_WON) == ()


@pytest.mark.parametrize(("holder", "target"), STEPS_OUT_OF_REVIEW)
def test_a_decision_moves_the_sum_from_wherever_it_was(holder: Account, target: State) -> None:
    postings = postings_of(holder, target, SUM_WON)

    assert added(held_by(holder, SUM_WON), *postings) == held_by(HOLDERS[target], SUM_WON)


@given(st.data(), any_sum)
def test_on_every_way_through_the_table_the_books_name_the_one_who_has_the_money(
    data: st.DataObject, won: int
) -> None:
    state, holder, balances = State.QUOTED, Account.CUSTOMER, dict.fromkeys(Account, 0)
    for _ in range(data.draw(st.integers(0, 12), label="steps")):
        if not TRANSITIONS[state]:
            break
        state = data.draw(st.sampled_from(sorted(TRANSITIONS[state])), label="state")
        balances = added(balances, *postings_of(holder, state, won))
        holder = holder_of(state) or holder

        assert balances == held_by(holder, won)


@given(st.sampled_from(Account), st.sampled_from(Account), any_sum)
def test_a_movement_sums_to_zero(source: Account, target: Account, won: int) -> None:
    assert sum(posting.amount_won for posting in move(won, source, target)) == 0


@pytest.mark.parametrize("won", [0, -1])
def test_nothing_and_less_cannot_be_moved(won: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        move(won, Account.CUSTOMER, Account.GATEWAY)


# -- what a step asks for


@pytest.mark.parametrize("source", [source for source, target in STEPS if target is State.PAID])
def test_what_is_paid_is_booked_at_the_carrier_and_not_told_yet(source: State) -> None:
    assert effects_of(source, State.PAID) == (EffectKind.APPLY,)


def test_what_the_carrier_booked_is_told() -> None:
    assert effects_of(State.PAID, State.APPLIED) == (EffectKind.TELL_CHAT,)


@pytest.mark.parametrize("source", [source for source, target in STEPS if target is State.CANCELLING])
def test_what_is_given_back_is_refunded_and_first_taken_back_where_the_carrier_may_have_it(
    source: State,
) -> None:
    may_be_booked = source in {State.PAID, State.APPLIED, State.REVIEW}

    assert effects_of(source, State.CANCELLING) == (
        (EffectKind.REVOKE, EffectKind.REFUND) if may_be_booked else (EffectKind.REFUND,)
    )


def test_who_was_given_back_the_money_elsewhere_has_no_booking_left_and_is_told() -> None:
    assert effects_of(State.REVIEW, State.CANCELLED) == (EffectKind.REVOKE, EffectKind.TELL_CHAT)
    assert effects_of(State.CANCELLING, State.CANCELLED) == (EffectKind.TELL_CHAT,)


@pytest.mark.parametrize(("source", "target"), STEPS)
def test_only_a_payment_is_booked_and_only_giving_back_refunds(source: State, target: State) -> None:
    asked = effects_of(source, target)

    assert (EffectKind.APPLY in asked) == (target is State.PAID)
    assert (EffectKind.REFUND in asked) == (target is State.CANCELLING)


@pytest.mark.parametrize(("source", "target"), STEPS)
def test_the_customer_is_told_of_outcomes_and_of_doubt_but_not_of_steps_on_the_way(
    source: State, target: State
) -> None:
    told = {
        State.APPLIED,
        State.DECLINED,
        State.EXPIRED,
        State.UNKNOWN,
        State.CANCELLED,
        State.REVIEW,
    }

    assert (EffectKind.TELL_CHAT in effects_of(source, target)) == (target in told)


# -- alarms


@pytest.mark.parametrize("target", State)
def test_an_operator_is_told_of_doubt_and_of_what_is_given_back_unasked(target: State) -> None:
    unasked = {State.REVIEW: AlarmKind.REVIEW, State.CANCELLING: AlarmKind.GIVEN_BACK}
    asked = {State.REVIEW: AlarmKind.REVIEW}

    assert alarm_of(target, "worker") is unasked.get(target)
    assert alarm_of(target, f"{OPERATOR}:kim") is asked.get(target)


@pytest.mark.parametrize(("source", "target"), STEPS)
def test_an_alarm_ends_with_what_it_is_about(source: State, target: State) -> None:
    """A decision ends the doubt; what was given back unasked is settled where the money comes to rest."""
    ended = alarms_ended_by(source, target)
    was_given_back = source in {State.CANCELLING, State.REVIEW}
    is_at_rest = target in {State.CANCELLED, State.PAID, State.EXPIRED}

    assert (AlarmKind.REVIEW in ended) == (source is State.REVIEW)
    assert (AlarmKind.GIVEN_BACK in ended) == (was_given_back and is_at_rest)

"""An order's states, what each step books and asks for, and what a payment that was read leads to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepayment.calendar import Month
from prepayment.errors import TransitionNotAllowed
from prepayment.ledger import Account, postings_of
from prepayment.orders import (
    OPEN,
    SETTLING,
    TRANSITIONS,
    UNPAID,
    EffectKind,
    Order,
    State,
    check_transition,
    effects_of,
)
from prepayment.ports import PaymentPolicy, PaymentReading
from prepayment.service.settlement import decide, differences

POLICY = PaymentPolicy(store_id="store-1", channel_key="channel-1", channel_type="LIVE")
NOW = datetime(2026, 11, 10, tzinfo=UTC)
ORDER = Order(
    id="or1",
    line_id="line-1",
    customer_id="c1",
    conversation_id="cv1",
    month=Month(2026, 11),
    amount_won=50_000,
    state=State.CONFIRMING,
    payment_id="pp1",
    checkout_token="t",
    created_at=NOW,
    expires_at=NOW + timedelta(minutes=15),
    updated_at=NOW,
    payment_tx_id="tx1",
)
PAID = PaymentReading(
    payment_id="pp1",
    status="PAID",
    store_id="store-1",
    total_won=50_000,
    cancelled_won=0,
    currency="KRW",
    channel_type="LIVE",
    channel_key="channel-1",
    order_id="or1",
    method_type="PaymentMethodCard",
    tx_id="tx1",
)
steps = st.sampled_from([(s, t) for s, targets in TRANSITIONS.items() for t in targets])


def walk(*states: State) -> dict[Account, int]:
    """Return the balances after going through states."""
    balances = dict.fromkeys(Account, 0)
    for source, target in pairwise(states):
        check_transition(source, target)
        for posting in postings_of(source, target, 50_000):
            balances[posting.account] += posting.amount_won
    return balances


@given(steps)
def test_what_a_step_books_sums_to_zero(step: tuple[State, State]) -> None:
    assert sum(posting.amount_won for posting in postings_of(*step, 50_000)) == 0


@pytest.mark.parametrize("source", State)
def test_no_state_is_left_out_of_the_table(source: State) -> None:
    assert source in TRANSITIONS
    for target in State:
        if target not in TRANSITIONS[source]:
            with pytest.raises(TransitionNotAllowed):
                check_transition(source, target)


def test_every_state_but_the_first_can_be_reached() -> None:
    reached = {target for targets in TRANSITIONS.values() for target in targets}

    assert reached == set(State) - {State.QUOTED}


def test_unpaid_and_settling_are_the_open_states_and_never_both() -> None:
    assert UNPAID | SETTLING == OPEN
    assert not UNPAID & SETTLING


def test_a_paid_and_applied_order_has_moved_the_sum_from_customer_to_carrier() -> None:
    balances = walk(State.PAYING, State.CONFIRMING, State.PAID, State.APPLIED)

    assert balances == {Account.CUSTOMER: -50_000, Account.GATEWAY: 0, Account.CARRIER: 50_000}


@pytest.mark.parametrize(
    "path",
    [
        (State.CONFIRMING, State.PAID, State.CANCELLING, State.CANCELLED),
        (State.CONFIRMING, State.PAID, State.APPLIED, State.CANCELLING, State.CANCELLED),
        (State.PAYING, State.EXPIRED, State.CANCELLING, State.CANCELLED),
        (State.QUOTED, State.WITHDRAWN, State.CANCELLING, State.CANCELLED),
    ],
)
def test_a_refunded_order_leaves_nothing_with_gateway_or_carrier(path: tuple[State, ...]) -> None:
    balances = walk(*path)

    assert (balances[Account.GATEWAY], balances[Account.CARRIER]) == (0, 0)


def test_an_applied_order_is_revoked_at_the_carrier_before_the_refund() -> None:
    assert effects_of(State.APPLIED, State.CANCELLING) == (EffectKind.REVOKE, EffectKind.REFUND)
    assert effects_of(State.PAID, State.CANCELLING) == (EffectKind.REFUND,)


def test_nothing_is_told_as_done_before_the_carrier_took_it() -> None:
    assert EffectKind.TELL_CHAT not in effects_of(State.CONFIRMING, State.PAID)
    assert EffectKind.TELL_CHAT in effects_of(State.PAID, State.APPLIED)


def test_a_payment_that_is_ours_in_every_field_is_paid() -> None:
    verdict = decide(ORDER, PAID, POLICY)

    assert verdict is not None
    assert verdict.target is State.PAID


@pytest.mark.parametrize(
    "change",
    [
        {"payment_id": "pp2"},
        {"store_id": "store-2"},
        {"total_won": 49_999},
        {"total_won": None},
        {"cancelled_won": 1_000},
        {"currency": "USD"},
        {"channel_type": "TEST"},
        {"channel_key": "another"},
        {"order_id": "or2"},
        {"order_id": None},
        {"method_type": "PaymentMethodMobile"},
    ],
)
def test_a_payment_that_differs_in_any_field_goes_to_review(change: dict[str, object]) -> None:
    reading = replace(PAID, **change)  # type: ignore[arg-type]

    verdict = decide(ORDER, reading, POLICY)

    assert len(differences(ORDER, reading, POLICY)) == 1
    assert verdict is not None
    assert verdict.target is State.REVIEW


@pytest.mark.parametrize("state", [State.CONFIRMING, State.UNKNOWN, State.PAYING])
@pytest.mark.parametrize("status", ["READY", "PAY_PENDING", "NOT_FOUND", "", "SOMETHING_NEW"])
def test_a_status_that_proves_nothing_moves_nothing(state: State, status: str) -> None:
    """Least of all to declined: the customer would be told that nothing was charged."""
    assert decide(replace(ORDER, state=state), replace(PAID, status=status), POLICY) is None


@pytest.mark.parametrize("state", [State.PAID, State.APPLIED, State.REVIEW, State.CANCELLED])
@pytest.mark.parametrize("status", ["FAILED", "PAID", "READY"])
def test_a_late_message_does_not_change_what_is_settled(state: State, status: str) -> None:
    assert decide(replace(ORDER, state=state), replace(PAID, status=status), POLICY) is None


def test_a_payment_after_the_order_ended_is_given_back() -> None:
    for state in (State.EXPIRED, State.WITHDRAWN):
        verdict = decide(replace(ORDER, state=state), PAID, POLICY)

        assert verdict is not None
        assert verdict.target is State.CANCELLING


def test_a_refused_card_declines_the_order_but_a_closed_window_leaves_it_open() -> None:
    paying = replace(ORDER, state=State.PAYING)
    refused = replace(PAID, status="FAILED")
    verdict = decide(paying, refused, POLICY)

    assert verdict is not None
    assert verdict.target is State.DECLINED
    assert decide(paying, replace(refused, closed_by_customer=True), POLICY) is None


@pytest.mark.parametrize("state", [State.CONFIRMING, State.UNKNOWN])
def test_another_tabs_failure_says_nothing_about_a_confirmation_under_way(state: State) -> None:
    order = replace(ORDER, state=state)
    own_failure = decide(order, replace(PAID, status="FAILED"), POLICY)

    assert decide(order, replace(PAID, status="FAILED", tx_id="tx2"), POLICY) is None
    assert own_failure is not None
    assert own_failure.target is State.DECLINED

"""Where a reading of a payment leads its order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepayment.calendar import Month
from prepayment.orders import TRANSITIONS, UNPAID, Order, State
from prepayment.ports import PaymentPolicy, PaymentReading
from prepayment.service.verdicts import Verdict, decide, differences

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
# Not ours to give back for certain: a person looks.
DOUBTFUL: Final[list[dict[str, object]]] = [
    {"payment_id": "pp2"},
    {"store_id": "store-2"},
    {"store_id": None},
    {"total_won": None},
    {"total_won": 0},
    {"cancelled_won": 1_000},
    {"cancelled_won": None},
    {"currency": "USD"},
    {"channel_type": "TEST"},
]
# Ours, but not what was asked for: given back at once.
WRONG: Final[list[dict[str, object]]] = [
    {"total_won": 49_999},
    {"total_won": 50_001},
    {"channel_key": "another"},
    {"order_id": "or2"},
    {"order_id": None},
    {"method_type": "PaymentMethodMobile"},
]
UNSETTLED = [State.VERIFIED, State.PAYING, State.DECLINED, State.CONFIRMING, State.UNKNOWN]
ENDED = [State.EXPIRED, State.WITHDRAWN]
STATUSES = [
    "PAID",
    "PARTIAL_CANCELLED",
    "CANCELLED",
    "FAILED",
    "READY",
    "PAY_PENDING",
    "NOT_FOUND",
    "SOMETHING_NEW",
    "",
]


def order_in(state: State) -> Order:
    """The order in a state."""
    return replace(ORDER, state=state)


def read(**changes: object) -> PaymentReading:
    """The payment as asked for, but for some fields."""
    return replace(PAID, **changes)  # type: ignore[arg-type]  # reason: the tables above name fields with their types


def target_of(verdict: Verdict | None) -> State | None:
    """Where a verdict leads, None for nowhere."""
    return None if verdict is None else verdict.target


readings = st.builds(
    lambda status, change, other, closed, tx_id: read(
        **{**change, **other, "status": status, "closed_by_customer": closed, "tx_id": tx_id}
    ),
    st.sampled_from(STATUSES),
    st.sampled_from([{}, *DOUBTFUL, *WRONG]),
    st.sampled_from([{}, *WRONG]),
    st.booleans(),
    st.sampled_from(["tx1", "tx2", None]),
)


@given(st.sampled_from(State), readings)
def test_a_verdict_is_always_a_step_of_the_table(state: State, reading: PaymentReading) -> None:
    verdict = decide(order_in(state), reading, POLICY)

    assert verdict is None or verdict.target in TRANSITIONS[state]


@given(st.sampled_from(State), readings)
def test_only_a_payment_that_is_right_in_every_field_is_paid(state: State, reading: PaymentReading) -> None:
    verdict = decide(order_in(state), reading, POLICY)

    if target_of(verdict) is State.PAID:
        assert differences(ORDER, reading, POLICY) == ()


@given(st.sampled_from(State), readings)
def test_the_sum_that_was_charged_is_noted_when_it_is_another_one(
    state: State, reading: PaymentReading
) -> None:
    """The ledger books what was charged; a step that books the sum asked for would leave a difference."""
    verdict = decide(order_in(state), reading, POLICY)

    if verdict is None:
        return
    if verdict.target is State.CANCELLING and reading.total_won:
        booked = verdict.charged_won or ORDER.amount_won
        assert booked == reading.total_won
    if verdict.target is not State.CANCELLING:
        assert verdict.charged_won is None


@pytest.mark.parametrize("state", UNSETTLED)
def test_a_payment_that_is_ours_in_every_field_is_paid_whatever_the_order_waited_for(state: State) -> None:
    """Also without our confirmation: what PortOne says counts."""
    assert decide(order_in(state), PAID, POLICY) == Verdict(State.PAID, "payment_read")


@pytest.mark.parametrize("state", UNSETTLED)
@pytest.mark.parametrize("change", WRONG)
def test_a_payment_that_is_not_as_asked_for_is_given_back(state: State, change: dict[str, object]) -> None:
    verdict = decide(order_in(state), read(**change), POLICY)

    assert len(differences(ORDER, read(**change), POLICY)) == 1
    assert verdict is not None
    assert verdict.target is State.CANCELLING
    assert verdict.cause == f"differs:{next(iter(change))}"
    assert verdict.charged_won == change.get("total_won")


@pytest.mark.parametrize("state", [*UNSETTLED, *ENDED])
@pytest.mark.parametrize("change", DOUBTFUL)
def test_a_payment_that_may_not_be_ours_to_give_back_goes_to_a_person(
    state: State, change: dict[str, object]
) -> None:
    reading = read(**change)

    assert len(differences(ORDER, reading, POLICY)) == 1
    assert target_of(decide(order_in(state), reading, POLICY)) is State.REVIEW


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("doubtful", DOUBTFUL)
def test_doubt_counts_more_than_a_difference_that_would_be_given_back(
    wrong: dict[str, object], doubtful: dict[str, object]
) -> None:
    reading = read(**{**wrong, **doubtful})

    assert target_of(decide(ORDER, reading, POLICY)) is State.REVIEW


@pytest.mark.parametrize("state", [*UNSETTLED, *ENDED])
def test_a_payment_of_which_a_part_was_given_back_goes_to_a_person(state: State) -> None:
    reading = read(status="PARTIAL_CANCELLED", cancelled_won=1_000)

    assert target_of(decide(order_in(state), reading, POLICY)) is State.REVIEW


@pytest.mark.parametrize("state", ENDED)
@pytest.mark.parametrize("total_won", [50_000, 49_999])
def test_a_payment_after_the_order_ended_is_given_back(state: State, total_won: int) -> None:
    charged_won = None if total_won == 50_000 else total_won

    assert decide(order_in(state), read(total_won=total_won), POLICY) == Verdict(
        State.CANCELLING, "paid_after_end", charged_won
    )


@pytest.mark.parametrize("state", UNSETTLED)
def test_a_payment_that_was_charged_and_given_back_unseen_is_booked_both_ways(state: State) -> None:
    verdict = decide(order_in(state), read(status="CANCELLED", cancelled_won=50_000), POLICY)

    assert verdict == Verdict(State.CANCELLING, "cancelled_elsewhere")


def test_a_refund_that_was_read_ends_the_giving_back() -> None:
    cancelled = read(status="CANCELLED", cancelled_won=50_000)

    assert target_of(decide(order_in(State.CANCELLING), cancelled, POLICY)) is State.CANCELLED
    assert decide(order_in(State.CANCELLING), PAID, POLICY) is None


@pytest.mark.parametrize("state", [State.PAID, State.APPLIED])
@pytest.mark.parametrize("status", ["CANCELLED", "PARTIAL_CANCELLED"])
def test_a_refund_that_nobody_here_asked_for_goes_to_a_person(state: State, status: str) -> None:
    reading = read(status=status, cancelled_won=50_000)

    assert decide(order_in(state), reading, POLICY) == Verdict(State.REVIEW, "cancelled_elsewhere")


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("status", ["READY", "PAY_PENDING", "NOT_FOUND", "", "SOMETHING_NEW"])
def test_a_status_that_proves_nothing_moves_nothing(state: State, status: str) -> None:
    """Least of all to declined: the customer would be told that nothing was charged."""
    assert decide(order_in(state), read(status=status), POLICY) is None


@pytest.mark.parametrize("state", [State.PAID, State.APPLIED, State.CANCELLING, State.CANCELLED])
@pytest.mark.parametrize("status", ["FAILED", "PAID", "READY"])
def test_a_late_message_does_not_change_what_is_settled(state: State, status: str) -> None:
    assert decide(order_in(state), read(status=status), POLICY) is None


@given(readings)
def test_a_reading_alone_never_ends_a_doubt_that_a_person_has_to_decide(reading: PaymentReading) -> None:
    assert decide(order_in(State.REVIEW), reading, POLICY) is None


@pytest.mark.parametrize("state", [State.PAYING, State.CONFIRMING, State.UNKNOWN])
def test_a_refused_card_declines_the_order(state: State) -> None:
    assert target_of(decide(order_in(state), read(status="FAILED"), POLICY)) is State.DECLINED


def test_a_closed_window_leaves_the_order_open() -> None:
    closed = read(status="FAILED", closed_by_customer=True)

    assert decide(order_in(State.PAYING), closed, POLICY) is None


@pytest.mark.parametrize("state", [State.CONFIRMING, State.UNKNOWN])
def test_another_tabs_failure_says_nothing_about_a_confirmation_under_way(state: State) -> None:
    assert decide(order_in(state), read(status="FAILED", tx_id="tx2"), POLICY) is None


@pytest.mark.parametrize("state", sorted(UNPAID - {State.PAYING}))
def test_a_failure_leaves_an_order_alone_that_has_no_window_open(state: State) -> None:
    assert decide(order_in(state), read(status="FAILED"), POLICY) is None

"""Only a fresh verification of the line itself opens the payment window."""

from __future__ import annotations

import pytest

from prepayment.errors import (
    IdentityAttemptsExhausted,
    IdentityExpired,
    IdentityMismatch,
    IdentityNotCompleted,
    OrderClosed,
    TransitionConflict,
)
from prepayment.orders import State
from tests.integration.money.shop import YUNA, Shop
from tests.integration.sandbox.harness import wait_until
from tests.integration.store.at_once import at_once


def test_nothing_is_paid_without_identity(shop: Shop) -> None:
    order = shop.open_order()
    with pytest.raises(IdentityExpired):
        shop.open_window(order)
    with pytest.raises(IdentityNotCompleted):
        shop.app.checkout.finish_identity(order.checkout_token)
    assert shop.state(order) is State.QUOTED


def test_a_window_that_was_not_gone_through_proves_nothing(shop: Shop) -> None:
    order = shop.open_order()
    parameters = shop.app.checkout.start_identity(order.checkout_token)
    with pytest.raises(IdentityNotCompleted):
        shop.app.checkout.finish_identity(order.checkout_token)
    shop.sandbox.public.post("/v2/browser/identity-verifications", json=parameters).raise_for_status()
    with pytest.raises(IdentityNotCompleted):
        shop.app.checkout.finish_identity(order.checkout_token)
    assert shop.state(order) is State.QUOTED


def test_the_identity_of_another_number_is_refused_and_cannot_be_offered_again(shop: Shop) -> None:
    order = shop.open_order()
    shop.go_through_identity(order, line_id=YUNA.line_id)
    with pytest.raises(IdentityMismatch):
        shop.app.checkout.finish_identity(order.checkout_token)
    with pytest.raises(IdentityNotCompleted):
        shop.app.checkout.finish_identity(order.checkout_token)
    assert shop.state(order) is State.QUOTED
    assert shop.verify(order).state is State.VERIFIED


def test_a_verification_of_one_order_does_not_serve_another(shop: Shop) -> None:
    mine, theirs = shop.open_order(), shop.open_order(YUNA)
    shop.verify(theirs)
    with pytest.raises(IdentityNotCompleted):
        shop.app.checkout.finish_identity(mine.checkout_token)
    shop.app.checkout.start_identity(mine.checkout_token)
    with pytest.raises(IdentityNotCompleted):
        shop.app.checkout.finish_identity(mine.checkout_token)


def test_a_verification_from_before_the_sum_was_changed_does_not_count_for_the_new_order(shop: Shop) -> None:
    shop.verify(shop.open_order())
    order = shop.open_order(amount_won=70_000)
    with pytest.raises(IdentityExpired):
        shop.open_window(order)


def test_a_verification_that_is_brought_too_late_is_refused(shop: Shop) -> None:
    order = shop.open_order()
    shop.go_through_identity(order)
    shop.advance(minutes=10, seconds=1)
    with pytest.raises(IdentityExpired):
        shop.app.checkout.finish_identity(order.checkout_token)
    assert shop.state(order) is State.QUOTED


def test_after_ten_minutes_the_payment_window_asks_for_identity_again(shop: Shop) -> None:
    order = shop.open_order()
    shop.verify(order)
    shop.open_window(order)
    shop.advance(minutes=10, seconds=1)
    with pytest.raises(IdentityExpired):
        shop.open_window(order)
    assert shop.verify(order).state is State.VERIFIED
    shop.open_window(order)


def test_a_return_that_comes_twice_is_taken_once(shop: Shop) -> None:
    order = shop.open_order()
    shop.go_through_identity(order)
    taken = at_once(4, lambda _: shop.app.checkout.finish_identity(order.checkout_token))
    assert {one.state for one in taken} == {State.VERIFIED}
    assert shop.way(order) == [State.QUOTED, State.VERIFIED]


def test_a_verification_does_not_grow_younger_by_being_brought_again(shop: Shop) -> None:
    order = shop.open_order()
    verified = shop.verify(order)
    shop.advance(minutes=10, seconds=1)
    with pytest.raises(IdentityNotCompleted):
        shop.app.checkout.finish_identity(order.checkout_token)
    assert shop.order(order).verified_at == verified.verified_at


def test_there_is_no_sixth_attempt(shop: Shop) -> None:
    order = shop.open_order()
    for _ in range(5):
        shop.app.checkout.start_identity(order.checkout_token)
    with pytest.raises(IdentityAttemptsExhausted):
        shop.app.checkout.start_identity(order.checkout_token)
    assert shop.order(order).identity_attempts == 5


def test_attempts_at_the_same_moment_are_counted_too(shop: Shop) -> None:
    order = shop.open_order()

    def start(_: int) -> bool:
        try:
            shop.app.checkout.start_identity(order.checkout_token)
        except (IdentityAttemptsExhausted, TransitionConflict):
            return False
        return True

    started = at_once(8, start)
    assert 1 <= sum(started) <= 5
    assert shop.order(order).identity_attempts == sum(started)


def test_an_order_that_has_ended_takes_no_identity(shop: Shop) -> None:
    order = shop.open_order()
    shop.advance(minutes=16)
    with pytest.raises(OrderClosed):
        shop.app.checkout.start_identity(order.checkout_token)
    assert wait_until(lambda: shop.state(order)) is State.EXPIRED

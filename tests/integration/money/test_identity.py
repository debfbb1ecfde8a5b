"""Only a fresh verification of the line itself opens the payment window."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import sqlalchemy as sa

from prepayment.adapters.sql.tables import orders
from prepayment.errors import (
    IdentityAttemptsExhausted,
    IdentityCarrierWrong,
    IdentityClosed,
    IdentityCodeFailed,
    IdentityError,
    IdentityExpired,
    IdentityMismatch,
    IdentityNotCompleted,
    IdentityUnavailable,
    IdentityUnfinished,
    OrderClosed,
    TransitionConflict,
)
from prepayment.orders import Order, State
from prepayment.rules import IDENTITY_ATTEMPTS_MAX
from tests.integration.money.shop import MINJI, NAMES, PHONES, YUNA, Shop
from tests.integration.sandbox.harness import one_time_code, returned, wait_until
from tests.integration.store.at_once import at_once

PERSON = {
    "operator": "KT",
    "name": NAMES[MINJI.line_id],
    "birth_date": "19900517",
    "phone_number": PHONES[MINJI.line_id],
}


def open_window(shop: Shop, parameters: Mapping[str, object]) -> str:
    """Open an identity window at the sandbox; returns its path."""
    answer = shop.sandbox.public.post("/v2/browser/identity-verifications", json=dict(parameters))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["path"])


def prove(shop: Shop, path: str, **changes: str) -> None:
    """Type one's data and the right code."""
    page = shop.sandbox.public
    page.post(path, data={**PERSON, **changes, "action": "send"})
    code = one_time_code(page.get(path).text)
    returned(page.post(path, data={"code": code, "action": "check"}))


def put_identity(shop: Shop, order: Order, identity_id: str | None) -> None:
    """Put a verification on an order as no customer could."""
    with shop.app.database.engine.begin() as connection:
        connection.execute(sa.update(orders).where(orders.c.id == order.id).values(identity_id=identity_id))


def refused(shop: Shop, order: Order) -> IdentityError:
    """Come back from the window; what was refused. The order stands where it stood."""
    before = shop.state(order)
    with pytest.raises(IdentityError) as raised:
        shop.app.identity.finish(order.checkout_token)
    assert shop.state(order) is before
    return raised.value


def test_nothing_is_paid_without_identity(shop: Shop) -> None:
    order = shop.open_order()
    with pytest.raises(IdentityExpired):
        shop.open_window(order)
    with pytest.raises(IdentityNotCompleted):
        shop.app.identity.finish(order.checkout_token)
    assert shop.state(order) is State.QUOTED


def test_a_window_that_was_not_gone_through_proves_nothing(shop: Shop) -> None:
    order = shop.open_order()
    parameters = shop.app.identity.start(order.checkout_token)
    assert type(refused(shop, order)) is IdentityUnfinished
    open_window(shop, parameters)
    assert type(refused(shop, order)) is IdentityUnfinished


def test_a_window_that_was_closed_is_told_from_one_that_was_left(shop: Shop) -> None:
    order = shop.open_order()
    for action, error in (("cancel", IdentityClosed), ("leave", IdentityUnfinished)):
        path = open_window(shop, shop.app.identity.start(order.checkout_token))
        returned(shop.sandbox.public.post(path, data={"action": action}))
        assert type(refused(shop, order)) is error
    assert shop.verify(order).state is State.VERIFIED


def test_a_wrong_code_and_a_wrong_carrier_are_told_apart(shop: Shop) -> None:
    order, page = shop.open_order(), shop.sandbox.public
    path = open_window(shop, shop.app.identity.start(order.checkout_token))
    page.post(path, data={**PERSON, "action": "send"})
    wrong = "000000" if one_time_code(page.get(path).text) != "000000" else "111111"
    for _ in range(5):
        page.post(path, data={"code": wrong, "action": "check"})
    assert type(refused(shop, order)) is IdentityCodeFailed
    path = open_window(shop, shop.app.identity.start(order.checkout_token))
    page.post(path, data={**PERSON, "operator": "KT_MVNO", "action": "send"})
    page.post(path, data={"action": "cancel"})
    assert type(refused(shop, order)) is IdentityCarrierWrong


def test_a_failure_without_words_of_its_own_is_just_not_completed(shop: Shop) -> None:
    order, page = shop.open_order(), shop.sandbox.public
    path = open_window(shop, shop.app.identity.start(order.checkout_token))
    page.post(path, data={**PERSON, "name": "김민서", "action": "send"})
    page.post(path, data={"action": "cancel"})
    assert type(refused(shop, order)) is IdentityNotCompleted


@pytest.mark.parametrize("kind", ["identity.get", "carrier.line"])
def test_what_could_not_be_asked_is_taken_when_it_can(shop: Shop, kind: str) -> None:
    """The same verification, without another window."""
    order = shop.open_order()
    shop.go_through_identity(order)
    shop.sandbox.fault(kind, "html_500")
    assert type(refused(shop, order)) is IdentityUnavailable
    shop.sandbox.control("DELETE", "faults")
    assert shop.app.identity.finish(order.checkout_token).state is State.VERIFIED
    assert shop.order(order).identity_attempts == 1


def test_what_nobody_proved_is_said_even_while_the_carrier_is_away(shop: Shop) -> None:
    order = shop.open_order()
    open_window(shop, shop.app.identity.start(order.checkout_token))
    shop.sandbox.fault("carrier.line", "unavailable")
    assert type(refused(shop, order)) is IdentityUnfinished


def test_the_identity_of_another_number_ends_the_identity_step_of_the_order(shop: Shop) -> None:
    order = shop.open_order()
    shop.go_through_identity(order, line_id=YUNA.line_id)
    error = refused(shop, order)
    assert type(error) is IdentityMismatch
    assert error.details() == {}
    assert PHONES[YUNA.line_id] not in str(error)
    assert type(refused(shop, order)) is IdentityNotCompleted
    with pytest.raises(IdentityAttemptsExhausted):
        shop.app.identity.start(order.checkout_token)
    other_sum = shop.open_order(amount_won=70_000)
    assert shop.verify(other_sum).state is State.VERIFIED


def test_a_window_that_was_open_at_a_mismatch_proves_nothing_afterwards(shop: Shop) -> None:
    """Two tabs: one shows somebody else, then the other one the line's holder."""
    order = shop.open_order()
    early = open_window(shop, shop.app.identity.start(order.checkout_token))
    shop.go_through_identity(order, line_id=YUNA.line_id)
    assert type(refused(shop, order)) is IdentityMismatch
    prove(shop, early)
    assert type(refused(shop, order)) is IdentityNotCompleted


def test_a_verification_of_one_order_does_not_serve_another(shop: Shop) -> None:
    mine, theirs = shop.open_order(), shop.open_order(YUNA)
    shop.verify(theirs)
    assert type(refused(shop, mine)) is IdentityNotCompleted
    shop.app.identity.start(mine.checkout_token)
    assert type(refused(shop, mine)) is IdentityUnfinished


def test_a_verification_names_the_order_that_its_window_was_opened_for(shop: Shop) -> None:
    order = shop.open_order()
    assert shop.app.identity.start(order.checkout_token)["customData"] == order.id


@pytest.mark.parametrize("tampered", ["another", "none"])
def test_a_window_that_was_opened_for_another_order_proves_nothing(shop: Shop, tampered: str) -> None:
    """The browser holds the window's parameters."""
    order, other = shop.open_order(), shop.open_order(YUNA)
    parameters = dict(shop.app.identity.start(order.checkout_token))
    if tampered == "another":
        parameters["customData"] = other.id
    else:
        del parameters["customData"]
    prove(shop, open_window(shop, parameters))
    assert type(refused(shop, order)) is IdentityNotCompleted


def test_a_verification_that_got_onto_another_order_proves_nothing_there(shop: Shop) -> None:
    first = shop.open_order()
    shop.go_through_identity(first)
    identity_id = shop.order(first).identity_id
    second = shop.open_order(amount_won=70_000)
    put_identity(shop, second, identity_id)
    assert type(refused(shop, second)) is IdentityNotCompleted


def test_a_verification_is_used_once_and_leaves_its_id_in_the_story(shop: Shop) -> None:
    order = shop.open_order()
    shop.go_through_identity(order)
    identity_id = shop.order(order).identity_id
    verified = shop.app.identity.finish(order.checkout_token)
    assert (verified.identity_id, shop.order(order).identity_id) == (None, None)
    assert shop.events(order)[-1].detail == {"identity_id": identity_id}
    assert identity_id is not None
    put_identity(shop, order, identity_id)
    shop.advance(minutes=10, seconds=1)
    assert type(refused(shop, order)) is IdentityExpired


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
        shop.app.identity.finish(order.checkout_token)
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
    taken = at_once(4, lambda _: shop.app.identity.finish(order.checkout_token))
    assert {one.state for one in taken} == {State.VERIFIED}
    assert shop.way(order) == [State.QUOTED, State.VERIFIED]


def test_a_verification_does_not_grow_younger_by_being_brought_again(shop: Shop) -> None:
    order = shop.open_order()
    verified = shop.verify(order)
    shop.advance(minutes=10, seconds=1)
    with pytest.raises(IdentityNotCompleted):
        shop.app.identity.finish(order.checkout_token)
    assert shop.order(order).verified_at == verified.verified_at


def test_there_is_no_sixth_attempt_but_the_fifth_counts(shop: Shop) -> None:
    order = shop.open_order()
    for _ in range(IDENTITY_ATTEMPTS_MAX):
        path = open_window(shop, shop.app.identity.start(order.checkout_token))
    with pytest.raises(IdentityAttemptsExhausted):
        shop.app.identity.start(order.checkout_token)
    assert shop.order(order).identity_attempts == IDENTITY_ATTEMPTS_MAX == 5
    prove(shop, path)
    assert shop.app.identity.finish(order.checkout_token).state is State.VERIFIED


def test_attempts_at_the_same_moment_are_counted_too(shop: Shop) -> None:
    order = shop.open_order()

    def start(_: int) -> bool:
        try:
            shop.app.identity.start(order.checkout_token)
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
        shop.app.identity.start(order.checkout_token)
    assert wait_until(lambda: shop.state(order)) is State.EXPIRED

"""One open order a line: the same wish gives the same one, another sum replaces it, moving money is waited for."""

from __future__ import annotations

import pytest

from prepayment.errors import ExceedsOutstanding, OrderClosed, OrderInProgress, TransitionConflict
from prepayment.orders import OPEN, State
from tests.integration.money.shop import MINJI, MONTH, YUNA, Shop
from tests.integration.store.at_once import at_once


def test_the_same_sum_gives_the_same_order_and_the_newest_conversation_hears_of_it(shop: Shop) -> None:
    first = shop.open_order()
    again = shop.open_order()
    assert (again.id, again.checkout_token) == (first.id, first.checkout_token)
    assert again.conversation_id != first.conversation_id
    assert len(shop.app.account.history(MINJI.line_id).applied) == 0
    assert shop.way(first) == [State.QUOTED]


def test_all_gives_the_same_order_as_the_sum_that_it_means(shop: Shop) -> None:
    everything = shop.app.ordering.open(shop.app.conversations.create(), YUNA, "all")
    assert everything.amount_won == 55_000
    assert shop.open_order(YUNA, 55_000).id == everything.id


def test_another_sum_withdraws_the_open_order_and_its_link_says_so(shop: Shop) -> None:
    order, result = shop.ready_to_pay()
    other = shop.open_order(amount_won=70_000)
    assert (shop.state(order), shop.events(order)[-1].cause) == (State.WITHDRAWN, "other_sum_wished")
    assert shop.app.checkout.order(order.checkout_token).state is State.WITHDRAWN
    for act in (shop.app.identity.start, shop.app.checkout.start_payment):
        with pytest.raises(OrderClosed) as closed:
            act(order.checkout_token)
        assert closed.value.state == "withdrawn"
    assert shop.finish(order, result).state is State.WITHDRAWN
    assert shop.charges(order) == 0
    assert (other.state, other.amount_won) == (State.QUOTED, 70_000)


def test_a_wish_that_breaks_a_rule_keeps_the_good_order(shop: Shop) -> None:
    order = shop.open_order()
    with pytest.raises(ExceedsOutstanding):
        shop.open_order(amount_won=200_000)
    assert shop.state(order) is State.QUOTED


def test_the_same_sum_after_the_time_is_over_gives_a_new_order(shop: Shop) -> None:
    order = shop.open_order()
    shop.advance(minutes=15)
    again = shop.open_order()
    assert again.id != order.id
    assert shop.state(order) in {State.EXPIRED, State.WITHDRAWN}
    assert again.expires_at > order.expires_at


def test_an_order_never_lives_past_its_month(shop: Shop) -> None:
    shop.set_clock(MONTH.end)
    shop.advance(minutes=-5)
    order = shop.open_order()
    assert order.expires_at == MONTH.end
    shop.set_clock(MONTH.end)
    shop.sweep()
    assert shop.state(order) is State.EXPIRED


@pytest.mark.parametrize("amounts", [(50_000, 50_000), (50_000, 70_000)])
def test_two_conversations_at_once_leave_one_open_order(shop: Shop, amounts: tuple[int, int]) -> None:
    at_once(6, lambda index: shop.open_order(amount_won=amounts[index % 2]))
    with shop.app.database() as unit:
        orders = unit.orders.of_line(MINJI.line_id)
    assert sum(order.state in OPEN for order in orders) == 1
    assert {order.state for order in orders if order.state not in OPEN} <= {State.WITHDRAWN}


def test_while_money_may_be_moving_a_new_wish_waits(shop: Shop) -> None:
    order, result = shop.ready_to_pay()
    shop.sandbox.fault("payment.confirm", "unavailable", count=1)
    assert shop.finish(order, result).state is State.UNKNOWN
    for wish in (50_000, 70_000):
        with pytest.raises(OrderInProgress) as waiting:
            shop.open_order(amount_won=wish)
        assert waiting.value.order_id == order.id
    with pytest.raises(OrderInProgress):
        shop.app.ordering.check(MINJI.line_id)
    assert shop.app.ordering.withdraw(MINJI.line_id, cause="wished") is None


def test_after_a_prepayment_the_rest_can_be_prepaid(shop: Shop) -> None:
    first = shop.paid()
    shop.work()
    second = shop.paid(amount_won=130_000)
    shop.work()
    assert (shop.state(first), shop.state(second)) == (State.APPLIED, State.APPLIED)
    assert shop.app.account.usage(MINJI.line_id).outstanding_won == 0
    history = shop.app.account.history(MINJI.line_id)
    assert [order.id for order in history.applied] == [second.id, first.id]
    assert (history.open, len(history.cancellable), history.too_late) == (None, 2, [])
    shop.set_clock(MONTH.end)
    history = shop.app.account.history(MINJI.line_id)
    assert (history.cancellable, len(history.too_late)) == ([], 2)


def test_a_withdrawal_and_a_return_at_the_same_moment_do_not_both_happen(shop: Shop) -> None:
    """Either the customer's card is charged and the order goes on, or it is withdrawn and nothing is charged."""
    order, result = shop.ready_to_pay()

    def act(index: int) -> None:
        if index:
            try:
                shop.app.ordering.withdraw(MINJI.line_id, cause="wished")
            except TransitionConflict:
                return
        else:
            shop.finish(order, result)

    at_once(2, act)
    assert (shop.state(order), shop.charges(order)) in [(State.PAID, 1), (State.WITHDRAWN, 0)]


def test_asking_again_when_the_identity_tries_are_used_up_gives_a_new_link(shop: Shop) -> None:
    order = shop.open_order()
    for _ in range(5):
        shop.app.identity.start(order.checkout_token)
    again = shop.open_order()
    assert (again.id != order.id, again.amount_won, again.identity_attempts) == (True, order.amount_won, 0)
    assert shop.state(order) is State.WITHDRAWN
    assert shop.events(order)[-1].cause == "identity_tries_used_up"


def test_asking_again_after_the_last_try_succeeded_keeps_the_link(shop: Shop) -> None:
    order = shop.open_order()
    for _ in range(4):
        shop.app.identity.start(order.checkout_token)
    shop.verify(order)
    assert shop.open_order().id == order.id


@pytest.mark.parametrize("end", [State.EXPIRED, State.WITHDRAWN, State.APPLIED])
def test_money_of_an_earlier_order_goes_back_beside_a_new_one(shop: Shop, end: State) -> None:
    """A late charge, or a cancellation on request, while the customer is about to prepay again."""
    first, result = shop.ready_to_pay()
    if end is State.APPLIED:
        shop.finish(first, result)
        shop.work()
    else:
        shop.end_unpaid(first, end)
    second = shop.open_order(amount_won=60_000)
    if end is State.APPLIED:
        shop.app.cancelling.cancel(first.id, reason="요청", actor="operator:kim")
    else:
        assert shop.sandbox.confirm(result).status_code == 200
        assert shop.app.settlement.sync(first.id, actor="webhook").state is State.CANCELLING
    assert shop.open_order(amount_won=60_000).id == second.id
    shop.work()
    assert (shop.state(first), shop.refunds(first), shop.booked(first)) == (State.CANCELLED, 1, [])
    shop.verify(second)
    assert shop.finish(second, shop.authorise(second)).state is State.PAID
    shop.work()
    assert (shop.state(second), shop.booked(second)) == (State.APPLIED, [60_000])

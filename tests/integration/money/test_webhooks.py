"""Webhooks are hints to read: early, twice, late or foreign, they never decide anything by themselves."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from prepayment.adapters.sql.tables import webhooks
from prepayment.errors import Refused
from prepayment.orders import Order, State
from prepayment.ports import WebhookNotice
from prepayment.service.checkout import Checkout
from tests.integration.money.shop import YUNA, Shop
from tests.integration.sandbox.harness import Receiver, new_payment_id, wait_until
from tests.integration.store.at_once import at_once
from tests.support.buyer import DECLINED

Delivery = tuple[dict[str, str], str]


@pytest.fixture
def listening(shop: Shop, receiver: Receiver) -> Checkout:
    """The checkout of a shop whose webhooks come to the receiver."""
    address = urlsplit(receiver.url)
    parts = replace(shop.parts, public_url=f"{address.scheme}://{address.netloc}")
    return Checkout(parts, shop.app.settlement)


def delivered(receiver: Receiver, type_: str) -> Delivery:
    """Wait for a signed delivery of this type."""
    return wait_until(  # type: ignore[no-any-return]  # wait_until returns whatever was found
        lambda: next((one for one in list(receiver.received) if f'"type":"{type_}"' in one[1]), None)
    )


def take(shop: Shop, delivery: Delivery) -> None:
    """What web does with a delivery."""
    headers, body = delivery
    shop.app.inbox.take(shop.app.gateway.verify_webhook(body, headers))
    shop.read_inbox()


def notice(order: Order, number: int = 1, type_: str = "Transaction.Paid") -> WebhookNotice:
    """A notice as it stands after its signature was checked."""
    return WebhookNotice(id=f"wh_{order.id}_{number}", type=type_, payment_id=order.payment_id)


def remembered(shop: Shop) -> int:
    with shop.app.database.engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(webhooks)).scalar_one()


def test_the_notices_of_a_payment_may_come_twice_and_in_any_order(
    shop: Shop, receiver: Receiver, listening: Checkout
) -> None:
    order = shop.open_order()
    shop.verify(order)
    result = shop.sandbox.send_card(shop.open_window(order, listening))
    early = [delivered(receiver, "Transaction.Ready"), delivered(receiver, "Transaction.PayPending")]
    assert shop.finish(order, result).state is State.PAID
    paid = delivered(receiver, "Transaction.Paid")
    for one in (paid, early[1], paid, early[0]):
        take(shop, one)
    shop.work()
    take(shop, paid)
    assert shop.way(order)[-2:] == [State.PAID, State.APPLIED]
    assert (shop.charges(order), shop.booked(order)) == (1, [50_000])
    assert remembered(shop) == 3


def test_a_decline_that_is_noticed_before_the_redirect_is_known_at_the_redirect(
    shop: Shop, receiver: Receiver, listening: Checkout
) -> None:
    order = shop.open_order()
    shop.verify(order)
    result = shop.sandbox.send_card(shop.open_window(order, listening), DECLINED)
    take(shop, delivered(receiver, "Transaction.Failed"))
    assert shop.state(order) is State.DECLINED
    assert shop.finish(order, result).state is State.DECLINED
    assert shop.way(order).count(State.DECLINED) == 1


def test_a_webhook_whose_body_was_changed_is_refused(
    shop: Shop, receiver: Receiver, listening: Checkout
) -> None:
    order, other = shop.open_order(), shop.open_order(YUNA)
    shop.verify(order)
    shop.open_window(order, listening)
    headers, body = delivered(receiver, "Transaction.Ready")
    with pytest.raises(Refused):
        take(shop, (headers, body.replace(order.payment_id, other.payment_id)))
    assert remembered(shop) == 0


def test_a_notice_that_says_paid_is_not_believed(shop: Shop) -> None:
    order, _ = shop.ready_to_pay()
    shop.app.inbox.take(notice(order))
    shop.read_inbox()
    assert (shop.state(order), shop.balances(order)) == (State.PAYING, {})


def test_a_notice_about_a_payment_that_is_not_ours_changes_nothing(shop: Shop) -> None:
    order, _ = shop.ready_to_pay()
    foreign = shop.sandbox.paid()
    for number, payment_id in enumerate([foreign, new_payment_id(), None]):
        shop.app.inbox.take(WebhookNotice(f"wh_{number}", "Transaction.Paid", payment_id))
    shop.read_inbox()
    assert (shop.state(order), remembered(shop)) == (State.PAYING, 3)


def test_a_notice_is_taken_while_portone_is_away_and_read_when_it_is_back(shop: Shop) -> None:
    order = shop.open_order()
    shop.verify(order)
    shop.authorise(order, DECLINED)
    shop.sandbox.fault("payment.get", "unavailable", count=1)
    assert shop.app.inbox.take(notice(order, type_="Transaction.Failed"))
    assert shop.app.inbox.run_next()
    assert shop.state(order) is State.PAYING
    assert not shop.app.inbox.run_next()  # not before its back-off is over
    shop.read_inbox()
    assert (shop.state(order), remembered(shop)) == (State.DECLINED, 1)


def test_a_notice_that_came_before_is_not_read_again(shop: Shop) -> None:
    order, _ = shop.ready_to_pay()
    assert shop.app.inbox.take(notice(order))
    shop.read_inbox()
    assert not shop.app.inbox.take(notice(order))
    assert not shop.app.inbox.run_next()


def test_the_same_notice_from_many_at_once_moves_the_order_once(shop: Shop) -> None:
    """Paid without our confirmation: the channel was not set to manual approval."""
    order, result = shop.ready_to_pay()
    assert shop.sandbox.confirm(result).status_code == 200
    assert sorted(at_once(6, lambda _: shop.app.inbox.take(notice(order)))) == [False] * 5 + [True]
    at_once(4, lambda _: shop.read_inbox())
    assert shop.way(order).count(State.PAID) == 1
    assert shop.balances(order) == {"customer": -50_000, "gateway": 50_000}
    assert remembered(shop) == 1


def test_a_notice_and_the_return_at_the_same_moment_charge_and_book_once(shop: Shop) -> None:
    order, result = shop.ready_to_pay()

    def act(index: int) -> None:
        if index:
            shop.app.inbox.take(notice(order, index))
            shop.app.inbox.run_next()
        else:
            shop.finish(order, result)

    at_once(5, act)
    shop.work()
    assert (shop.state(order), shop.charges(order), shop.booked(order)) == (State.APPLIED, 1, [50_000])
    assert shop.way(order).count(State.PAID) == 1


@pytest.mark.parametrize("end", [State.EXPIRED, State.WITHDRAWN])
def test_a_payment_that_turns_up_on_an_order_that_has_ended_is_given_back(shop: Shop, end: State) -> None:
    order, result = shop.ready_to_pay()
    shop.end_unpaid(order, end)
    assert shop.sandbox.confirm(result).status_code == 200
    shop.app.inbox.take(notice(order))
    shop.read_inbox()
    shop.work()
    assert shop.way(order)[-3:] == [end, State.CANCELLING, State.CANCELLED]
    assert (shop.charges(order), shop.refunds(order), shop.booked(order)) == (1, 1, [])
    assert shop.balances(order) == {}

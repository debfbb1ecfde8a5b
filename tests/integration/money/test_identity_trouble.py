"""What stood against the last identity verification, and the requests that the web site be checked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from prepayment.errors import (
    IdentityAttemptsExhausted,
    IdentityCarrierWrong,
    IdentityClosed,
    IdentityError,
    IdentityExpired,
    IdentityMismatch,
    IdentityUnavailable,
    IdentityUnfinished,
)
from prepayment.orders import Order
from prepayment.ports import SiteCheckState
from prepayment.rules import IDENTITY_ATTEMPTS_MAX
from prepayment.support_errors import SiteCheckNotFound
from tests.integration.money.shop import MINJI, YUNA, Shop
from tests.integration.money.test_identity import PERSON, open_window
from tests.integration.sandbox.harness import returned


def trouble(shop: Shop, order: Order) -> type[IdentityError] | None:
    """What the chat would explain."""
    found = shop.app.identity.trouble_of(order.line_id)
    return None if found is None else type(found)


def close_window(shop: Shop, order: Order) -> None:
    """Open an identity window and close it."""
    path = open_window(shop, shop.app.identity.start(order.checkout_token))
    returned(shop.sandbox.public.post(path, data={"action": "cancel"}))


def test_without_an_order_or_a_window_there_is_no_trouble(shop: Shop) -> None:
    assert shop.app.identity.trouble_of(MINJI.line_id) is None
    assert trouble(shop, shop.open_order()) is None


def test_the_last_window_counts_also_when_the_order_is_over(shop: Shop) -> None:
    order = shop.open_order()
    close_window(shop, order)
    assert trouble(shop, order) is IdentityClosed
    path = open_window(shop, shop.app.identity.start(order.checkout_token))
    assert trouble(shop, order) is IdentityUnfinished
    shop.sandbox.public.post(path, data={**PERSON, "operator": "KT_MVNO", "action": "send"})
    shop.sandbox.public.post(path, data={"action": "cancel"})
    assert trouble(shop, order) is IdentityCarrierWrong
    shop.advance(minutes=16)
    shop.sweep()
    assert trouble(shop, order) is IdentityCarrierWrong
    shop.advance(days=1)
    assert trouble(shop, order) is None


def test_another_order_begins_anew(shop: Shop) -> None:
    order = shop.open_order()
    close_window(shop, order)
    shop.advance(minutes=16)
    shop.sweep()
    assert trouble(shop, shop.open_order()) is None


def test_a_verification_that_was_taken_is_no_trouble(shop: Shop) -> None:
    order = shop.open_order()
    close_window(shop, order)
    shop.go_through_identity(order)
    assert trouble(shop, order) is None
    shop.app.identity.finish(order.checkout_token)
    assert trouble(shop, order) is None


def test_a_verification_that_came_too_late_has_expired(shop: Shop) -> None:
    order = shop.open_order()
    shop.go_through_identity(order)
    shop.advance(minutes=11)
    assert trouble(shop, order) is IdentityExpired


def test_the_identity_of_another_line_is_said_to_be_that(shop: Shop) -> None:
    order = shop.open_order()
    shop.go_through_identity(order, line_id=YUNA.line_id)
    with pytest.raises(IdentityMismatch):
        shop.app.identity.finish(order.checkout_token)
    assert trouble(shop, order) is IdentityMismatch


def test_who_has_used_up_every_window_is_told_so(shop: Shop) -> None:
    order = shop.open_order()
    for _ in range(IDENTITY_ATTEMPTS_MAX):
        close_window(shop, order)
    assert trouble(shop, order) is IdentityAttemptsExhausted


def test_a_gateway_that_does_not_answer_leaves_it_open(shop: Shop) -> None:
    order = shop.open_order()
    close_window(shop, order)
    shop.sandbox.fault("identity.get", "html_500")
    assert trouble(shop, order) is IdentityUnavailable


def test_a_site_check_is_filed_with_what_is_known(shop: Shop) -> None:
    order = shop.open_order()
    close_window(shop, order)
    filed = shop.app.site_checks.file(order.conversation_id)
    assert filed.number > 1000
    assert filed.situation == (
        f"logged in, line line-1001; page {shop.settings.public_url}; last identity verification: identity_closed"
    )
    anonymous = shop.app.site_checks.file(shop.app.conversations.create())
    assert anonymous.situation.startswith("not logged in; ")
    assert anonymous.number != filed.number


def test_the_same_wish_within_a_day_has_the_same_number(shop: Shop) -> None:
    mine = shop.app.conversations.create()
    checks = shop.app.site_checks
    first = checks.file(mine)
    shop.advance(hours=23)
    assert checks.file(mine) == first
    shop.advance(hours=2)
    second = checks.file(mine)
    assert second.number > first.number
    assert checks.close(second.number, actor="operator:kim", reason="looked into")
    assert checks.file(mine).number > second.number


def test_a_site_check_is_closed_once_and_by_whom_is_kept(shop: Shop) -> None:
    checks = shop.app.site_checks
    filed = checks.file(shop.app.conversations.create())
    assert filed.state is SiteCheckState.OPEN
    assert checks.close(filed.number, actor="operator:kim", reason="010-1234-5678 called")
    assert not checks.close(filed.number, actor="operator:lee", reason="again")
    closed = checks.get(filed.number)
    assert (closed.state, closed.closed_by) == (SiteCheckState.CLOSED, "operator:kim")
    assert closed.closed_reason == "[전화번호 가림] called"
    assert closed.closed_at is not None
    assert closed.closed_at - closed.opened_at < timedelta(minutes=1)
    assert checks.newest(5, open_only=True) == []
    assert checks.newest(5) == [closed]
    for number in (1, filed.number + 1):
        with pytest.raises(SiteCheckNotFound):
            checks.close(number, actor="operator:kim", reason="none")

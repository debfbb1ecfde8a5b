"""The receipt behind a link: what it says, in Seoul's time, and that nothing but a payment has one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import pytest

from prepayment.calendar import SEOUL, Month
from prepayment.orders import Order, State
from prepayment.rules import SUPPORT_NUMBER
from prepayment.service.reviewing import Decision
from tests.integration.store.building import new_order, step, walk
from tests.integration.store.test_orders import PATHS
from tests.integration.web.stack import Stack
from tests.support.buyer import Buyer
from web.checkout_views import WITH_RECEIPT, receipt_view

# In Greenwich it is still the day before.
PAID_AT = datetime(2031, 5, 17, 0, 5, tzinfo=SEOUL)
CANCELLED_AT = datetime(2031, 5, 20, 8, 30, tzinfo=SEOUL)


def read(html: str) -> str:
    """A page as it is read, without its frame."""
    main = re.search(r"<main.*?</main>", html, flags=re.DOTALL)
    assert main is not None
    return " ".join(re.sub(r"<[^>]*>", " ", main[0]).split())


def set_clock(stack: Stack, moment: datetime) -> None:
    """Move every process to a moment."""
    stack.sandbox.control("PUT", "clock", {"at": moment.isoformat()})


def applied_order(stack: Stack, buyer: Buyer) -> Order:
    """An order that went the whole way at ``PAID_AT``."""
    set_clock(stack, PAID_AT)
    stack.sandbox.control("POST", "reset", {"month": str(Month.of(PAID_AT))})
    order = stack.open_order()
    buyer.verify(order)
    buyer.pay(order)
    stack.work()
    return stack.order(order)


def receipt(buyer: Buyer, order: Order) -> str:
    """The receipt of an order that has one, as it is read."""
    response = buyer.web.get(f"/pay/{order.checkout_token}/receipt")
    assert response.status_code == 200, response.text
    return read(response.text)


def test_a_receipt_says_what_was_paid_when_and_until_when_it_counts(stack: Stack, buyer: Buyer) -> None:
    order = applied_order(stack, buyer)
    said = receipt(buyer, order)
    for part in (
        "선결제 영수증 50,000원",
        f"주문 번호 {order.id}",
        "결제한 때 2031년 5월 17일 오전 12:05",
        "한도 복원 2031년 5월 17일 오전 12:05",
        "결제 방법 카드 (결제대행사를 통해 결제)",
        "휴대폰 번호 010-****-1001",
        "대상 2031년 5월 소액결제",
        "사용 기한 2031년 5월 31일까지",
        f"취소 기한 2031년 5월 31일까지 고객센터({SUPPORT_NUMBER})",
        "카드 매출전표가 아니에요. 매출전표는 쓰신 카드의 카드사에서 받을 수 있어요.",
        "KT가 발행한 문서가 아니에요.",
        "데모라서 실제로 결제된 금액은 없어요.",
    ):
        assert part in said
    assert "취소됨" not in said
    assert "01000001001" not in said


def test_the_receipt_of_a_cancelled_payment_says_so_and_on_which_day_it_was_given_back(
    stack: Stack, buyer: Buyer
) -> None:
    order = applied_order(stack, buyer)
    set_clock(stack, CANCELLED_AT)
    stack.app.cancelling.cancel(order.id, reason="고객 요청", actor="operator:kim")
    stack.work()
    assert stack.order(order).state is State.CANCELLED
    said = receipt(buyer, order)
    for part in (
        "취소된 선결제 영수증",
        "취소됨 · 2031년 5월 20일에 돌려드렸어요",
        "결제한 때 2031년 5월 17일 오전 12:05",
        "한도 복원 2031년 5월 17일 오전 12:05",
        "선결제 전으로 돌아갔어요",
    ):
        assert part in said
    assert "사용 기한" not in said
    assert "취소 기한" not in said
    page = read(buyer.page(order))
    assert "돌려드린 날 2031년 5월 20일" in page
    assert "영수증 보기" in page


def test_the_receipt_of_a_payment_that_was_never_applied_names_no_restored_limit(
    stack: Stack, buyer: Buyer
) -> None:
    order = stack.open_order()
    order = walk(stack.app.database, order, *PATHS[State.CONFIRMING], State.REVIEW)
    stack.app.reviewing.resolve(order.id, Decision.REFUNDED_ELSEWHERE, reason="확인", actor="operator:kim")
    said = receipt(buyer, order)
    assert "취소됨" in said
    assert "한도 복원" not in said
    assert "되살아났던" not in said


@pytest.mark.parametrize("state", sorted(set(State) - WITH_RECEIPT))
def test_an_order_that_is_not_applied_or_cancelled_has_no_receipt(
    stack: Stack, buyer: Buyer, state: State
) -> None:
    order = stack.open_order()
    order = walk(stack.app.database, order, *PATHS[state])
    response = buyer.web.get(f"/pay/{order.checkout_token}/receipt")
    assert response.status_code == 404
    said = read(response.text)
    assert "이 주문에는 영수증이 없어요" in said
    assert "50,000원" not in said
    assert f'href="/pay/{order.checkout_token}"' in response.text
    assert not re.search("실패|못했", said)


def test_no_order_has_no_receipt(stack: Stack, buyer: Buyer) -> None:
    response = buyer.web.get("/pay/never-was/receipt")
    assert response.status_code == 404
    assert "주문을 찾을 수 없어요" in response.text
    assert 'href="/pay/' not in response.text


def test_a_receipt_can_be_read_while_the_carrier_is_away(stack: Stack, buyer: Buyer) -> None:
    order = applied_order(stack, buyer)
    stack.sandbox.fault("carrier.line", "unavailable")
    said = receipt(buyer, order)
    assert "010-****-****" in said
    assert "50,000원" in said


def test_a_receipt_is_kept_by_nobody_and_as_guarded_as_the_order_s_page(stack: Stack, buyer: Buyer) -> None:
    order = applied_order(stack, buyer)
    page, found = (buyer.web.get(f"/pay/{order.checkout_token}{path}") for path in ("", "/receipt"))
    for name in ("content-security-policy", "referrer-policy", "cache-control", "x-content-type-options"):
        assert found.headers[name] == page.headers[name]
    assert found.headers["cache-control"] == "no-store"
    assert order.checkout_token not in stack.log()


def test_the_page_of_a_finished_payment_links_to_its_receipt_and_back(stack: Stack, buyer: Buyer) -> None:
    order = applied_order(stack, buyer)
    path = f"/pay/{order.checkout_token}"
    assert f'href="{path}/receipt"' in buyer.page(order)
    assert f'href="{path}"' in buyer.web.get(f"{path}/receipt").text


def test_an_order_that_is_not_finished_links_to_no_receipt(stack: Stack, buyer: Buyer) -> None:
    order = stack.open_order()
    for target in (None, *PATHS[State.PAID]):
        order = step(stack.app.database, order, target) if target else order
        assert "/receipt" not in buyer.page(order)


def test_a_receipt_is_about_what_was_charged() -> None:
    """An order whose charge differed was given back, and that is what the receipt is about."""
    order = replace(new_order(), state=State.CANCELLED, charged_won=49_000)
    view = receipt_view(order, (), "1001", PAID_AT)
    assert view["amount_won"] == 49_000
    assert view["paid_at_label"] is view["given_back_label"] is None

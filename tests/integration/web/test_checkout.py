"""The checkout through the sandbox's own windows, from the link to the restored limit."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from prepayment.orders import Order, State
from tests.integration.sandbox.harness import wait_until
from tests.integration.web.stack import YUNA, Stack
from tests.support.buyer import APPROVED, DECLINED, Buyer


def state_of(page: str) -> str:
    """The state that a page carries for its script."""
    found = re.search(r'data-state="([a-z_]+)"', page)
    assert found is not None, page
    return found[1]


def moved_on(stack: Stack, ahead: timedelta) -> None:
    """Move the whole stack's clock."""
    stack.sandbox.control("PUT", "clock", {"offset_seconds": int(ahead.total_seconds())})


def test_the_whole_way_from_the_link_to_the_restored_limit(stack: Stack, buyer: Buyer) -> None:
    order = stack.open_order()
    page = buyer.page(order)
    assert state_of(page) == "quoted"
    for shown in ("50,000원", "010-****-1001", "120,000원", "170,000원"):
        assert shown in page
    assert state_of(buyer.verify(order).text) == "verified"
    waiting = buyer.pay(order)
    assert state_of(waiting.text) == "paid"
    assert stack.order(order).state is State.PAID
    assert stack.sandbox.raw(order.payment_id)["charges"] == 1
    stack.work()
    assert stack.order(order).state is State.APPLIED
    assert buyer.state(order) == "applied"
    done = buyer.page(order)
    assert state_of(done) == "applied"
    for shown in ("50,000원 선결제가 끝났어요", "170,000원", order.id, "고객센터(114)"):
        assert shown in done


def test_a_card_number_never_reaches_web(stack: Stack, buyer: Buyer) -> None:
    order = stack.open_order()
    buyer.verify(order)
    buyer.pay(order)
    assert stack.order(order).state is State.PAID
    everything = "".join(buyer.sent) + stack.log() + stack.stored_bytes().decode("latin-1")
    assert order.payment_id in everything
    for spelling in (APPROVED, APPROVED.replace(" ", ""), APPROVED.replace(" ", "+"), "424242"):
        assert spelling not in everything


def test_no_token_and_no_query_reaches_the_log(stack: Stack, buyer: Buyer) -> None:
    order = stack.open_order()
    buyer.verify(order)
    address = buyer.card_return(order)
    buyer.web.get(address)
    assert "GET /pay/*/payment/return 303" in stack.log()
    payment_token = re.search(r"paymentToken=([^&]+)", address)
    assert payment_token is not None
    for secret in (order.checkout_token, payment_token[1], "paymentToken", "txId"):
        assert secret not in stack.log()


def test_a_declined_card_says_so_and_the_same_order_is_paid_by_another(stack: Stack, buyer: Buyer) -> None:
    order = stack.open_order()
    buyer.verify(order)
    declined = buyer.pay(order, DECLINED)
    assert state_of(declined.text) == "declined"
    assert "승인을 거절했어요" in declined.text
    assert "결제된 금액은 없어요" in declined.text
    wait_until(lambda: "Transaction.Failed" in stack.webhook_types(order))
    assert state_of(buyer.pay(order).text) == "paid"
    assert stack.sandbox.raw(order.payment_id)["charges"] == 1


def test_a_card_declined_at_the_last_moment_says_so(stack: Stack, buyer: Buyer) -> None:
    order = stack.open_order()
    buyer.verify(order)
    declined = buyer.pay(order, "4000 0000 0000 9995")
    assert state_of(declined.text) == "declined"
    assert "잔액이 부족해요" in declined.text
    assert stack.sandbox.raw(order.payment_id)["charges"] == 0


def test_a_closed_payment_window_leaves_the_order_payable(stack: Stack, buyer: Buyer) -> None:
    order = stack.open_order()
    buyer.verify(order)
    closed = buyer.leave_payment(order)
    assert state_of(closed.text) in {"paying", "declined"}
    assert "결제된 금액은 없어요" in closed.text
    wait_until(lambda: "Transaction.Failed" in stack.webhook_types(order))
    assert state_of(buyer.pay(order).text) == "paid"


def test_an_identity_that_has_grown_old_brings_its_step_back(stack: Stack, buyer: Buyer) -> None:
    order = stack.open_order()
    buyer.verify(order)
    moved_on(stack, timedelta(minutes=11))
    assert state_of(buyer.page(order)) == buyer.state(order) == "quoted"
    refused = buyer.web.post(f"/pay/{order.checkout_token}/payment", headers={"Accept": "application/json"})
    assert refused.json()["error"]["code"] == "identity_expired"
    assert state_of(buyer.verify(order).text) == "verified"
    assert state_of(buyer.pay(order).text) == "paid"


def test_payment_before_identity_is_refused(stack: Stack, buyer: Buyer) -> None:
    order = stack.open_order()
    refused = buyer.web.post(f"/pay/{order.checkout_token}/payment", headers={"Accept": "application/json"})
    assert refused.status_code == 409
    assert stack.order(order).state is State.QUOTED


def test_two_returns_at_once_charge_once(stack: Stack, buyer: Buyer) -> None:
    """A double click, or the same address in two tabs."""
    order = stack.open_order()
    buyer.verify(order)
    address = buyer.card_return(order)
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: buyer.web.get(address).status_code, range(6)))
    assert answers == [303] * 6
    wait_until(lambda: stack.order(order).state is State.PAID)
    assert stack.sandbox.raw(order.payment_id)["charges"] == 1
    assert stack.order(order).payment_attempts == 1


def test_the_return_of_another_payment_is_not_taken(stack: Stack, buyer: Buyer) -> None:
    order = stack.open_order()
    buyer.verify(order)
    address = buyer.card_return(order)
    foreign = address.replace(order.payment_id, "pp" + "0" * 32)
    assert state_of(buyer.web.get(foreign, follow_redirects=True).text) == "paying"
    assert stack.sandbox.raw(order.payment_id)["charges"] == 0


def test_a_return_with_a_code_is_not_confirmed(stack: Stack, buyer: Buyer) -> None:
    """Whatever else it brings: the window said that it did not finish."""
    order = stack.open_order()
    buyer.verify(order)
    buyer.web.get(buyer.card_return(order) + "&code=PGProviderError")
    assert stack.order(order).state is State.PAYING
    assert stack.sandbox.raw(order.payment_id)["charges"] == 0


def test_an_unanswered_confirmation_is_being_checked_and_never_called_failed(
    stack: Stack, buyer: Buyer
) -> None:
    order = stack.open_order()
    buyer.verify(order)
    address = buyer.card_return(order)
    stack.sandbox.fault("payment.confirm", "hang_up_after_effect")
    stack.sandbox.fault("payment.get", "unavailable")
    page = buyer.web.get(address, follow_redirects=True).text
    assert state_of(page) == "unknown"
    assert "확인 중입니다" in page
    assert "다시 결제하지 마세요" in page
    assert "실패" not in page
    stack.sandbox.control("DELETE", "faults")
    assert stack.app.settlement.resolve(stack.order(order)).state is State.PAID
    assert stack.sandbox.raw(order.payment_id)["charges"] == 1


@pytest.mark.parametrize("kind", ["carrier.line", "carrier.month"])
def test_while_the_carrier_is_away_the_page_says_what_to_do(stack: Stack, buyer: Buyer, kind: str) -> None:
    order = stack.open_order()
    stack.sandbox.fault(kind, "unavailable")
    response = buyer.web.get(f"/pay/{order.checkout_token}")
    assert response.status_code == 503
    assert "새로 고쳐" in response.text
    assert "실패" not in response.text
    stack.sandbox.control("DELETE", "faults")
    assert state_of(buyer.page(order)) == "quoted"


def test_a_finished_order_says_so_even_while_the_carrier_is_away(stack: Stack, buyer: Buyer) -> None:
    order = stack.open_order()
    buyer.verify(order)
    buyer.pay(order)
    stack.work()
    stack.sandbox.fault("carrier.month", "unavailable")
    assert "선결제가 끝났어요" in buyer.page(order)


def test_the_return_while_the_carrier_is_away_charges_nothing(stack: Stack, buyer: Buyer) -> None:
    order = stack.open_order()
    buyer.verify(order)
    address = buyer.card_return(order)
    stack.sandbox.fault("carrier.month", "unavailable")
    response = buyer.web.get(address)
    assert response.headers["location"] == f"/pay/{order.checkout_token}?problem=outside_unavailable#news"
    assert stack.sandbox.raw(order.payment_id)["charges"] == 0


def test_less_being_outstanding_at_the_return_charges_nothing_and_says_why(
    stack: Stack, buyer: Buyer
) -> None:
    order = stack.open_order()
    buyer.verify(order)
    address = buyer.card_return(order)
    elsewhere = {"month": str(order.month), "amount_won": 150_000}
    path = f"/v1/lines/{order.line_id}/prepayments/made-in-a-store"
    assert stack.sandbox.carrier.put(path, json=elsewhere).status_code == 201
    page = buyer.web.get(address, follow_redirects=True)
    assert "금액이 줄어 결제하지 않았어요" in page.text
    assert stack.order(order).state is State.EXPIRED
    assert stack.sandbox.raw(order.payment_id)["charges"] == 0


def test_a_link_whose_time_is_over_says_so(stack: Stack, buyer: Buyer) -> None:
    order = stack.open_order()
    moved_on(stack, timedelta(minutes=16))
    page = buyer.page(order)
    assert state_of(page) == "expired"
    assert "결제 시간이 지났어요" in page
    assert stack.order(order).state is State.EXPIRED
    refused = buyer.web.post(f"/pay/{order.checkout_token}/identity", headers={"Accept": "application/json"})
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "order_closed"


def test_a_link_that_was_replaced_by_another_sum_says_so(stack: Stack, buyer: Buyer) -> None:
    first = stack.open_order(amount_won=50_000)
    second = stack.open_order(amount_won=70_000)
    assert state_of(buyer.page(first)) == "withdrawn"
    assert state_of(buyer.page(second)) == "quoted"


def test_a_rest_that_could_not_be_prepaid_any_more_is_pointed_out(stack: Stack, buyer: Buyer) -> None:
    order = stack.open_order(YUNA, 40_000)
    assert "남는 15,000원은 최소 금액(30,000원)보다 적어서" in buyer.page(order)


@pytest.mark.parametrize("path", ["", "/status", "/identity/return", "/payment/return?paymentId=x"])
def test_an_unknown_link_is_a_friendly_page(stack: Stack, buyer: Buyer, path: str) -> None:
    response = buyer.web.get(f"/pay/never-was{path}", follow_redirects=True)
    assert response.status_code == 404
    assert "주문을 찾을 수 없어요" in response.text
    assert "Traceback" not in response.text


def test_an_unknown_link_answers_scripts_in_json(stack: Stack) -> None:
    response = stack.http.get("/pay/never-was/status")
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "order_not_found"


def test_a_notice_comes_from_our_table_only(stack: Stack, buyer: Buyer) -> None:
    order = stack.open_order()
    page = buyer.web.get(f"/pay/{order.checkout_token}?problem=<b>전화 주세요</b>").text
    assert "전화 주세요" not in page


def test_the_pages_let_nothing_in_but_the_payment_script(stack: Stack, buyer: Buyer) -> None:
    order = stack.open_order()
    response = buyer.web.get(f"/pay/{order.checkout_token}")
    policy = response.headers["content-security-policy"]
    assert f"script-src 'self' {stack.sandbox.url};" in policy
    assert f"form-action 'self' {stack.sandbox.url};" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["cache-control"] == "no-store"
    assert "<script>" not in response.text
    assert "style=" not in response.text


def test_portones_webhook_after_the_payment_changes_nothing_more(stack: Stack, buyer: Buyer) -> None:
    """The sandbox sends it to the address that the window was opened with."""
    order: Order = stack.open_order()
    buyer.verify(order)
    buyer.pay(order)
    wait_until(lambda: "Transaction.Paid" in stack.webhook_types(order))
    assert stack.order(order).state is State.PAID

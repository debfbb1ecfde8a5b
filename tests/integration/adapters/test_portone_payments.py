"""Paying through the adapter at the running sandbox."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import pytest

from prepayment.adapters.portone import PortOneGateway
from prepayment.errors import Misconfigured, OutcomeUnknown, OutsideError, Refused
from tests.integration.adapters.building import make_gateway, make_order
from tests.integration.sandbox.harness import (
    CHANNEL_KEY,
    STORE_ID,
    Sandbox,
    new_payment_id,
    one_time_code,
    returned,
)

KEY = "order0001-confirm-1"
CANCEL_KEY = "order0001-cancel-1"
DECLINED_LATE = "4000 0000 0000 9995"
RETURN_URL = "http://localhost:8000/pay/token/return"
NOTICE_URL = "http://127.0.0.1:9/webhooks/portone"


def authorise(sandbox: Sandbox, gateway: PortOneGateway, card: str = "4242 4242 4242 4242") -> dict[str, str]:
    """What comes back from a window opened with the adapter's own parameters."""
    window = gateway.payment_window(make_order(), return_url=RETURN_URL, notice_url=NOTICE_URL)
    opened = sandbox.public.post("/v2/browser/payments", json=dict(window))
    assert opened.status_code == 200, opened.text
    return sandbox.send_card(opened.json()["path"], card)


def confirm(
    gateway: PortOneGateway, result: dict[str, str], *, key: str = KEY, amount_won: int = 50_000
) -> None:
    gateway.confirm(
        result["paymentId"],
        token=result["paymentToken"],
        tx_id=result["txId"],
        amount_won=amount_won,
        key=key,
    )


def test_a_payment_is_registered_paid_and_read(sandbox: Sandbox, gateway: PortOneGateway) -> None:
    order = make_order()
    gateway.pre_register(order.payment_id, order.amount_won)
    assert gateway.read(order.payment_id).status == "NOT_FOUND"
    window = gateway.payment_window(order, return_url=RETURN_URL, notice_url=NOTICE_URL)
    opened = sandbox.public.post("/v2/browser/payments", json=dict(window)).json()
    assert gateway.read(order.payment_id).status == "READY"
    confirm(gateway, sandbox.send_card(opened["path"]))
    reading = gateway.read(order.payment_id)
    assert (reading.status, reading.total_won, reading.cancelled_won) == ("PAID", 50_000, 0)
    assert (reading.store_id, reading.channel_key, reading.channel_type) == (STORE_ID, CHANNEL_KEY, "TEST")
    assert (reading.order_id, reading.currency) == (order.id, "KRW")
    assert reading.method_type == "PaymentMethodCard"


def test_a_registered_sum_keeps_a_window_with_another_sum_shut(
    sandbox: Sandbox, gateway: PortOneGateway
) -> None:
    order = make_order()
    gateway.pre_register(order.payment_id, 30_000)
    window = gateway.payment_window(order, return_url=RETURN_URL, notice_url=NOTICE_URL)
    answer = sandbox.public.post("/v2/browser/payments", json=dict(window))
    assert answer.json()["code"] == "AmountNotEqualToPredefined"


def test_the_same_key_confirms_twice_and_charges_once(sandbox: Sandbox, gateway: PortOneGateway) -> None:
    result = authorise(sandbox, gateway)
    confirm(gateway, result)
    confirm(gateway, result)  # without the key this would be refused as already paid
    assert sandbox.raw(result["paymentId"])["charges"] == 1


def test_another_key_is_told_that_it_is_paid(sandbox: Sandbox, gateway: PortOneGateway) -> None:
    result = authorise(sandbox, gateway)
    confirm(gateway, result)
    with pytest.raises(Refused) as raised:
        confirm(gateway, result, key="order0001-confirm-2")
    assert raised.value.reason == "already_paid"
    with pytest.raises(Refused) as raised:
        gateway.pre_register(result["paymentId"], 50_000)
    assert raised.value.reason == "already_paid"


def test_many_threads_with_one_adapter_charge_once(sandbox: Sandbox, gateway: PortOneGateway) -> None:
    results = [authorise(sandbox, gateway) for _ in range(4)]

    def try_to_confirm(number: int) -> None:
        # Simultaneous repeats may be told that the first is still running.
        with suppress(OutcomeUnknown):
            result = results[number % 4]
            confirm(gateway, result, key=f"order-{result['paymentId']}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(try_to_confirm, range(16)))
    assert [sandbox.raw(result["paymentId"])["charges"] for result in results] == [1, 1, 1, 1]


def test_a_bank_that_says_no_is_a_refusal_with_its_words(sandbox: Sandbox, gateway: PortOneGateway) -> None:
    result = authorise(sandbox, gateway, DECLINED_LATE)
    with pytest.raises(Refused) as raised:
        confirm(gateway, result)
    assert raised.value.reason == "NOT_ENOUGH_BALANCE"
    assert "부족" in raised.value.message
    reading = gateway.read(result["paymentId"])
    assert (reading.status, reading.failure_message) == ("FAILED", raised.value.message)
    assert sandbox.raw(result["paymentId"])["charges"] == 0


def test_a_sum_that_differs_from_the_windows_is_refused(sandbox: Sandbox, gateway: PortOneGateway) -> None:
    result = authorise(sandbox, gateway)
    with pytest.raises(Refused) as raised:
        confirm(gateway, result, amount_won=49_000)
    assert raised.value.reason == "information_mismatch"
    assert sandbox.raw(result["paymentId"])["charges"] == 0


def test_a_token_that_is_not_theirs_is_refused(sandbox: Sandbox, gateway: PortOneGateway) -> None:
    result = authorise(sandbox, gateway)
    with pytest.raises(Refused) as raised:
        confirm(gateway, result | {"paymentToken": "another"})
    assert raised.value.reason == "invalid_payment_token"


@pytest.mark.parametrize(
    ("fault", "charges"),
    [
        ("unavailable", 0),
        ("html_500", 0),
        ("timeout_before_effect", 0),
        ("timeout_after_effect", 1),
        ("hang_up_before_effect", 0),
        ("hang_up_after_effect", 1),
    ],
)
def test_a_confirmation_without_a_clear_answer_is_unknown_and_safe_to_repeat(
    sandbox: Sandbox, gateway: PortOneGateway, fault: str, charges: int
) -> None:
    result = authorise(sandbox, gateway)
    sandbox.fault("payment.confirm", fault, count=1)
    with pytest.raises(OutcomeUnknown):
        confirm(gateway, result)
    assert sandbox.raw(result["paymentId"])["charges"] == charges
    confirm(gateway, result)
    assert sandbox.raw(result["paymentId"])["charges"] == 1


@pytest.mark.parametrize("fault", ["slow", "timeout_after_effect"])
def test_our_own_time_out_is_unknown_too(sandbox: Sandbox, gateway: PortOneGateway, fault: str) -> None:
    result = authorise(sandbox, gateway)
    sandbox.fault("payment.confirm", fault, ms=900, count=1)
    hasty = make_gateway(sandbox.url, timeout=httpx.Timeout(5, read=0.2))
    with pytest.raises(OutcomeUnknown):
        confirm(hasty, result)
    hasty.close()


def test_a_payment_is_refunded_once_in_full(sandbox: Sandbox, gateway: PortOneGateway) -> None:
    payment_id = sandbox.paid()
    for _ in range(2):
        gateway.cancel(payment_id, amount_won=50_000, reason="고객 요청", key=CANCEL_KEY)
    reading = gateway.read(payment_id)
    assert (reading.status, reading.cancelled_won) == ("CANCELLED", 50_000)
    assert sandbox.raw(payment_id)["refunds"] == 1
    with pytest.raises(Refused) as raised:
        gateway.cancel(payment_id, amount_won=50_000, reason="고객 요청", key="order0001-cancel-2")
    assert raised.value.reason == "already_cancelled"


def test_a_refund_that_expects_another_sum_is_refused(sandbox: Sandbox, gateway: PortOneGateway) -> None:
    payment_id = sandbox.paid()
    with pytest.raises(Refused) as raised:
        gateway.cancel(payment_id, amount_won=40_000, reason="고객 요청", key=CANCEL_KEY)
    assert raised.value.reason == "cancellable_amount_changed"
    assert sandbox.raw(payment_id)["refunds"] == 0


def test_a_refund_of_what_was_never_paid_is_refused(gateway: PortOneGateway) -> None:
    with pytest.raises(Refused) as raised:
        gateway.cancel(new_payment_id(), amount_won=50_000, reason="고객 요청", key=CANCEL_KEY)
    assert raised.value.reason == "payment_not_found"


def test_a_wrong_secret_is_ours_to_mend(sandbox: Sandbox) -> None:
    stranger = make_gateway(sandbox.url, api_secret="another-secret")
    with pytest.raises(Misconfigured):
        stranger.pre_register(new_payment_id(), 50_000)
    with pytest.raises(Misconfigured):
        stranger.read(new_payment_id())
    stranger.close()


def test_an_api_that_is_down_while_reading_is_an_outside_error(
    sandbox: Sandbox, gateway: PortOneGateway
) -> None:
    sandbox.fault("payment.get", "unavailable", count=1)
    with pytest.raises(OutsideError):
        gateway.read(new_payment_id())


def test_a_key_that_portone_would_not_take_is_a_bug_of_ours(gateway: PortOneGateway) -> None:
    with pytest.raises(ValueError, match="16 to 256"):
        gateway.confirm("payment", token="t", tx_id=None, amount_won=1, key="short")


def test_an_identity_is_verified_and_read(sandbox: Sandbox, gateway: PortOneGateway) -> None:
    identity_id = new_payment_id()
    assert gateway.read_identity(identity_id).status == "NOT_FOUND"
    window = gateway.identity_window(identity_id, order_id="order0001", return_url=RETURN_URL)
    opened = sandbox.public.post("/v2/browser/identity-verifications", json=dict(window)).json()
    assert gateway.read_identity(identity_id).status == "READY"
    person = {"operator": "KT", "name": "김민지", "birth_date": "19900517", "phone_number": "010-0000-1001"}
    page = sandbox.public.post(opened["path"], data=person | {"action": "send"}, follow_redirects=True)
    code = one_time_code(page.text)
    assert returned(sandbox.public.post(opened["path"], data={"action": "check", "code": code}))
    reading = gateway.read_identity(identity_id)
    assert (reading.id, reading.status, reading.phone_number) == (identity_id, "VERIFIED", "01000001001")
    assert reading.order_id == "order0001"
    assert reading.verified_at is not None
    assert reading.verified_at.tzinfo is not None
    assert "01000001001" not in repr(reading)

"""The payment API answers what the official client reads, and charges at most once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from portone_server_sdk import PaymentClient
from portone_server_sdk import errors as sdk_errors
from portone_server_sdk.payment import (
    CancelledPayment,
    FailedPayment,
    PaidPayment,
    PartialCancelledPayment,
    PaymentMethodCard,
    PayPendingPayment,
    ReadyPayment,
    SucceededPaymentCancellation,
)

from tests.integration.sandbox.harness import (
    API_SECRET,
    CHANNEL_KEY,
    STORE_ID,
    Sandbox,
    closing,
    new_payment_id,
    payment_params,
)


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[PaymentClient]:
    with closing(PaymentClient(secret=API_SECRET, base_url=sandbox.url, store_id=STORE_ID)) as client:
        yield client


def test_official_client_reads_every_status(sandbox: Sandbox, client: PaymentClient) -> None:
    payment_id = new_payment_id()
    window = sandbox.open_payment(payment_id)
    ready = client.get_payment(payment_id=payment_id)
    assert isinstance(ready, ReadyPayment)
    assert ready.amount.total == 50_000
    assert ready.custom_data == '{"orderId":"order-1"}'

    result = sandbox.send_card(window["path"])
    assert isinstance(client.get_payment(payment_id=payment_id), PayPendingPayment)

    summary = client.confirm_payment(
        payment_id=payment_id,
        payment_token=result["paymentToken"],
        tx_id=result["txId"],
        total_amount=50_000,
        currency="KRW",
        is_test=True,
    )
    paid = client.get_payment(payment_id=payment_id)
    assert isinstance(paid, PaidPayment)
    assert (paid.id, paid.store_id, paid.transaction_id) == (payment_id, STORE_ID, result["txId"])
    assert (paid.channel.type, paid.channel.key, paid.currency) == ("TEST", CHANNEL_KEY, "KRW")
    assert (paid.amount.total, paid.amount.paid, paid.amount.cancelled) == (50_000, 50_000, 0)
    assert (paid.pg_tx_id, paid.paid_at) == (summary.pg_tx_id, summary.paid_at)
    assert paid.customer.name == "김민지"
    assert paid.customer.phone_number == "01000001001"
    assert isinstance(paid.method, PaymentMethodCard)
    assert paid.method.card is not None
    assert paid.method.card.number == "424242******4242"

    partial = client.cancel_payment(payment_id=payment_id, reason="고객 요청", amount=20_000)
    assert isinstance(partial.cancellation, SucceededPaymentCancellation)
    assert partial.cancellation.total_amount == 20_000
    assert isinstance(client.get_payment(payment_id=payment_id), PartialCancelledPayment)
    client.cancel_payment(payment_id=payment_id, reason="고객 요청", current_cancellable_amount=30_000)
    cancelled = client.get_payment(payment_id=payment_id)
    assert isinstance(cancelled, CancelledPayment)
    assert cancelled.amount.cancelled == 50_000
    raw = sandbox.raw(payment_id)
    assert (raw["charged_won"], raw["refunded_won"], raw["refunds"]) == (50_000, 50_000, 2)


def test_declined_card_fails_the_attempt_and_the_same_payment_can_be_tried_again(
    sandbox: Sandbox, client: PaymentClient
) -> None:
    payment_id = new_payment_id()
    window = sandbox.open_payment(payment_id)
    result = sandbox.send_card(window["path"], "4000 0000 0000 0002")
    assert result["order"] == "1"
    assert result["code"] == "PGProviderError"
    assert "paymentToken" not in result
    assert result["pgCode"] == "REJECT_CARD_COMPANY"
    assert result["pgMessage"] == result["message"]
    failed = client.get_payment(payment_id=payment_id)
    assert isinstance(failed, FailedPayment)
    assert failed.failure.pg_code == "REJECT_CARD_COMPANY"

    assert sandbox.confirm(sandbox.authorise(payment_id)).status_code == 200
    assert isinstance(client.get_payment(payment_id=payment_id), PaidPayment)
    assert sandbox.raw(payment_id)["charges"] == 1


def test_insufficient_funds_are_refused_at_confirmation(sandbox: Sandbox, client: PaymentClient) -> None:
    payment_id = new_payment_id()
    result = sandbox.send_card(sandbox.open_payment(payment_id)["path"], "4000 0000 0000 9995")
    assert "code" not in result
    with pytest.raises(sdk_errors.PgProviderError) as refusal:
        client.confirm_payment(payment_id=payment_id, payment_token=result["paymentToken"])
    assert refusal.value.pg_code == "NOT_ENOUGH_BALANCE"
    assert isinstance(client.get_payment(payment_id=payment_id), FailedPayment)
    assert sandbox.raw(payment_id)["charges"] == 0
    assert sandbox.confirm(result).json()["type"] == "INVALID_PAYMENT_TOKEN"


def test_closing_the_window_charges_nothing_and_says_who_closed_it(sandbox: Sandbox) -> None:
    payment_id = new_payment_id()
    result = sandbox.send_card(sandbox.open_payment(payment_id)["path"], action="cancel")
    assert (result["code"], result["pgCode"]) == ("PGProviderError", "PAY_PROCESS_CANCELED")
    assert sandbox.raw(payment_id)["charges"] == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"totalAmount": 49_999},
        {"currency": "USD"},
        {"isTest": False},
        {"txId": "another"},
        {"taxFreeAmount": 1},
    ],
)
def test_confirmation_refuses_facts_that_do_not_match(sandbox: Sandbox, wrong: dict[str, object]) -> None:
    result = sandbox.authorise(new_payment_id())
    response = sandbox.confirm(result, **wrong)
    assert (response.status_code, response.json()["type"]) == (409, "INFORMATION_MISMATCH")
    assert sandbox.raw(result["paymentId"])["charges"] == 0
    assert sandbox.confirm(result).status_code == 200


def test_confirmation_refuses_foreign_and_old_tokens(sandbox: Sandbox) -> None:
    result, other = sandbox.authorise(new_payment_id()), sandbox.authorise(new_payment_id())
    response = sandbox.confirm(result | {"paymentToken": other["paymentToken"]})
    assert (response.status_code, response.json()["type"]) == (400, "INVALID_PAYMENT_TOKEN")
    sandbox.control("PUT", "clock", {"offset_seconds": 31 * 60})
    assert sandbox.confirm(result).json()["type"] == "INVALID_PAYMENT_TOKEN"


def test_eight_confirmations_at_once_charge_once(sandbox: Sandbox) -> None:
    result = sandbox.authorise(new_payment_id())
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(lambda _: sandbox.confirm(result).status_code, range(8)))
    assert statuses == [200] + [409] * 7
    assert sandbox.raw(result["paymentId"])["charges"] == 1


def test_two_windows_of_one_payment_charge_once(sandbox: Sandbox, client: PaymentClient) -> None:
    payment_id = new_payment_id()
    first, second = sandbox.authorise(payment_id), sandbox.authorise(payment_id)
    assert sandbox.confirm(first).status_code == 200
    with pytest.raises(sdk_errors.AlreadyPaidError):
        client.confirm_payment(payment_id=payment_id, payment_token=second["paymentToken"])
    assert sandbox.raw(payment_id)["charges"] == 1


def test_cancellation_refusals(sandbox: Sandbox, client: PaymentClient) -> None:
    unpaid = sandbox.authorise(new_payment_id())["paymentId"]
    with pytest.raises(sdk_errors.PaymentNotPaidError):
        client.cancel_payment(payment_id=unpaid, reason="x")
    with pytest.raises(sdk_errors.PaymentNotFoundError):
        client.cancel_payment(payment_id=new_payment_id(), reason="x")
    payment_id = sandbox.paid()
    with pytest.raises(sdk_errors.CancellableAmountConsistencyBrokenError):
        client.cancel_payment(payment_id=payment_id, reason="x", current_cancellable_amount=49_999)
    with pytest.raises(sdk_errors.CancelAmountExceedsCancellableAmountError):
        client.cancel_payment(payment_id=payment_id, reason="x", amount=50_001)
    with pytest.raises(sdk_errors.InvalidRequestError):
        client.cancel_payment(payment_id=payment_id, reason="x", amount=0)
    client.cancel_payment(payment_id=payment_id, reason="x")
    with pytest.raises(sdk_errors.PaymentAlreadyCancelledError):
        client.cancel_payment(payment_id=payment_id, reason="x")
    assert sandbox.raw(payment_id)["refunds"] == 1


def test_wrong_secret_wrong_store_and_unknown_payment(sandbox: Sandbox, client: PaymentClient) -> None:
    payment_id = sandbox.paid()
    with (
        closing(PaymentClient(secret="wrong", base_url=sandbox.url)) as stranger,
        pytest.raises(sdk_errors.UnauthorizedError),
    ):
        stranger.get_payment(payment_id=payment_id)
    with (
        closing(PaymentClient(secret=API_SECRET, base_url=sandbox.url, store_id="other")) as other_shop,
        pytest.raises(sdk_errors.ForbiddenError),
    ):
        other_shop.get_payment(payment_id=payment_id)
    with pytest.raises(sdk_errors.PaymentNotFoundError):
        client.get_payment(payment_id=new_payment_id())


def test_pre_registered_amount_binds_the_window(sandbox: Sandbox, client: PaymentClient) -> None:
    payment_id = new_payment_id()
    client.pre_register_payment(payment_id=payment_id, total_amount=50_000, currency="KRW")
    response = sandbox.public.post("/v2/browser/payments", json=payment_params(payment_id, 30_000))
    assert (response.status_code, response.json()["code"]) == (400, "AmountNotEqualToPredefined")
    assert sandbox.confirm(sandbox.authorise(payment_id, 50_000)).status_code == 200
    with pytest.raises(sdk_errors.AlreadyPaidError):
        client.pre_register_payment(payment_id=payment_id, total_amount=50_000)
    response = sandbox.public.post("/v2/browser/payments", json=payment_params(payment_id, 50_000))
    assert response.json()["code"] == "PaymentAlreadyPaid"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"forceRedirect": False}, "InvalidRequest"),
        ({"storeId": "other"}, "StoreNotFound"),
        ({"channelKey": "other"}, "ChannelNotFound"),
        ({"payMethod": "MOBILE"}, "InvalidRequest"),
        ({"totalAmount": 0}, "InvalidRequest"),
        ({"totalAmount": True}, "InvalidRequest"),
        ({"totalAmount": 30_000.5}, "InvalidRequest"),
        ({"redirectUrl": "javascript:alert(1)"}, "InvalidRequest"),
        ({"redirectUrl": "http://shop; script-src *"}, "InvalidRequest"),
        ({"paymentId": "a/b"}, "InvalidRequest"),
        ({"noticeUrls": "http://localhost/"}, "InvalidRequest"),
    ],
)
def test_a_window_does_not_open_for_bad_parameters(
    sandbox: Sandbox, changes: dict[str, object], code: str
) -> None:
    params = payment_params(new_payment_id()) | changes
    response = sandbox.public.post("/v2/browser/payments", json=params)
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert response.headers["access-control-allow-origin"] == "*"

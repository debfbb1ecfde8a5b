"""What the official client sends is understood: each field that it can send has its effect, or is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from portone_server_sdk import PaymentClient
from portone_server_sdk import errors as sdk_errors

from tests.integration.sandbox.harness import (
    API_SECRET,
    STORE_ID,
    Receiver,
    Sandbox,
    closing,
    new_payment_id,
    payment_params,
    wait_until,
)


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[PaymentClient]:
    with closing(PaymentClient(secret=API_SECRET, base_url=sandbox.url, store_id=STORE_ID)) as client:
        yield client


@pytest.mark.parametrize(
    "wrong",
    [
        {"tx_id": "another"},
        {"currency": "USD"},
        {"total_amount": 49_999},
        {"tax_free_amount": 1},
        {"is_test": False},
    ],
)
def test_each_fact_of_a_confirmation_is_checked(
    sandbox: Sandbox, client: PaymentClient, wrong: dict[str, Any]
) -> None:
    result = sandbox.authorise(new_payment_id())
    right: dict[str, Any] = {
        "payment_id": result["paymentId"],
        "payment_token": result["paymentToken"],
        "tx_id": result["txId"],
        "currency": "KRW",
        "total_amount": 50_000,
        "tax_free_amount": 0,
        "is_test": True,
    }
    with pytest.raises(sdk_errors.InformationMismatchError):
        client.confirm_payment(**(right | wrong))
    assert client.confirm_payment(**right).pg_tx_id
    assert sandbox.raw(result["paymentId"])["charges"] == 1


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"amount": 0}, sdk_errors.InvalidRequestError),
        ({"amount": 50_001}, sdk_errors.CancelAmountExceedsCancellableAmountError),
        ({"current_cancellable_amount": 49_999}, sdk_errors.CancellableAmountConsistencyBrokenError),
        ({"reason": " "}, sdk_errors.InvalidRequestError),
        ({"requester": "Customer"}, sdk_errors.InvalidRequestError),
        ({"skip_webhook": "yes"}, sdk_errors.InvalidRequestError),
    ],
)
def test_each_fact_of_a_cancellation_is_checked(
    sandbox: Sandbox, client: PaymentClient, wrong: dict[str, Any], error: type[Exception]
) -> None:
    right: dict[str, Any] = {
        "payment_id": sandbox.paid(),
        "reason": "고객 요청",
        "amount": 50_000,
        "requester": "ADMIN",
        "current_cancellable_amount": 50_000,
        "skip_webhook": False,
    }
    with pytest.raises(error):
        client.cancel_payment(**(right | wrong))
    client.cancel_payment(**right)
    assert sandbox.raw(right["payment_id"])["refunded_won"] == 50_000


def test_the_reason_of_a_cancellation_is_kept(sandbox: Sandbox, client: PaymentClient) -> None:
    payment_id = sandbox.paid()
    client.cancel_payment(payment_id=payment_id, reason="통신사가 받지 않음", requester="CUSTOMER")
    assert [c["reason"] for c in sandbox.read(payment_id)["cancellations"]] == ["통신사가 받지 않음"]


def test_webhooks_can_be_skipped(sandbox: Sandbox, client: PaymentClient, receiver: Receiver) -> None:
    """For the confirmation and for the cancellation; what came before is told."""
    result = sandbox.authorise(new_payment_id(), noticeUrls=[receiver.url])
    client.confirm_payment(
        payment_id=result["paymentId"], payment_token=result["paymentToken"], skip_webhook=True
    )
    client.cancel_payment(payment_id=result["paymentId"], reason="x", amount=10_000, skip_webhook=True)
    client.cancel_payment(payment_id=result["paymentId"], reason="x")
    wait_until(lambda: "Transaction.Cancelled" in receiver.types())
    assert set(receiver.types()) == {"Transaction.Ready", "Transaction.PayPending", "Transaction.Cancelled"}


@pytest.mark.parametrize(
    "wrong", [{"total_amount": 0}, {"currency": "USD"}, {"total_amount": 50_000, "currency": "won"}]
)
def test_each_fact_of_a_pre_registration_is_checked(
    sandbox: Sandbox, client: PaymentClient, wrong: dict[str, Any]
) -> None:
    payment_id = new_payment_id()
    with pytest.raises(sdk_errors.InvalidRequestError):
        client.pre_register_payment(payment_id=payment_id, **wrong)
    client.pre_register_payment(payment_id=payment_id, total_amount=50_000, currency="KRW")
    other = sandbox.public.post("/v2/browser/payments", json=payment_params(payment_id, 49_999))
    assert other.json()["code"] == "AmountNotEqualToPredefined"


def test_every_write_belongs_to_the_store_that_it_names(sandbox: Sandbox) -> None:
    payment_id = sandbox.paid()
    stranger = PaymentClient(secret=API_SECRET, base_url=sandbox.url, store_id="other")
    with closing(stranger) as client:
        with pytest.raises(sdk_errors.ForbiddenError):
            client.pre_register_payment(payment_id=payment_id, total_amount=50_000)
        with pytest.raises(sdk_errors.ForbiddenError):
            client.confirm_payment(payment_id=payment_id, payment_token="token")
        with pytest.raises(sdk_errors.ForbiddenError):
            client.cancel_payment(payment_id=payment_id, reason="x")


def test_a_field_that_is_not_known_is_no_reason_to_refuse(sandbox: Sandbox) -> None:
    """PortOne adds fields to its requests; it does not promise to refuse those that it does not know."""
    result = sandbox.authorise(new_payment_id())
    assert sandbox.confirm(result, hologram=True).status_code == 200
    assert sandbox.cancel(result["paymentId"], hologram=True).status_code == 200

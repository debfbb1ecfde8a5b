"""Every refusal of the payment API is what the official SDK reads as its own error of that type."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import httpx
import pytest
from portone_server_sdk import IdentityVerificationClient, PaymentClient
from portone_server_sdk import errors as sdk_errors

from sandbox.errors import STATUS_OF_TYPE
from tests.integration.sandbox.harness import (
    API_SECRET,
    STORE_ID,
    Sandbox,
    closing,
    new_payment_id,
)

# The SDK has no error of this type: it raises its UnknownError.
UNKNOWN_TO_THE_SDK = {"IDEMPOTENCY_OUTSTANDING_REQUEST"}


def unauthorized(sandbox: Sandbox) -> httpx.Response:
    return sandbox.portone.get(f"/payments/{new_payment_id()}", headers={"Authorization": "PortOne wrong"})


def forbidden(sandbox: Sandbox) -> httpx.Response:
    return sandbox.portone.get(f"/payments/{new_payment_id()}", params={"storeId": "other"})


def not_found(sandbox: Sandbox) -> httpx.Response:
    return sandbox.portone.get(f"/payments/{new_payment_id()}")


def identity_not_found(sandbox: Sandbox) -> httpx.Response:
    return sandbox.portone.get("/identity-verifications/nobody-knows")


def invalid_request(sandbox: Sandbox) -> httpx.Response:
    return sandbox.cancel(sandbox.paid(), amount=0)


def invalid_token(sandbox: Sandbox) -> httpx.Response:
    return sandbox.confirm(sandbox.authorise(new_payment_id()) | {"paymentToken": "wrong"})


def mismatch(sandbox: Sandbox) -> httpx.Response:
    return sandbox.confirm(sandbox.authorise(new_payment_id()), totalAmount=1)


def already_paid(sandbox: Sandbox) -> httpx.Response:
    result = sandbox.authorise(new_payment_id())
    sandbox.confirm(result)
    return sandbox.confirm(result)


def not_paid(sandbox: Sandbox) -> httpx.Response:
    return sandbox.cancel(sandbox.authorise(new_payment_id())["paymentId"])


def already_cancelled(sandbox: Sandbox) -> httpx.Response:
    payment_id = sandbox.paid()
    sandbox.cancel(payment_id)
    return sandbox.cancel(payment_id)


def amount_changed(sandbox: Sandbox) -> httpx.Response:
    return sandbox.cancel(sandbox.paid(), currentCancellableAmount=49_999)


def too_much(sandbox: Sandbox) -> httpx.Response:
    return sandbox.cancel(sandbox.paid(), amount=50_001)


def outstanding(sandbox: Sandbox) -> httpx.Response:
    sandbox.fault("payment.cancel", "outstanding", count=1)
    return sandbox.cancel(sandbox.paid())


def pg_refused(sandbox: Sandbox) -> httpx.Response:
    window = sandbox.open_payment(new_payment_id())
    return sandbox.confirm(sandbox.send_card(window["path"], "4000 0000 0000 9995"))


def pg_refused_a_refund(sandbox: Sandbox) -> httpx.Response:
    sandbox.fault("payment.cancel", "pg_refuse", count=1)
    return sandbox.cancel(sandbox.paid())


REFUSALS: list[tuple[str, Callable[[Sandbox], httpx.Response]]] = [
    ("UNAUTHORIZED", unauthorized),
    ("FORBIDDEN", forbidden),
    ("PAYMENT_NOT_FOUND", not_found),
    ("IDENTITY_VERIFICATION_NOT_FOUND", identity_not_found),
    ("INVALID_REQUEST", invalid_request),
    ("INVALID_PAYMENT_TOKEN", invalid_token),
    ("INFORMATION_MISMATCH", mismatch),
    ("ALREADY_PAID", already_paid),
    ("PAYMENT_NOT_PAID", not_paid),
    ("PAYMENT_ALREADY_CANCELLED", already_cancelled),
    ("CANCELLABLE_AMOUNT_CONSISTENCY_BROKEN", amount_changed),
    ("CANCEL_AMOUNT_EXCEEDS_CANCELLABLE_AMOUNT", too_much),
    ("IDEMPOTENCY_OUTSTANDING_REQUEST", outstanding),
    ("PG_PROVIDER", pg_refused),
    ("PG_PROVIDER", pg_refused_a_refund),
]


def module_of(type_: str) -> ModuleType:
    """The SDK's module of an error type."""
    name = f"{type_.lower()}_error"
    for package in ("common", "payment", "identity_verification"):
        full = f"portone_server_sdk._generated.{package}.{name}"
        if find_spec(full) is not None:
            return import_module(full)
    raise AssertionError(f"the SDK has no {name}")


@pytest.mark.parametrize(("type_", "provoke"), REFUSALS)
def test_the_sdk_reads_and_writes_every_refusal_the_same(
    sandbox: Sandbox, type_: str, provoke: Callable[[Sandbox], httpx.Response]
) -> None:
    answer = provoke(sandbox)
    body = answer.json()
    assert (answer.status_code, body["type"]) == (STATUS_OF_TYPE[type_], type_)
    if type_ in UNKNOWN_TO_THE_SDK:
        with pytest.raises(AssertionError):
            module_of(type_)
        return
    module, name = module_of(type_), f"{type_.lower()}_error"
    error = getattr(module, f"_deserialize_{name}")(deepcopy(body))
    assert getattr(module, f"_serialize_{name}")(error) == body


def test_every_type_of_refusal_is_among_them() -> None:
    assert {type_ for type_, _ in REFUSALS} == set(STATUS_OF_TYPE)


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[PaymentClient]:
    with closing(PaymentClient(secret=API_SECRET, base_url=sandbox.url, store_id=STORE_ID)) as client:
        yield client


def test_the_official_client_raises_unknown_for_a_repeat_under_way(
    sandbox: Sandbox, client: PaymentClient
) -> None:
    payment_id = sandbox.paid()
    sandbox.fault("payment.cancel", "outstanding", count=1)
    with pytest.raises(sdk_errors.UnknownError) as raised:
        client.cancel_payment(payment_id=payment_id, reason="고객 요청")
    assert raised.value.error["type"] == "IDEMPOTENCY_OUTSTANDING_REQUEST"


def test_the_official_client_raises_what_the_payment_company_said(
    sandbox: Sandbox, client: PaymentClient
) -> None:
    payment_id = sandbox.paid()
    sandbox.fault("payment.cancel", "pg_refuse", count=1)
    with pytest.raises(sdk_errors.PgProviderError) as raised:
        client.cancel_payment(payment_id=payment_id, reason="고객 요청")
    assert raised.value.pg_code == "CANCEL_REJECTED"


def test_the_official_identity_client_raises_its_own_error(sandbox: Sandbox) -> None:
    client = IdentityVerificationClient(secret=API_SECRET, base_url=sandbox.url, store_id=STORE_ID)
    with closing(client), pytest.raises(sdk_errors.IdentityVerificationNotFoundError):
        client.get_identity_verification(identity_verification_id="nobody-knows")

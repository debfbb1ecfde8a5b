"""Every payment that the sandbox can show is what the official SDK itself reads and writes, field by field."""

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from portone_server_sdk._generated.payment.cancel_payment_response import (
    _deserialize_cancel_payment_response,
    _serialize_cancel_payment_response,
)
from portone_server_sdk._generated.payment.confirmed_payment_summary import (
    _deserialize_confirmed_payment_summary,
    _serialize_confirmed_payment_summary,
)
from portone_server_sdk._generated.payment.get_payments_response import (
    _deserialize_get_payments_response,
    _serialize_get_payments_response,
)
from portone_server_sdk._generated.payment.payment import _deserialize_payment, _serialize_payment
from portone_server_sdk.payment import (
    CancelledPayment,
    FailedPayment,
    FailedPaymentCancellation,
    PaidPayment,
    PartialCancelledPayment,
    PaymentMethodCard,
    PaymentMethodMobile,
    PayPendingPayment,
    ReadyPayment,
    RequestedPaymentCancellation,
    SucceededPaymentCancellation,
)

from sandbox.faults.readings import READINGS
from sandbox.practice_cards import PRACTICE_CARDS
from tests.integration.sandbox.harness import ROOT, Sandbox, new_payment_id, payment_params


def ready(sandbox: Sandbox) -> str:
    sandbox.open_payment(payment_id := new_payment_id())
    return payment_id


def bare(sandbox: Sandbox) -> str:
    """Opened with no more than what the SDK demands."""
    params = payment_params(payment_id := new_payment_id())
    for optional in ("customer", "customData"):
        del params[optional]
    assert sandbox.public.post("/v2/browser/payments", json=params).status_code == 200
    return payment_id


def authorised(sandbox: Sandbox) -> str:
    return sandbox.authorise(new_payment_id())["paymentId"]


def declined(sandbox: Sandbox) -> str:
    payment_id = ready(sandbox)
    sandbox.send_card(sandbox.open_payment(payment_id)["path"], PRACTICE_CARDS["decline"].number)
    return payment_id


def closed(sandbox: Sandbox) -> str:
    sandbox.send_card(sandbox.open_payment(payment_id := new_payment_id())["path"], action="cancel")
    return payment_id


def without_funds(sandbox: Sandbox) -> str:
    window = sandbox.open_payment(payment_id := new_payment_id())
    sandbox.confirm(sandbox.send_card(window["path"], PRACTICE_CARDS["insufficient_funds"].number))
    return payment_id


def charged_at_once(sandbox: Sandbox) -> str:
    sandbox.fault("payment.card", "charge_at_once", count=1)
    return authorised(sandbox)


def partly_cancelled(sandbox: Sandbox) -> str:
    sandbox.cancel(payment_id := sandbox.paid(), amount=20_000)
    return payment_id


def cancelled(sandbox: Sandbox) -> str:
    sandbox.cancel(payment_id := partly_cancelled(sandbox))
    return payment_id


def being_cancelled(sandbox: Sandbox) -> str:
    sandbox.fault("payment.cancel", "refund_later", ms=600_000, count=1)
    sandbox.cancel(payment_id := sandbox.paid())
    return payment_id


def not_cancelled_after_all(sandbox: Sandbox) -> str:
    sandbox.settle_refund(payment_id := being_cancelled(sandbox), "FAILED")
    return payment_id


def cancelled_at_the_second_try(sandbox: Sandbox) -> str:
    sandbox.cancel(payment_id := not_cancelled_after_all(sandbox))
    return payment_id


PAYMENTS: list[tuple[Callable[[Sandbox], str], type, tuple[type, ...]]] = [
    (ready, ReadyPayment, ()),
    (bare, ReadyPayment, ()),
    (authorised, PayPendingPayment, ()),
    (declined, FailedPayment, ()),
    (closed, FailedPayment, ()),
    (without_funds, FailedPayment, ()),
    (Sandbox.paid, PaidPayment, ()),
    (charged_at_once, PaidPayment, ()),
    (being_cancelled, PaidPayment, (RequestedPaymentCancellation,)),
    (not_cancelled_after_all, PaidPayment, (FailedPaymentCancellation,)),
    (partly_cancelled, PartialCancelledPayment, (SucceededPaymentCancellation,)),
    (cancelled, CancelledPayment, (SucceededPaymentCancellation, SucceededPaymentCancellation)),
    (
        cancelled_at_the_second_try,
        CancelledPayment,
        (FailedPaymentCancellation, SucceededPaymentCancellation),
    ),
]


def rewritten(body: dict[str, Any]) -> Any:
    """What the SDK writes of what it read; it reads in place, so it gets a copy."""
    return _serialize_payment(_deserialize_payment(deepcopy(body)))


@pytest.mark.parametrize(("make", "expected", "cancellations"), PAYMENTS)
def test_the_sdk_reads_and_writes_every_payment_the_same(
    sandbox: Sandbox, make: Callable[[Sandbox], str], expected: type, cancellations: tuple[type, ...]
) -> None:
    body = sandbox.read(make(sandbox))
    payment = _deserialize_payment(deepcopy(body))
    assert type(payment) is expected
    assert tuple(type(one) for one in getattr(payment, "cancellations", None) or ()) == cancellations
    assert _serialize_payment(payment) == body


def test_every_status_that_the_books_know_is_among_them(sandbox: Sandbox) -> None:
    schema = (ROOT / "sandbox" / "schema.sql").read_text(encoding="utf-8")
    known = re.search(r"payment_attempts \(.*?status IN\s*\(([^)]*)\)", schema, re.DOTALL)
    assert known is not None
    shown = {sandbox.read(make(sandbox))["status"] for make, *_ in PAYMENTS}
    assert shown == set(re.findall(r"'(\w+)'", known[1]))


def test_the_sdk_reads_and_writes_a_page_of_all_of_them_the_same(sandbox: Sandbox) -> None:
    for make, *_ in PAYMENTS:
        make(sandbox)
    page = sandbox.portone.get("/payments", params={"requestBody": '{"page": {"size": 100}}'}).json()
    response = _deserialize_get_payments_response(deepcopy(page))
    assert len(response.items) == len(PAYMENTS)
    assert _serialize_get_payments_response(response) == page


@pytest.mark.parametrize("card", [name for name, card in PRACTICE_CARDS.items() if not card.pg_code])
def test_the_sdk_knows_the_method_of_every_card(sandbox: Sandbox, card: str) -> None:
    window = sandbox.open_payment(payment_id := new_payment_id())
    sandbox.confirm(sandbox.send_card(window["path"], PRACTICE_CARDS[card].number))
    payment = _deserialize_payment(sandbox.read(payment_id))
    assert isinstance(payment, PaidPayment)
    assert isinstance(payment.method, PaymentMethodCard)
    assert payment.method.card is not None
    assert payment.method.card.number == PRACTICE_CARDS[card].masked
    assert payment.method.approval_number is not None


def test_the_answers_of_writes_are_read_and_written_the_same(sandbox: Sandbox) -> None:
    pre_registered = sandbox.portone.post(
        f"/payments/{new_payment_id()}/pre-register", json={"totalAmount": 50_000}
    )
    assert (pre_registered.status_code, pre_registered.json()) == (200, {})
    result = sandbox.authorise(new_payment_id())
    confirmed = sandbox.confirm(result).json()
    summary = _deserialize_confirmed_payment_summary(deepcopy(confirmed))
    assert _serialize_confirmed_payment_summary(summary) == confirmed
    sandbox.fault("payment.cancel", "refund_later", ms=600_000, count=1)
    for amount in (20_000, 30_000):
        answer = sandbox.cancel(result["paymentId"], amount=amount).json()
        response = _deserialize_cancel_payment_response(deepcopy(answer))
        assert _serialize_cancel_payment_response(response) == answer


# What a client that reads through the SDK cannot take, as PortOne may send it any day.
UNREADABLE = {"new_method", "new_status", "nulls"}


@pytest.mark.parametrize("action", READINGS)
def test_other_readings_are_wire_format_too_but_for_those_that_the_sdk_cannot_read(
    sandbox: Sandbox, action: str
) -> None:
    payment_id = sandbox.paid()
    sandbox.fault("payment.get", action, count=1)
    body = sandbox.read(payment_id)
    if action in UNREADABLE:
        with pytest.raises(ValueError, match="is not Payment"):
            rewritten(body)
    else:
        assert rewritten(body) == body
    if action == "mobile_method":
        payment = _deserialize_payment(body)
        assert isinstance(payment, PaidPayment)
        assert isinstance(payment.method, PaymentMethodMobile)

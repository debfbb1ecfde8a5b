"""Every error that PortOne's SDK and its transport can raise becomes one of ours, and brings no personal data."""

from __future__ import annotations

import dataclasses
import logging
import typing
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from portone_server_sdk import errors as sdk
from portone_server_sdk._generated import errors as generated
from portone_server_sdk._generated.payment import (
    cancel_payment_error,
    confirm_payment_error,
    pre_register_payment_error,
)

from prepayment.adapters.http import NOT_SENT, UNSENDABLE, guarded
from prepayment.adapters.portone import PortOneGateway
from prepayment.adapters.portone.idempotency import idempotency_key
from prepayment.adapters.portone.translation import translate_portone
from prepayment.errors import Misconfigured, NotSent, OutcomeUnknown, OutsideError, Refused
from tests.integration.adapters.building import (
    CARD,
    NAME,
    NUMBERS,
    PHONE,
    assert_tells_nothing_personal,
    make_gateway,
    paid_payment,
)
from tests.integration.adapters.wire_server import WireServer
from tests.integration.sandbox.harness import API_SECRET

PERSONAL_TEXT = f"{NAME} {PHONE} {CARD} 결제 실패"
KEY = "order0001-attempt-1"
DAY = datetime(2026, 11, 22, tzinfo=UTC)

SUCCEEDED = {
    "status": "SUCCEEDED",
    "id": "c1",
    "totalAmount": 50_000,
    "taxFreeAmount": 0,
    "vatAmount": 0,
    "reason": "고객 요청",
    "requestedAt": "2026-11-22T03:00:00Z",
    "cancelledAt": "2026-11-22T03:00:00Z",
}

CALLS: dict[str, Callable[[PortOneGateway], None]] = {
    "pre_register": lambda gateway: gateway.pre_register("payment", 50_000),
    "confirm": lambda gateway: gateway.confirm(
        "payment", token="token", tx_id="tx", amount_won=50_000, key=KEY
    ),
    "cancel": lambda gateway: gateway.cancel("payment", amount_won=50_000, reason="고객 요청", key=KEY),
}
READS: dict[str, Callable[[PortOneGateway], object]] = {
    "read": lambda gateway: gateway.read("payment"),
    "read_identity": lambda gateway: gateway.read_identity("identity"),
    "list_payments": lambda gateway: list(gateway.list_payments(DAY, DAY + timedelta(days=1))),
}
EVERY_CALL = CALLS | READS

MISCONFIGURED = "misconfigured"
EXPECTED: dict[str, dict[str, str]] = {
    "pre_register": {
        "AlreadyPaidError": "already_paid",
        "ForbiddenError": MISCONFIGURED,
        "InvalidRequestError": "invalid_request",
        "UnauthorizedError": MISCONFIGURED,
    },
    "confirm": {
        "AlreadyPaidError": "already_paid",
        "ForbiddenError": MISCONFIGURED,
        "InformationMismatchError": "information_mismatch",
        "InvalidPaymentTokenError": "invalid_payment_token",
        "InvalidRequestError": "invalid_request",
        "PaymentNotFoundError": "payment_not_found",
        "PgProviderError": "pg_provider",
        "UnauthorizedError": MISCONFIGURED,
    },
    "cancel": {
        "CancelAmountExceedsCancellableAmountError": "cancel_amount_exceeds_cancellable",
        "CancelTaxAmountExceedsCancellableTaxAmountError": "cancel_amount_exceeds_cancellable",
        "CancelTaxFreeAmountExceedsCancellableTaxFreeAmountError": "cancel_amount_exceeds_cancellable",
        "CancellableAmountConsistencyBrokenError": "cancellable_amount_changed",
        "ForbiddenError": MISCONFIGURED,
        "InvalidRequestError": "invalid_request",
        "NegativePromotionAdjustedCancelAmountError": "negative_promotion_adjusted_cancel_amount",
        "PaymentAlreadyCancelledError": "already_cancelled",
        "PaymentNotFoundError": "payment_not_found",
        "PaymentNotPaidError": "payment_not_paid",
        "PgProviderError": "pg_provider",
        "PromotionDiscountRetainOptionShouldNotBeChangedError": "promotion_retain_option_changed",
        "SumOfPartsExceedsCancelAmountError": "sum_of_parts_exceeds_cancel_amount",
        "UnauthorizedError": MISCONFIGURED,
    },
}
BASES = {
    "pre_register": "PreRegisterPaymentError",
    "confirm": "ConfirmPaymentError",
    "cancel": "CancelPaymentError",
}
MODULES = {
    "pre_register": (pre_register_payment_error, "pre_register_payment_error"),
    "confirm": (confirm_payment_error, "confirm_payment_error"),
    "cancel": (cancel_payment_error, "cancel_payment_error"),
}


def documented(call: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each error that the SDK documents for a call: its name and its JSON, full of a person's data."""
    module, name = MODULES[call]
    union = getattr(module, "".join(word.title() for word in name.split("_")))
    for kind in typing.get_args(union):
        if kind is dict:
            continue
        values = {item.name: PERSONAL_TEXT for item in dataclasses.fields(kind)}
        yield kind.__name__, getattr(module, f"_serialize_{name}")(kind(**values))


def subclasses(kind: type[Exception]) -> Iterator[type[Exception]]:
    for child in kind.__subclasses__():
        yield child
        yield from subclasses(child)


@pytest.mark.parametrize("call", CALLS)
def test_every_documented_refusal_is_a_refusal_of_ours(
    call: str, wire: WireServer, wire_gateway: PortOneGateway
) -> None:
    outcomes = {}
    for name, body in documented(call):
        wire.answers(502 if name == "PgProviderError" else 409, body)
        with pytest.raises(OutsideError) as raised:
            CALLS[call](wire_gateway)
        assert_tells_nothing_personal(raised.value)
        error = raised.value
        outcomes[name] = error.reason if isinstance(error, Refused) else MISCONFIGURED
        assert isinstance(error, Refused | Misconfigured), name
    assert outcomes == EXPECTED[call]


@pytest.mark.parametrize("call", CALLS)
def test_the_refusals_tried_are_all_that_the_sdk_can_raise_for_a_call(call: str) -> None:
    """The SDK groups what a call can raise under one base class."""
    raisable = {kind.__name__ for kind in getattr(generated, BASES[call]).__subclasses__()}
    assert raisable == {*EXPECTED[call], "UnknownError"}


def test_every_error_class_of_the_sdk_becomes_one_of_ours() -> None:
    kinds = set(subclasses(sdk.PortOneError))
    assert len(kinds) > 100
    for kind in kinds:
        error = kind.__new__(kind)
        for name in ("message", "pg_code", "pg_message", "reason"):
            setattr(error, name, PERSONAL_TEXT)
        vars(error)["error"] = {"type": PERSONAL_TEXT, "message": PERSONAL_TEXT}
        ours = translate_portone("call", error)
        assert isinstance(ours, OutsideError)
        assert_tells_nothing_personal(ours)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "body",
    [
        {"type": "IDEMPOTENCY_OUTSTANDING_REQUEST", "message": PERSONAL_TEXT},
        {"type": "TOO_MANY_REQUESTS", "message": PERSONAL_TEXT},
        {"type": PERSONAL_TEXT},
        {"type": "PG_PROVIDER", "pgCode": None, "pgMessage": PERSONAL_TEXT},
        {},
        [],
        None,
        PERSONAL_TEXT,
    ],
)
def test_an_answer_that_says_nothing_clear_is_unknown(
    call: str, body: Any, wire: WireServer, wire_gateway: PortOneGateway
) -> None:
    wire.answers(409, body)
    with pytest.raises(OutcomeUnknown) as raised:
        CALLS[call](wire_gateway)
    assert_tells_nothing_personal(raised.value)


@pytest.mark.parametrize("call", CALLS)
def test_a_channel_that_does_not_exist_is_ours_to_mend(
    call: str, wire: WireServer, wire_gateway: PortOneGateway
) -> None:
    wire.answers(404, {"type": "CHANNEL_NOT_FOUND", "message": PERSONAL_TEXT})
    with pytest.raises(Misconfigured) as raised:
        CALLS[call](wire_gateway)
    assert_tells_nothing_personal(raised.value)


@pytest.mark.parametrize("call", EVERY_CALL)
@pytest.mark.parametrize("status", [200, 302, 500, 502, 504])
def test_a_page_instead_of_json_is_unknown(
    call: str, status: int, wire: WireServer, wire_gateway: PortOneGateway
) -> None:
    wire.answers_page(status, f"<!doctype html><h1>{PERSONAL_TEXT}</h1>")
    with pytest.raises(OutcomeUnknown) as raised:
        EVERY_CALL[call](wire_gateway)
    assert_tells_nothing_personal(raised.value)


@pytest.mark.parametrize("call", ["confirm", "cancel"])
def test_a_good_answer_of_a_new_shape_is_unknown(
    call: str, wire: WireServer, wire_gateway: PortOneGateway
) -> None:
    wire.answers(200, {"customer": PERSONAL_TEXT, "cancellation": {"status": "NEW", "reason": PERSONAL_TEXT}})
    with pytest.raises(OutcomeUnknown) as raised:
        CALLS[call](wire_gateway)
    assert_tells_nothing_personal(raised.value)


@pytest.mark.parametrize("call", EVERY_CALL)
@pytest.mark.parametrize("behaviour", ["hang", "hang_up"])
def test_no_answer_after_sending_is_unknown(
    call: str, behaviour: typing.Literal["hang", "hang_up"], wire: WireServer, wire_gateway: PortOneGateway
) -> None:
    wire.behaviour = behaviour
    with pytest.raises(OutcomeUnknown) as raised:
        EVERY_CALL[call](wire_gateway)
    assert_tells_nothing_personal(raised.value)
    assert len(wire.received) == 1


@pytest.mark.parametrize("call", EVERY_CALL)
def test_nobody_listening_is_not_sent(call: str, lonely_gateway: PortOneGateway) -> None:
    with pytest.raises(NotSent) as raised:
        EVERY_CALL[call](lonely_gateway)
    assert_tells_nothing_personal(raised.value)


def test_an_address_that_cannot_be_called_is_ours_to_mend() -> None:
    gateway = make_gateway("ftp://127.0.0.1")
    for call in EVERY_CALL.values():
        with pytest.raises(Misconfigured):
            call(gateway)
    gateway.close()


def test_every_error_of_the_transport_becomes_one_of_ours() -> None:
    kinds: set[type[Exception]] = {httpx.InvalidURL, httpx.CookieConflict, httpx.StreamError}
    kinds |= {*subclasses(httpx.HTTPError), *subclasses(httpx.StreamError)}
    assert {*NOT_SENT, *UNSENDABLE} < kinds
    for kind in kinds:
        error = kind.__new__(kind)
        error.args = (PERSONAL_TEXT,)

        def fail(error: BaseException = error) -> None:
            raise error

        with pytest.raises(OutsideError) as raised:
            guarded("call", fail, translate_portone)
        assert_tells_nothing_personal(raised.value)
        expected = NotSent if kind in NOT_SENT else Misconfigured if kind in UNSENDABLE else OutcomeUnknown
        assert type(raised.value) is expected, kind


def test_the_idempotency_key_goes_out_quoted_with_the_writes_that_have_one(
    wire: WireServer, wire_gateway: PortOneGateway
) -> None:
    wire.answers(200, {"pgTxId": "pg", "paidAt": "2026-11-22T03:00:00Z"})
    CALLS["confirm"](wire_gateway)
    wire.answers(200, {"cancellation": SUCCEEDED})
    CALLS["cancel"](wire_gateway)
    wire.answers(200, {})
    CALLS["pre_register"](wire_gateway)
    assert [request.headers.get("idempotency-key") for request in wire.received] == [
        f'"{KEY}"',
        f'"{KEY}"',
        None,
    ]


def test_the_idempotency_key_never_goes_out_with_a_reading(
    wire: WireServer, wire_gateway: PortOneGateway
) -> None:
    """Not even with one in the middle of a write."""
    wire.answers(200, {"items": []})
    with idempotency_key(KEY):
        for read in READS.values():
            read(wire_gateway)
    assert {request.method for request in wire.received} == {"GET"}
    assert [request for request in wire.received if "idempotency-key" in request.headers] == []


@pytest.mark.parametrize("call", EVERY_CALL)
@pytest.mark.parametrize("status", [200, 409, 500])
def test_nothing_personal_and_no_text_of_the_sdk_gets_into_the_log(
    call: str, status: int, wire: WireServer, wire_gateway: PortOneGateway, caplog: pytest.LogCaptureFixture
) -> None:
    wire.answers(
        status, paid_payment("payment") | {"type": PERSONAL_TEXT, "items": [{"reason": PERSONAL_TEXT}]}
    )
    with caplog.at_level(logging.DEBUG), suppress(OutsideError):
        EVERY_CALL[call](wire_gateway)
    assert wire.received
    told = [secret for secret in (NAME, *NUMBERS, API_SECRET, KEY, "Traceback") if secret in caplog.text]
    assert told == []


def test_what_a_bank_says_reaches_the_customer_short_and_without_numbers(
    wire: WireServer, wire_gateway: PortOneGateway
) -> None:
    said = f"카드 {CARD}\n번호 {PHONE} 오류 (한도 50,000원)" + " 다시 시도해 주세요." * 20
    wire.answers(502, {"type": "PG_PROVIDER", "pgCode": "E-0051", "pgMessage": said})
    with pytest.raises(Refused) as raised:
        CALLS["confirm"](wire_gateway)
    assert raised.value.reason == "E-0051"
    assert raised.value.message.startswith("카드 *** 번호 *** 오류 (한도 50,000원)")
    assert len(raised.value.message) == 100

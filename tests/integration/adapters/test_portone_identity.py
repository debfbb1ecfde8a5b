"""Why an identity verification failed, as far as the customer can do something about it."""

from __future__ import annotations

import pytest
from portone_server_sdk._generated.identity_verification.identity_verification import (
    _serialize_identity_verification,
)
from portone_server_sdk.common import SelectedChannel
from portone_server_sdk.identity_verification import (
    FailedIdentityVerification,
    IdentityVerificationFailure,
    IdentityVerificationRequestedCustomer,
)

from prepayment.adapters.portone import PortOneGateway
from prepayment.adapters.portone.identity_failures import CODES, identity_failure
from prepayment.adapters.portone.readings import identity_reading
from prepayment.ports import IdentityFailure, IdentityReading
from tests.integration.adapters.building import MOMENT, NAME, PHONE
from tests.integration.sandbox.harness import (
    IDENTITY_CHANNEL_KEY,
    Sandbox,
    new_payment_id,
    one_time_code,
    returned,
)

CLOSED, CODE = IdentityFailure.CLOSED, IdentityFailure.CODE
CARRIER, OTHER = IdentityFailure.CARRIER, IdentityFailure.OTHER
PERSON = {"operator": "KT", "name": "김민지", "birth_date": "19900517", "phone_number": "010-0000-1001"}


def failed(code: str | None, message: str | None, reason: str | None = None) -> IdentityReading:
    """The reading of a failed verification that the SDK itself wrote."""
    identity = FailedIdentityVerification(
        id="iv1",
        requested_customer=IdentityVerificationRequestedCustomer(name=NAME, phone_number=PHONE),
        requested_at=MOMENT,
        updated_at=MOMENT,
        status_changed_at=MOMENT,
        failure=IdentityVerificationFailure(reason=reason, pg_code=code, pg_message=message),
        version="V2",
        channel=SelectedChannel(
            type="LIVE", pg_provider="KCP_V2", pg_merchant_id="M", key=IDENTITY_CHANNEL_KEY
        ),
        custom_data="order0001",
    )
    return identity_reading("iv1", dict(_serialize_identity_verification(identity)), IDENTITY_CHANNEL_KEY)


@pytest.mark.parametrize(
    ("message", "failure"),
    [
        ("사용자가 본인인증을 취소하였습니다.", CLOSED),
        ("고객이 인증을 중단했습니다", CLOSED),
        ("인증창이 닫혔습니다.", CLOSED),
        ("인증번호가 일치하지 않습니다.", CODE),
        ("인증번호 입력 횟수를 초과하였습니다.", CODE),
        ("인증 시간이 초과되었습니다.", CODE),
        ("입력시간 초과", CODE),
        ("OTP 오류", CODE),
        ("선택하신 통신사가 가입 정보와 다릅니다.", CARRIER),
        ("이동통신사 정보가 일치하지 않습니다.", CARRIER),
        ("알뜰폰 가입자입니다.", CARRIER),
        ("SKT_MVNO 회선", CARRIER),
        ("인증번호 발송에 실패하였습니다.", OTHER),
        ("통신사 시스템 점검 중입니다. 통신사 문의", OTHER),
        ("통신사 응답 시간 초과", OTHER),
        ("이름이 가입 정보와 다릅니다.", OTHER),
        ("취소", OTHER),
        ("", OTHER),
        (None, OTHER),
    ],
)
def test_a_company_whose_codes_we_do_not_know_is_understood_by_its_words(
    message: str | None, failure: IdentityFailure
) -> None:
    assert failed("E-4711", message).failure is failure
    assert failed(None, None, reason=message).failure is failure


@pytest.mark.parametrize("code", CODES)
def test_a_code_that_we_know_counts_more_than_words(code: str) -> None:
    assert identity_failure(code, "인증번호가 일치하지 않습니다. 알뜰폰. 사용자 취소") is CODES[code]


def test_the_first_sentence_that_says_something_counts() -> None:
    assert failed(None, "오류", reason="사용자 취소").failure is CLOSED
    assert failed(None, "인증번호 오류", reason="사용자 취소").failure is CODE


def test_a_failed_verification_tells_its_order_and_nobody() -> None:
    reading = failed("USER_CANCELED", f"{NAME} {PHONE}")
    assert (reading.status, reading.order_id, reading.phone_number) == ("FAILED", "order0001", None)
    assert NAME not in repr(reading)
    assert PHONE not in repr(reading)


def open_window(sandbox: Sandbox, gateway: PortOneGateway, identity_id: str) -> str:
    """Open the window with the adapter's own parameters; returns its path."""
    window = gateway.identity_window(
        identity_id, order_id="order0001", return_url="http://localhost:8000/pay/x"
    )
    answer = sandbox.public.post("/v2/browser/identity-verifications", json=dict(window))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["path"])


def test_a_window_that_was_closed(sandbox: Sandbox, gateway: PortOneGateway) -> None:
    identity_id = new_payment_id()
    path = open_window(sandbox, gateway, identity_id)
    returned(sandbox.public.post(path, data={"action": "cancel"}))
    reading = gateway.read_identity(identity_id)
    assert (reading.status, reading.failure, reading.order_id) == ("FAILED", CLOSED, "order0001")


def test_a_code_that_was_wrong_five_times(sandbox: Sandbox, gateway: PortOneGateway) -> None:
    identity_id = new_payment_id()
    path = open_window(sandbox, gateway, identity_id)
    page = sandbox.public.post(path, data=PERSON | {"action": "send"}, follow_redirects=True)
    wrong = "000000" if one_time_code(page.text) != "000000" else "111111"
    for _ in range(5):
        last = sandbox.public.post(path, data={"action": "check", "code": wrong})
    assert returned(last)["code"] == "PGProviderError"
    assert gateway.read_identity(identity_id).failure is CODE


def test_a_window_that_was_closed_after_the_wrong_carrier(sandbox: Sandbox, gateway: PortOneGateway) -> None:
    identity_id = new_payment_id()
    path = open_window(sandbox, gateway, identity_id)
    refused = sandbox.public.post(path, data=PERSON | {"operator": "KT_MVNO", "action": "send"})
    assert refused.status_code == 422
    result = returned(sandbox.public.post(path, data={"action": "cancel"}))
    assert result["pgCode"] == "WRONG_CARRIER"
    assert gateway.read_identity(identity_id).failure is CARRIER


def test_a_wrong_carrier_that_was_mended_is_forgotten(sandbox: Sandbox, gateway: PortOneGateway) -> None:
    identity_id = new_payment_id()
    path = open_window(sandbox, gateway, identity_id)
    sandbox.public.post(path, data=PERSON | {"operator": "SKT", "action": "send"})
    page = sandbox.public.post(path, data=PERSON | {"action": "send"}, follow_redirects=True)
    code = one_time_code(page.text)
    assert gateway.read_identity(identity_id).failure is None
    returned(sandbox.public.post(path, data={"action": "check", "code": code}))
    assert gateway.read_identity(identity_id).status == "VERIFIED"


def test_a_window_that_was_left_without_an_end(sandbox: Sandbox, gateway: PortOneGateway) -> None:
    """No text message came, or an app is missing: the browser comes back and nothing is decided."""
    identity_id = new_payment_id()
    path = open_window(sandbox, gateway, identity_id)
    page = sandbox.public.post(path, data=PERSON | {"action": "send"}, follow_redirects=True)
    assert 'value="leave"' in page.text
    result = returned(sandbox.public.post(path, data={"action": "leave"}))
    assert result["identityVerificationId"] == identity_id
    assert "code" not in result
    reading = gateway.read_identity(identity_id)
    assert (reading.status, reading.failure, reading.order_id) == ("READY", None, "order0001")

"""The identity page and what the official client reads of it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from portone_server_sdk import IdentityVerificationClient
from portone_server_sdk import errors as sdk_errors
from portone_server_sdk.identity_verification import (
    FailedIdentityVerification,
    ReadyIdentityVerification,
    VerifiedIdentityVerification,
)

from tests.integration.sandbox.harness import (
    API_SECRET,
    STORE_ID,
    Sandbox,
    closing,
    identity_params,
    one_time_code,
    returned,
)

VERIFICATION_ID = "iv0123456789abcdef"
PERSON = {"operator": "KT", "name": "김민지", "birth_date": "19900517", "phone_number": "010-0000-1001"}


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[IdentityVerificationClient]:
    client = IdentityVerificationClient(secret=API_SECRET, base_url=sandbox.url, store_id=STORE_ID)
    with closing(client):
        yield client


def open_window(sandbox: Sandbox, **changes: Any) -> httpx.Response:
    params = identity_params(VERIFICATION_ID, **changes)
    return sandbox.public.post("/v2/browser/identity-verifications", json=params)


def ask_for_code(sandbox: Sandbox, path: str, person: dict[str, str]) -> httpx.Response:
    return sandbox.public.post(path, data=person | {"action": "send"}, follow_redirects=True)


def check(sandbox: Sandbox, path: str, code: str) -> httpx.Response:
    return sandbox.public.post(path, data={"action": "check", "code": code})


def test_the_right_code_verifies_the_person(sandbox: Sandbox, client: IdentityVerificationClient) -> None:
    path = open_window(sandbox).json()["path"]
    assert 'value="01000001001"' in sandbox.public.get(path).text
    ready = client.get_identity_verification(identity_verification_id=VERIFICATION_ID)
    assert isinstance(ready, ReadyIdentityVerification)
    assert ready.requested_customer.name == "김민지"

    result = returned(check(sandbox, path, one_time_code(ask_for_code(sandbox, path, PERSON).text)))
    assert result["identityVerificationId"] == VERIFICATION_ID
    assert "code" not in result
    assert result["identityVerificationTxId"]
    verified = client.get_identity_verification(identity_verification_id=VERIFICATION_ID)
    assert isinstance(verified, VerifiedIdentityVerification)
    person = verified.verified_customer
    assert (person.name, person.phone_number, person.birth_date, person.operator) == (
        "김민지",
        "01000001001",
        "1990-05-17",
        "KT",
    )
    assert verified.custom_data == "order-1"
    assert verified.verified_at.endswith("Z")
    assert open_window(sandbox).json()["code"] == "IdentityVerificationAlreadyVerified"


def test_five_wrong_codes_fail_the_try_and_a_new_try_may_succeed(
    sandbox: Sandbox, client: IdentityVerificationClient
) -> None:
    path = open_window(sandbox).json()["path"]
    code = one_time_code(ask_for_code(sandbox, path, PERSON).text)
    wrong = "000000" if code != "000000" else "111111"
    for left in (4, 3, 2, 1):
        response = check(sandbox, path, wrong)
        assert response.status_code == 422
        assert f"{left}번 더" in response.text
    result = returned(check(sandbox, path, wrong))
    assert (result["code"], result["pgCode"]) == ("PGProviderError", "TOO_MANY_WRONG_CODES")
    failed = client.get_identity_verification(identity_verification_id=VERIFICATION_ID)
    assert isinstance(failed, FailedIdentityVerification)
    assert failed.failure.pg_code == "TOO_MANY_WRONG_CODES"
    assert returned(check(sandbox, path, code))["code"] == "PGProviderError"

    path = open_window(sandbox).json()["path"]
    returned(check(sandbox, path, one_time_code(ask_for_code(sandbox, path, PERSON).text)))
    verified = client.get_identity_verification(identity_verification_id=VERIFICATION_ID)
    assert isinstance(verified, VerifiedIdentityVerification)


def test_a_code_is_good_for_three_minutes(sandbox: Sandbox) -> None:
    path = open_window(sandbox).json()["path"]
    code = one_time_code(ask_for_code(sandbox, path, PERSON).text)
    sandbox.control("PUT", "clock", {"offset_seconds": 200})
    response = check(sandbox, path, code)
    assert response.status_code == 422
    assert "시간이 지났어요" in response.text
    assert "인증번호 받기" in sandbox.public.post(path, data={"action": "edit"}).text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"operator": "SKT"}, "통신사를 다시 확인해 주세요"),
        ({"name": "김민서"}, "가입 정보와 달라요"),
        ({"phone_number": "12345"}, "휴대폰 번호를 숫자로"),
        ({"birth_date": "19900230"}, "생년월일 8자리"),
        ({"operator": "XX"}, "통신사를 골라"),
        ({"name": ""}, "이름을 넣어"),
    ],
)
def test_the_form_says_what_is_wrong(sandbox: Sandbox, change: dict[str, str], said: str) -> None:
    path = open_window(sandbox).json()["path"]
    response = ask_for_code(sandbox, path, PERSON | change)
    assert response.status_code == 422
    assert said in response.text


def test_giving_up_returns_with_a_code(sandbox: Sandbox, client: IdentityVerificationClient) -> None:
    path = open_window(sandbox).json()["path"]
    result = returned(sandbox.public.post(path, data={"action": "cancel"}))
    assert result["pgCode"] == "USER_CANCELED"
    assert result["message"] == result["pgMessage"]
    failed = client.get_identity_verification(identity_verification_id=VERIFICATION_ID)
    assert isinstance(failed, FailedIdentityVerification)


def test_unknown_verifications_and_channels_are_refused(
    sandbox: Sandbox, client: IdentityVerificationClient
) -> None:
    with pytest.raises(sdk_errors.IdentityVerificationNotFoundError):
        client.get_identity_verification(identity_verification_id="iv-nobody-knows")
    assert open_window(sandbox, channelKey="other").json()["code"] == "ChannelNotFound"
    assert open_window(sandbox, forceRedirect=False).json()["code"] == "InvalidRequest"

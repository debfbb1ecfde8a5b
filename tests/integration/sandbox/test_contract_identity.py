"""Every identity verification that the sandbox can show is what the official SDK itself reads and writes."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from portone_server_sdk._generated.identity_verification.identity_verification import (
    _deserialize_identity_verification,
    _serialize_identity_verification,
)
from portone_server_sdk.identity_verification import (
    FailedIdentityVerification,
    ReadyIdentityVerification,
    VerifiedIdentityVerification,
)

from sandbox.identity import MAX_WRONG_CODES
from tests.integration.sandbox.harness import Sandbox, one_time_code

ID = "iv0123456789abcdef"
PERSON = {"operator": "KT", "name": "김민지", "birth_date": "19900517", "phone_number": "01000001001"}


def ready(sandbox: Sandbox) -> None:
    sandbox.open_identity(ID)


def bare(sandbox: Sandbox) -> None:
    sandbox.open_identity(ID, customer=None, customData=None)


def code_sent(sandbox: Sandbox) -> None:
    sandbox.public.post(sandbox.open_identity(ID), data={**PERSON, "action": "send"})


def verified(sandbox: Sandbox) -> None:
    sandbox.verify_identity(sandbox.open_identity(ID), PERSON["name"], PERSON["phone_number"])


def closed(sandbox: Sandbox) -> None:
    sandbox.public.post(sandbox.open_identity(ID), data={"action": "cancel"})


def wrong_codes(sandbox: Sandbox) -> None:
    path = sandbox.open_identity(ID)
    sandbox.public.post(path, data={**PERSON, "action": "send"})
    code = one_time_code(sandbox.public.get(path).text)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(MAX_WRONG_CODES):
        sandbox.public.post(path, data={"code": wrong, "action": "check"})


def wrong_carrier(sandbox: Sandbox) -> None:
    """Another carrier was chosen, and the window closed."""
    path = sandbox.open_identity(ID)
    sandbox.public.post(path, data={**PERSON, "operator": "SKT", "action": "send"})
    sandbox.public.post(path, data={"action": "cancel"})


def read(sandbox: Sandbox) -> dict[str, Any]:
    return dict(sandbox.portone.get(f"/identity-verifications/{ID}").raise_for_status().json())


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (ready, ReadyIdentityVerification),
        (bare, ReadyIdentityVerification),
        (code_sent, ReadyIdentityVerification),
        (verified, VerifiedIdentityVerification),
        (closed, FailedIdentityVerification),
        (wrong_codes, FailedIdentityVerification),
        (wrong_carrier, FailedIdentityVerification),
    ],
)
def test_the_sdk_reads_and_writes_every_verification_the_same(
    sandbox: Sandbox, make: Callable[[Sandbox], None], expected: type
) -> None:
    make(sandbox)
    body = read(sandbox)
    verification = _deserialize_identity_verification(deepcopy(body))
    assert type(verification) is expected
    assert _serialize_identity_verification(verification) == body

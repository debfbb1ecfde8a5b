"""Asking PortOne for a refund: in full, for whoever wished it, and nothing is concluded from the answer."""

from __future__ import annotations

from typing import Any

import pytest

from prepayment.adapters.portone import PortOneGateway
from prepayment.errors import OutcomeUnknown, Refused
from tests.integration.adapters.building import CARD, NAME, PHONE, assert_tells_nothing_personal, paid_payment
from tests.integration.adapters.wire_server import WireServer
from tests.integration.sandbox.harness import STORE_ID, Sandbox

KEY = "order0001-cancel-1"
REASON = "고객 요청"
CANCELLATION: dict[str, Any] = {
    "status": "SUCCEEDED",
    "id": "c1",
    "totalAmount": 50_000,
    "taxFreeAmount": 0,
    "vatAmount": 4_545,
    "reason": REASON,
    "requestedAt": "2026-11-22T03:00:00Z",
    "cancelledAt": "2026-11-22T03:00:00Z",
}


def lacking(*names: str) -> dict[str, Any]:
    """The answer's cancellation without some of its fields."""
    return {name: value for name, value in CANCELLATION.items() if name not in names}


@pytest.mark.parametrize(("by_customer", "requester"), [(True, "CUSTOMER"), (False, "ADMIN")])
def test_a_refund_is_asked_for_in_full_and_only_of_the_sum_we_know(
    by_customer: bool, requester: str, wire: WireServer, wire_gateway: PortOneGateway
) -> None:
    wire.answers(200, {"cancellation": CANCELLATION})
    wire_gateway.cancel("pp1", amount_won=50_000, reason=REASON, key=KEY, by_customer=by_customer)
    (request,) = wire.received
    assert (request.method, request.path) == ("POST", "/payments/pp1/cancel")
    assert request.json() == {
        "storeId": STORE_ID,
        "reason": REASON,
        "requester": requester,
        "currentCancellableAmount": 50_000,
    }
    assert request.headers["idempotency-key"] == f'"{KEY}"'


@pytest.mark.parametrize(
    "cancellation",
    [
        CANCELLATION,
        lacking("cancelledAt") | {"status": "REQUESTED"},
        lacking("cancelledAt") | {"status": "FAILED"},
    ],
    ids=["succeeded", "requested", "failed"],
)
def test_a_request_that_was_taken_returns_whatever_will_come_of_it(
    cancellation: dict[str, Any], wire: WireServer, wire_gateway: PortOneGateway
) -> None:
    """Only a reading tells: 200 does not mean refunded."""
    wire.answers(200, {"cancellation": cancellation})
    wire_gateway.cancel("pp1", amount_won=50_000, reason=REASON, key=KEY)
    body = paid_payment("pp1") | {"cancellations": [cancellation]}
    wire.answers(200, body)
    assert wire_gateway.read("pp1").refund_status == cancellation["status"]


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"cancellation": None},
        {"cancellation": {}},
        {"cancellation": lacking("totalAmount") | {"reason": f"{NAME} {PHONE} {CARD}"}},
        {"cancellation": lacking("requestedAt")},
        {"cancellation": lacking("status") | {"status": "HALF_DONE", "reason": NAME}},
        {"cancellation": CANCELLATION | {"totalAmount": 50_000.5, "reason": PHONE}},
        {"cancellation": CANCELLATION | {"cancelledAt": None, "reason": CARD}},
        [],
        None,
    ],
)
def test_an_answer_of_another_shape_leaves_the_outcome_open(
    answer: Any, wire: WireServer, wire_gateway: PortOneGateway
) -> None:
    wire.answers(200, answer)
    with pytest.raises(OutcomeUnknown) as raised:
        wire_gateway.cancel("pp1", amount_won=50_000, reason=REASON, key=KEY)
    assert_tells_nothing_personal(raised.value)


@pytest.mark.parametrize("by_customer", [True, False])
def test_both_kinds_of_requester_are_refunded_once(
    by_customer: bool, sandbox: Sandbox, gateway: PortOneGateway
) -> None:
    payment_id = sandbox.paid()
    for _ in range(2):
        gateway.cancel(payment_id, amount_won=50_000, reason=REASON, key=KEY, by_customer=by_customer)
    reading = gateway.read(payment_id)
    assert (reading.status, reading.refund_status) == ("CANCELLED", "SUCCEEDED")
    assert sandbox.raw(payment_id)["refunds"] == 1
    with pytest.raises(Refused) as raised:
        gateway.cancel(payment_id, amount_won=50_000, reason=REASON, key="order0001-cancel-2")
    assert raised.value.reason == "already_cancelled"


def test_a_refund_that_was_answered_with_silence_is_repeated_safely(
    sandbox: Sandbox, gateway: PortOneGateway
) -> None:
    payment_id = sandbox.paid()
    sandbox.fault("payment.cancel", "hang_up_after_effect", count=1)
    with pytest.raises(OutcomeUnknown):
        gateway.cancel(payment_id, amount_won=50_000, reason=REASON, key=KEY)
    gateway.cancel(payment_id, amount_won=50_000, reason=REASON, key=KEY)
    assert sandbox.raw(payment_id)["refunds"] == 1

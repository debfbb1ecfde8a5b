"""Faults of requests: each action does what it says, in the order in which it was asked for."""

import httpx
import pytest

from sandbox.faults.actions import ACTIONS
from sandbox.faults.kinds import ALL, KINDS
from tests.integration.sandbox.harness import ROOT, Sandbox, new_payment_id


@pytest.mark.parametrize(
    ("action", "status", "charges"),
    [
        ("none", 200, 1),
        ("unavailable", 503, 0),
        ("html_500", 500, 0),
        ("timeout_before_effect", 504, 0),
        ("timeout_after_effect", 504, 1),
        ("outstanding", 409, 0),
    ],
)
def test_faults_of_a_confirmation(sandbox: Sandbox, action: str, status: int, charges: int) -> None:
    result = sandbox.authorise(new_payment_id())
    sandbox.fault("payment.confirm", action, count=1)
    answer = sandbox.confirm(result)
    assert answer.status_code == status
    assert sandbox.raw(result["paymentId"])["charges"] == charges
    assert sandbox.control("GET", "faults") == []
    if action == "outstanding":
        assert answer.json()["type"] == "IDEMPOTENCY_OUTSTANDING_REQUEST"
        assert sandbox.confirm(result).status_code == 200


def test_faults_of_applying(sandbox: Sandbox) -> None:
    month = sandbox.control("GET", "clock")["now"][:7]
    url, body = "/v1/lines/line-1001/prepayments/order-1", {"month": month, "amount_won": 30_000}
    sandbox.fault("carrier.apply", "refuse", count=1)
    assert sandbox.carrier.put(url, json=body).json()["error"]["code"] == "exceeds_outstanding"
    sandbox.fault("carrier.apply", "hang_up_before_effect", count=1)
    with pytest.raises(httpx.RemoteProtocolError):
        sandbox.carrier.put(url, json=body)
    sandbox.fault("carrier.apply", "hang_up_after_effect", count=1)
    with pytest.raises(httpx.RemoteProtocolError):
        sandbox.carrier.put(url, json=body)
    assert sandbox.carrier.put(url, json=body).status_code == 200


@pytest.mark.parametrize(
    ("kind", "code", "status"),
    [
        ("carrier.apply", "exceeds_outstanding", 422),
        ("carrier.apply", "month_closed", 422),
        ("carrier.apply", "order_conflict", 409),
        ("carrier.apply", "prepayment_revoked", 409),
        ("carrier.apply", "line_not_found", 404),
        ("carrier.revoke", "prepayment_not_found", 404),
        ("carrier.line", "line_not_found", 404),
    ],
)
def test_the_carrier_refuses_with_the_code_that_is_asked_for(
    sandbox: Sandbox, kind: str, code: str, status: int
) -> None:
    line = "/v1/lines/line-1001"
    requests = {
        "carrier.apply": ("PUT", f"{line}/prepayments/order-1", {"month": "2026-05", "amount_won": 30_000}),
        "carrier.revoke": ("DELETE", f"{line}/prepayments/order-1", None),
        "carrier.line": ("GET", line, None),
    }
    sandbox.fault(kind, "refuse", code=code, count=1)
    method, path, body = requests[kind]
    answer = sandbox.carrier.request(method, path, json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert sandbox.books()["orders"] == {}


def test_faults_of_a_kind_come_one_after_the_other(sandbox: Sandbox) -> None:
    sandbox.fault("carrier.line", "unavailable", count=2)
    sandbox.then_fault("carrier.line", "none", count=1)
    sandbox.then_fault("carrier.line", "html_500", count=1)
    assert [fault["action"] for fault in sandbox.control("GET", "faults")] == [
        "unavailable",
        "none",
        "html_500",
    ]
    statuses = [sandbox.carrier.get("/v1/lines/line-1001").status_code for _ in range(5)]
    assert statuses == [503, 503, 200, 500, 200]
    assert sandbox.control("GET", "faults") == []


def test_nothing_can_follow_a_fault_that_never_ends(sandbox: Sandbox) -> None:
    sandbox.fault("carrier.line", "slow", ms=1)
    again = sandbox.public.post("/_sandbox/faults", json={"kind": "carrier.line", "action": "html_500"})
    assert (again.status_code, again.json()["error"]["code"]) == (422, "endless")
    sandbox.fault("carrier.line", "unavailable", count=1)
    assert [fault["action"] for fault in sandbox.control("GET", "faults")] == ["unavailable"]


def test_faults_can_be_switched_off_by_kind_or_all(sandbox: Sandbox) -> None:
    for kind in KINDS:
        sandbox.fault(kind, "slow", ms=1)
    assert len(sandbox.control("GET", "faults")) == len(KINDS)
    assert sandbox.control("DELETE", "faults?kind=carrier.line") == [
        fault for fault in sandbox.control("GET", "faults") if fault["kind"] != "carrier.line"
    ]
    assert sandbox.control("DELETE", "faults") == []


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "x", "action": "slow"},
        {"kind": ["carrier.line"], "action": "slow"},
        {"kind": "carrier.line", "action": "x"},
        {"kind": "carrier.line", "action": {}},
        {"kind": "payment.get", "action": "refuse"},
        {"kind": "carrier.line", "action": "other_amount"},
        {"kind": "webhook", "action": "slow"},
        {"kind": "carrier.line", "action": "slow", "ms": -1},
        {"kind": "carrier.line", "action": "slow", "ms": True},
        {"kind": "carrier.line", "action": "slow", "count": 0},
        {"kind": "carrier.line", "action": "slow", "seconds": 1},
        {"kind": "carrier.line", "action": "refuse", "code": "month_closed"},
        {"kind": "carrier.line", "action": "slow", "code": "line_not_found"},
        {"kind": "payment.get", "action": "other_amount", "won": 0},
        {"kind": "payment.get", "action": "other_store", "won": 5},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(sandbox: Sandbox, bad: dict[str, object]) -> None:
    for method in ("PUT", "POST"):
        assert sandbox.public.request(method, "/_sandbox/faults", json=bad).status_code == 422
    assert sandbox.control("GET", "faults") == []


def test_every_action_and_kind_is_explained() -> None:
    """The README beside the code names the whole vocabulary."""
    text = (ROOT / "sandbox" / "faults" / "README.md").read_text(encoding="utf-8")
    assert [name for name in (*ACTIONS, *ALL) if f"`{name}`" not in text] == []

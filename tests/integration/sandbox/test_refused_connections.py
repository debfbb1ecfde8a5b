"""For a while nobody listens: the adapters see that nothing was sent."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from prepayment.adapters.carrier import HttpCarrierBilling
from prepayment.calendar import Month
from prepayment.errors import NotSent
from tests.integration.adapters.building import make_gateway
from tests.integration.sandbox.harness import CARRIER_KEY, Sandbox, new_payment_id


def test_connections_are_refused_and_taken_again(sandbox: Sandbox) -> None:
    sandbox.public.get("/health")
    sandbox.refuse_connections(300)
    for client in (sandbox.public, sandbox.portone, sandbox.carrier):
        with pytest.raises(httpx.ConnectError):
            client.get("/anything")
    sandbox.wait_until_listening()
    assert sandbox.read(sandbox.paid())["status"] == "PAID"


def test_the_adapters_know_that_nothing_was_sent(sandbox: Sandbox) -> None:
    """Also on connections that they kept open from an earlier call."""
    gateway = make_gateway(sandbox.url)
    billing = HttpCarrierBilling(f"{sandbox.url}/carrier", CARRIER_KEY)
    result = sandbox.authorise(new_payment_id())
    assert gateway.read(result["paymentId"]).status == "PAY_PENDING"
    assert billing.line("line-1001").limit_won == 300_000
    sandbox.refuse_connections(500)
    with pytest.raises(NotSent):
        gateway.read(result["paymentId"])
    with pytest.raises(NotSent):
        gateway.confirm(
            result["paymentId"],
            token=result["paymentToken"],
            tx_id=result["txId"],
            amount_won=50_000,
            key="k" * 32,
        )
    with pytest.raises(NotSent):
        billing.apply_prepayment("line-1001", "order1", Month(2026, 5), 50_000)
    sandbox.wait_until_listening()
    assert sandbox.raw(result["paymentId"])["charges"] == 0
    assert gateway.read(result["paymentId"]).status == "PAY_PENDING"
    gateway.close()
    billing.close()


def test_a_request_under_way_is_answered(sandbox: Sandbox) -> None:
    result = sandbox.authorise(new_payment_id())
    sandbox.fault("payment.confirm", "slow", ms=200, count=1)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(sandbox.confirm, result)
        while sandbox.control("GET", "faults"):
            pass
        sandbox.refuse_connections(50)
        assert answer.result().status_code == 200
    sandbox.wait_until_listening()
    assert sandbox.raw(result["paymentId"])["charges"] == 1


def test_it_can_be_had_again_and_again(sandbox: Sandbox) -> None:
    for _ in range(3):
        sandbox.refuse_connections(20)
        sandbox.wait_until_listening()


def test_the_time_has_bounds(sandbox: Sandbox) -> None:
    for bad in ({}, {"ms": 0}, {"ms": 60_001}, {"ms": "1"}, {"ms": 5, "kind": "carrier.line"}):
        assert sandbox.public.post("/_sandbox/refuse-connections", json=bad).status_code == 422
    page = {"Origin": "http://evil.example"}
    refused = sandbox.public.post("/_sandbox/refuse-connections", json={"ms": 5}, headers=page)
    assert refused.status_code == 403

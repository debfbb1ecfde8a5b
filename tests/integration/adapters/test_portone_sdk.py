"""What the adapter leans on in PortOne's SDK: its version, one private attribute, and what it cannot read."""

from __future__ import annotations

import copy
import inspect
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx
import pytest
from portone_server_sdk import PaymentClient

from prepayment.adapters.portone import PortOneGateway
from tests.integration.adapters.building import NAME, PHONE, paid_payment
from tests.integration.adapters.wire_server import WireServer
from tests.integration.sandbox.harness import API_SECRET

ROOT = Path(__file__).resolve().parents[3]
PINNED = "0.21.0"
WRITES = (PaymentClient.pre_register_payment, PaymentClient.confirm_payment, PaymentClient.cancel_payment)


def changed(**changes: Any) -> dict[str, Any]:
    """A paid payment with other fields."""
    return copy.deepcopy(paid_payment("pp1")) | changes


def test_the_sdk_is_the_version_whose_inside_we_know() -> None:
    assert version("portone-server-sdk") == PINNED
    wanted = (ROOT / "requirements" / "app.in").read_text()
    assert re.findall(r"^portone-server-sdk(.*)$", wanted, re.MULTILINE) == [f"=={PINNED}"]


def test_every_write_of_the_sdk_goes_through_the_attribute_that_we_replace(
    wire_gateway: PortOneGateway,
) -> None:
    """Without it there would be no idempotency key on a write, and nobody would notice."""
    assert PaymentClient.__annotations__["_sync_client"] == "SyncClient"
    for write in WRITES:
        source = inspect.getsource(write)
        assert source.count("self._sync_client.request(") == 1
        assert "Client(" not in source
    assert wire_gateway._payments._sync_client is wire_gateway._http
    assert isinstance(wire_gateway._http, httpx.Client)


def test_a_write_of_the_sdk_is_authorised_once(wire: WireServer, wire_gateway: PortOneGateway) -> None:
    """The SDK and our client both set the header."""
    wire.answers(200, {})
    wire_gateway.pre_register("pp1", 50_000)
    assert wire.received[0].headers["authorization"] == f"PortOne {API_SECRET}"


@pytest.mark.parametrize(
    "body",
    [
        changed(status="SPLIT_PAID"),
        changed(method={"type": "PaymentMethodTelepathy"}),
        changed(method=None),
        changed(amount=paid_payment("pp1")["amount"] | {"total": 50000.0}),
        changed(origin={"platformType": "PC"}),
    ],
    ids=["new status", "new method", "null", "float", "no address of origin"],
)
def test_what_the_sdk_cannot_read_is_read(
    body: dict[str, Any], wire: WireServer, wire_gateway: PortOneGateway
) -> None:
    """The SDK refuses a genuine payment for any of these, and quotes the customer in the error's text."""
    wire.answers(200, body)
    with pytest.raises(ValueError, match=NAME) as raised:
        wire_gateway._payments.get_payment(payment_id="pp1")
    assert PHONE in str(raised.value)
    reading = wire_gateway.read("pp1")
    assert (reading.payment_id, reading.status) == ("pp1", body["status"])
    assert (reading.total_won, reading.order_id) == (50_000, "order0001")
    assert NAME not in repr(reading)

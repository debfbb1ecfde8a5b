"""Reading stands whatever PortOne adds: new words, nulls, floats, missing fields."""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepayment.adapters.portone import PortOneGateway
from prepayment.adapters.portone.readings import identity_reading, payment_reading
from tests.integration.adapters.building import MOMENT, NAME, PHONE, paid_payment, verified_identity
from tests.integration.adapters.wire_server import WireServer
from tests.integration.sandbox.harness import CHANNEL_KEY, IDENTITY_CHANNEL_KEY, STORE_ID

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


def paths(value: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The way to every field of nested objects."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*before, name)
            yield from paths(inner, (*before, name))


PAID = paid_payment("pp1")
VERIFIED = verified_identity("iv1", IDENTITY_CHANNEL_KEY)


def replaced(body: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """A copy of the body with another value at the path."""
    changed = copy.deepcopy(body)
    place = changed
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return changed


def without(body: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """A copy of the body that lacks the field at the path."""
    changed = copy.deepcopy(body)
    place = changed
    for name in path[:-1]:
        place = place[name]
    del place[path[-1]]
    return changed


def test_a_paid_payment_is_read_in_full(wire: WireServer, wire_gateway: PortOneGateway) -> None:
    wire.answers(200, PAID)
    reading = wire_gateway.read("pp1")
    assert (reading.payment_id, reading.status, reading.store_id) == ("pp1", "PAID", STORE_ID)
    assert (reading.total_won, reading.cancelled_won, reading.currency) == (50_000, 0, "KRW")
    assert (reading.channel_type, reading.channel_key) == ("LIVE", CHANNEL_KEY)
    assert (reading.order_id, reading.method_type) == ("order0001", "PaymentMethodCard")
    assert NAME not in repr(reading)
    assert wire.received[0].path == f"/payments/pp1?storeId={STORE_ID}"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": "SPLIT_PAID"}, {"status": "SPLIT_PAID"}),
        ({"status": None}, {"status": ""}),
        ({"method": {"type": "PaymentMethodTelepathy"}}, {"method_type": "PaymentMethodTelepathy"}),
        ({"method": None}, {"method_type": None}),
        ({"amount": {"total": 50000.0, "cancelled": 0.0}}, {"total_won": 50_000, "cancelled_won": 0}),
        ({"amount": {"total": 50000.5, "cancelled": True}}, {"total_won": None, "cancelled_won": None}),
        ({"amount": {"total": "50000", "cancelled": -1}}, {"total_won": None, "cancelled_won": None}),
        ({"customData": None}, {"order_id": None}),
        ({"customData": "not json"}, {"order_id": None}),
        ({"customData": '["orderId"]'}, {"order_id": None}),
        ({"customData": "[" * 100_000}, {"order_id": None}),
        ({"customData": '{"orderId": 5}'}, {"order_id": None}),
        ({"id": "pp2"}, {"payment_id": "pp2"}),
        ({"id": None}, {"payment_id": "pp1"}),
        ({"failure": {"reason": "사유", "pgMessage": None}}, {"failure_message": "사유"}),
        ({"failure": {"pgMessage": f"한도 초과 {PHONE}"}}, {"failure_message": "한도 초과 ***"}),
        ({"cancellations": []}, {"refund_status": None}),
        ({"cancellations": {"status": "FAILED"}}, {"refund_status": None}),
        ({"cancellations": [None, "FAILED"]}, {"refund_status": None}),
        ({"cancellations": [{"status": "REQUESTED"}]}, {"refund_status": "REQUESTED"}),
        ({"cancellations": [{"status": "HALF_DONE", "requestedAt": 5}]}, {"refund_status": "HALF_DONE"}),
        ({"cancellations": [{"status": None, "requestedAt": MOMENT}]}, {"refund_status": None}),
    ],
)
def test_odd_values_are_read_for_what_they_are_worth(
    changes: dict[str, Any], expected: dict[str, Any], wire: WireServer, wire_gateway: PortOneGateway
) -> None:
    wire.answers(200, PAID | changes)
    reading = wire_gateway.read("pp1")
    assert {name: getattr(reading, name) for name in expected} == expected


@pytest.mark.parametrize("newest_first", [False, True])
def test_the_newest_cancellation_tells_how_the_refund_stands(newest_first: bool) -> None:
    """PortOne promises no order; a moment may be written in another zone."""
    cancellations = [
        {"status": "FAILED", "requestedAt": "2026-11-22T11:59:00+09:00"},
        {"status": "REQUESTED", "requestedAt": "2026-11-22T03:00:00.5Z"},
    ]
    body = PAID | {"cancellations": cancellations[:: -1 if newest_first else 1]}
    assert payment_reading("pp1", body).refund_status == "REQUESTED"


@pytest.mark.parametrize("path", list(paths(PAID)), ids=".".join)
def test_no_missing_field_of_a_payment_breaks_reading(path: tuple[str, ...]) -> None:
    reading = payment_reading("pp1", without(PAID, path))
    assert reading.payment_id == "pp1"
    assert reading.status == ("" if path == ("status",) else "PAID")


@pytest.mark.parametrize("path", list(paths(VERIFIED)), ids=".".join)
def test_no_missing_field_of_an_identity_breaks_reading(path: tuple[str, ...]) -> None:
    assert identity_reading("iv1", without(VERIFIED, path), IDENTITY_CHANNEL_KEY).id == "iv1"


@given(path=st.sampled_from(sorted(paths(PAID))), value=JSON)
def test_no_value_anywhere_in_a_payment_breaks_reading(path: tuple[str, ...], value: Any) -> None:
    reading = payment_reading("pp1", replaced(PAID, path, value))
    assert reading.total_won is None or type(reading.total_won) is int


@given(path=st.sampled_from(sorted(paths(VERIFIED))), value=JSON)
def test_no_value_anywhere_in_an_identity_breaks_reading(path: tuple[str, ...], value: Any) -> None:
    reading = identity_reading("iv1", replaced(VERIFIED, path, value), IDENTITY_CHANNEL_KEY)
    assert reading.verified_at is None or reading.verified_at.tzinfo is not None


@given(body=st.dictionaries(st.text(max_size=8), JSON))
def test_no_object_at_all_breaks_reading(body: dict[str, Any]) -> None:
    assert payment_reading("pp1", body).status == (
        body["status"] if isinstance(body.get("status"), str) else ""
    )


def test_a_verified_identity_gives_the_phone_and_the_moment(
    wire: WireServer, wire_gateway: PortOneGateway
) -> None:
    wire.answers(200, VERIFIED)
    reading = wire_gateway.read_identity("iv1")
    assert (reading.status, reading.phone_number) == ("VERIFIED", PHONE)
    assert reading.verified_at == datetime(2026, 11, 22, 3, 0, 0, 123_000, tzinfo=UTC)


@pytest.mark.parametrize("channel_key", ["channel-key-test-anybody", None])
def test_an_identity_from_a_channel_that_is_not_ours_proves_nothing(
    channel_key: str | None, wire: WireServer, wire_gateway: PortOneGateway, caplog: pytest.LogCaptureFixture
) -> None:
    """The browser names the channel: a test channel verifies whoever asks."""
    wire.answers(200, verified_identity("iv1", channel_key))
    with caplog.at_level(logging.ERROR):
        reading = wire_gateway.read_identity("iv1")
    assert (reading.status, reading.phone_number, reading.verified_at) == ("FOREIGN_CHANNEL", None, None)
    assert "iv1" in caplog.text
    assert PHONE not in caplog.text

"""The list of payments is whole, although its pages shift while they are read and hold what nobody can read."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from portone_server_sdk.common import PageInput
from portone_server_sdk.payment import PaymentFilterInput

from prepayment.adapters.portone import PortOneGateway, listing, reader
from prepayment.adapters.portone.listing import PAGES_MAX, PASSES_MAX, every_payment
from prepayment.errors import Misconfigured, OutcomeUnknown
from tests.integration.adapters.building import make_gateway, paid_payment
from tests.integration.adapters.wire_server import WireServer
from tests.integration.sandbox.harness import CHANNEL_KEY, STORE_ID, Sandbox, new_payment_id

SINCE = datetime(2026, 11, 22, tzinfo=timezone(timedelta(hours=9)))
UNTIL = SINCE + timedelta(days=1)


@dataclass
class Shelf:
    """A list of payments, the oldest change first, of which some leave or change after a page was read.

    ``script`` has for each page read what happens next: (place, whether it leaves for good), or None for nothing.
    """

    payments: list[dict[str, str]]
    size: int
    script: list[tuple[int, bool] | None]
    steady: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.steady = {payment["id"] for payment in self.payments}

    def page(self, number: int) -> list[Any]:
        """A page as PortOne gives it; afterwards the next step of the script."""
        items = self.payments[number * self.size : (number + 1) * self.size]
        step = self.script.pop(0) if self.script else None
        if step is not None and self.payments:
            changed = self.payments.pop(step[0] % len(self.payments))
            self.steady.discard(changed["id"])
            if not step[1]:
                self.payments.append(changed | {"status": changed["status"] + "+"})
        return list(items)


class Told(logging.Handler):
    """Remembers what was logged; pytest's own fixture would keep it for all examples together."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def test_the_request_is_what_the_sdk_itself_would_send(
    wire: WireServer, wire_gateway: PortOneGateway
) -> None:
    wire.answers(200, {"items": [], "page": {"number": 0, "size": 100, "totalCount": 0}})
    assert list(wire_gateway.list_payments(SINCE, UNTIL)) == []
    wire_gateway._payments.get_payments(
        page=PageInput(number=0, size=reader.PAGE_SIZE),
        filter=PaymentFilterInput(
            store_id=STORE_ID,
            timestamp_type="STATUS_CHANGED_AT",
            from_="2026-11-21T15:00:00Z",
            until="2026-11-22T15:00:00Z",
            sort_by="STATUS_CHANGED_AT",
            sort_order="ASC",
        ),
    )
    ours, theirs = (urlsplit(wire.received[place].path) for place in (0, -1))
    assert (ours.path, wire.received[0].method) == (theirs.path, wire.received[-1].method)
    bodies = [json.loads(parse_qs(one.query)["requestBody"][0]) for one in (ours, theirs)]
    assert bodies[0] == bodies[1]


def test_the_payments_of_the_sandbox_are_listed_page_by_page(
    sandbox: Sandbox, gateway: PortOneGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "PAGE_SIZE", 2)
    before = datetime.now(UTC) - timedelta(minutes=1)
    paid = [sandbox.paid() for _ in range(4)]
    opened = new_payment_id()
    sandbox.open_payment(opened)
    readings = list(gateway.list_payments(before, before + timedelta(hours=1)))
    assert {reading.payment_id: reading.status for reading in readings} == {
        **dict.fromkeys(paid, "PAID"),
        opened: "READY",
    }
    assert {(reading.total_won, reading.store_id, reading.channel_key) for reading in readings} == {
        (50_000, STORE_ID, CHANNEL_KEY)
    }
    assert list(gateway.list_payments(before - timedelta(hours=1), before)) == []


def test_a_payment_whose_status_changed_is_listed_when_it_changed(
    sandbox: Sandbox, gateway: PortOneGateway
) -> None:
    """Not when it was begun: a refund of an old payment is news."""
    payment_id = sandbox.paid()
    ahead = datetime.now(UTC) + timedelta(days=3)
    sandbox.control("PUT", "clock", {"at": ahead.isoformat()})
    gateway.cancel(payment_id, amount_won=50_000, reason="고객 요청", key="order0001-cancel-1")
    (reading,) = gateway.list_payments(ahead - timedelta(hours=1), ahead + timedelta(hours=1))
    assert (reading.payment_id, reading.status, reading.refund_status) == (
        payment_id,
        "CANCELLED",
        "SUCCEEDED",
    )


def test_an_item_that_cannot_be_read_is_a_reading_with_what_is_there() -> None:
    good = paid_payment("pp1")
    items: list[Any] = [
        None,
        [],
        "pp2",
        {"id": "pp3", "status": "SPLIT_PAID", "amount": {"total": 1.5}, "method": None},
        good | {"method": {"type": "PaymentMethodTelepathy"}, "origin": None},
        {"id": ["pp4"], "customData": "[" * 50_000},
    ]
    pages = [[items], []] * PASSES_MAX
    readings = list(every_payment(lambda _: next(iter(pages.pop(0)), [])))
    assert [reading.payment_id for reading in readings] == ["", "", "", "pp3", "pp1", ""]
    assert (readings[3].status, readings[3].total_won) == ("SPLIT_PAID", None)
    assert (readings[4].total_won, readings[4].method_type) == (50_000, "PaymentMethodTelepathy")


@settings(max_examples=300, deadline=None)
@given(
    count=st.integers(0, 12),
    size=st.integers(1, 4),
    script=st.lists(st.none() | st.tuples(st.integers(0, 11), st.booleans()), max_size=12),
)
@example(count=4, size=2, script=[(0, True)])  # the third moves onto the page that was read
def test_no_payment_is_lost_however_the_pages_shift(
    count: int, size: int, script: list[tuple[int, bool] | None]
) -> None:
    """Unless it shifts until we give up, which is said in the log."""
    shelf = Shelf([{"id": f"pp{place}", "status": "PAID"} for place in range(count)], size, script)
    log, told = logging.getLogger(listing.__name__), Told()
    log.addHandler(told)
    try:
        listed = {reading.payment_id for reading in every_payment(shelf.page)}
    finally:
        log.removeHandler(told)
    assert told.records or shelf.steady <= listed


def test_pages_that_are_read_in_peace_are_read_twice_and_yield_each_payment_once() -> None:
    shelf = Shelf([{"id": f"pp{place}", "status": "PAID"} for place in range(5)], 2, [])
    read: list[int] = []

    def page(number: int) -> list[Any]:
        read.append(number)
        return shelf.page(number)

    assert [reading.payment_id for reading in every_payment(page)] == [f"pp{place}" for place in range(5)]
    assert read == [0, 1, 2, 3] * 2


def test_a_list_without_an_end_is_given_up() -> None:
    with pytest.raises(OutcomeUnknown, match=str(PAGES_MAX)):
        list(every_payment(lambda number: [{"id": f"pp{number}"}]))


def test_a_list_that_takes_no_notice_of_page_numbers_is_given_up(
    wire: WireServer, wire_gateway: PortOneGateway
) -> None:
    wire.answers(200, {"items": [paid_payment("pp1")]})
    with pytest.raises(OutcomeUnknown):
        list(wire_gateway.list_payments(SINCE, UNTIL))
    assert len(wire.received) == 2


@pytest.mark.parametrize("body", [{}, {"items": None}, {"items": {}}, {"items": "none"}])
def test_an_answer_without_items_is_not_an_empty_list(
    body: dict[str, Any], wire: WireServer, wire_gateway: PortOneGateway
) -> None:
    wire.answers(200, body)
    with pytest.raises(OutcomeUnknown):
        list(wire_gateway.list_payments(SINCE, UNTIL))


def test_a_list_that_breaks_off_says_so(sandbox: Sandbox, gateway: PortOneGateway) -> None:
    sandbox.fault("payment.list", "html_500", count=1)
    with pytest.raises(OutcomeUnknown):
        list(gateway.list_payments(SINCE, UNTIL))
    stranger = make_gateway(sandbox.url, api_secret="another-secret")
    with pytest.raises(Misconfigured):
        list(stranger.list_payments(SINCE, UNTIL))
    stranger.close()


def test_a_moment_without_a_zone_is_a_bug_of_ours(gateway: PortOneGateway) -> None:
    with pytest.raises(ValueError, match="time zone"):
        list(gateway.list_payments(SINCE.replace(tzinfo=None), UNTIL))

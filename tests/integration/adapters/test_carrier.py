"""The carrier's billing API through the adapter."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Literal

import pytest

from prepayment.adapters.carrier import HttpCarrierBilling
from prepayment.calendar import SEOUL, Month
from prepayment.errors import Misconfigured, NotSent, OutcomeUnknown, Refused
from prepayment.ports import Booking
from tests.integration.adapters.building import NAME, PHONE, assert_tells_nothing_personal
from tests.integration.adapters.wire_server import WireServer
from tests.integration.sandbox.harness import Sandbox, free_port

MONTH = Month(2026, 5)
LINE = {"line_id": "line-1", "phone_number": PHONE, "subscriber_name": NAME, "limit_won": 300_000}
OWN = {
    "order_id": "order1",
    "line_id": "line-1",
    "month": "2026-05",
    "amount_won": 50_000,
    "applied_at": "2026-05-17T12:00:00+09:00",
}
USAGE = {"line_id": "line-1", "month": "2026-05", "used_won": 90_000, "prepaid_won": 0, "limit_won": 300_000}


@pytest.fixture
def month(sandbox: Sandbox) -> Month:
    """The sandbox's month is May 2026."""
    sandbox.control("PUT", "clock", {"at": "2026-05-17T12:00:00+09:00"})
    sandbox.control("POST", "reset", {"month": "2026-05"})
    return MONTH


def test_a_line_is_read(sandbox: Sandbox, billing: HttpCarrierBilling) -> None:
    line = billing.line("line-1001")
    assert (line.id, line.phone_number, line.limit_won) == ("line-1001", "01000001001", 300_000)
    assert "01000001001" not in repr(line)


def test_a_month_is_read(month: Month, billing: HttpCarrierBilling) -> None:
    usage = billing.usage("line-1005", month)
    assert (usage.month, usage.used_won, usage.prepaid_won) == (month, 120_000, 50_000)
    assert billing.usage("line-1004", month).blocked


def test_a_prepayment_counts_once_and_can_be_taken_back(month: Month, billing: HttpCarrierBilling) -> None:
    for _ in range(2):
        billing.apply_prepayment("line-1001", "order1", month, 50_000)
    assert billing.usage("line-1001", month).prepaid_won == 50_000
    for _ in range(2):
        billing.revoke_prepayment("line-1001", "order1")
    assert billing.usage("line-1001", month).prepaid_won == 0
    with pytest.raises(Refused) as raised:
        billing.apply_prepayment("line-1001", "order1", month, 50_000)
    assert raised.value.reason == "prepayment_revoked"


def test_what_the_carrier_does_not_take_is_a_refusal_with_its_code(
    month: Month, billing: HttpCarrierBilling
) -> None:
    billing.apply_prepayment("line-1001", "order1", month, 50_000)
    refusals = {}
    for name, line_id, order_id, of_month, amount_won in (
        ("order_conflict", "line-1001", "order1", month, 60_000),
        ("exceeds_outstanding", "line-1001", "order2", month, 999_999),
        ("month_closed", "line-1001", "order2", month.previous(), 50_000),
        ("line_not_found", "line-9999", "order2", month, 50_000),
    ):
        with pytest.raises(Refused) as raised:
            billing.apply_prepayment(line_id, order_id, of_month, amount_won)
        refusals[name] = raised.value.reason
    assert refusals == {name: name for name in refusals}


def test_lines_and_prepayments_that_do_not_exist_are_refused(
    sandbox: Sandbox, billing: HttpCarrierBilling
) -> None:
    with pytest.raises(Refused, match="line_not_found"):
        billing.line("line-9999")
    with pytest.raises(Refused, match="line_not_found"):
        billing.usage("line-1001?x=#1", MONTH)
    with pytest.raises(Refused, match="prepayment_not_found"):
        billing.revoke_prepayment("line-1001", "order9")


@pytest.mark.parametrize(
    ("fault", "applied_won"),
    [
        ("unavailable", 0),
        ("html_500", 0),
        ("timeout_before_effect", 0),
        ("timeout_after_effect", 50_000),
        ("hang_up_before_effect", 0),
        ("hang_up_after_effect", 50_000),
    ],
)
def test_a_booking_without_a_clear_answer_is_unknown_and_safe_to_repeat(
    sandbox: Sandbox, month: Month, billing: HttpCarrierBilling, fault: str, applied_won: int
) -> None:
    sandbox.fault("carrier.apply", fault, count=1)
    with pytest.raises(OutcomeUnknown):
        billing.apply_prepayment("line-1001", "order1", month, 50_000)
    assert billing.usage("line-1001", month).prepaid_won == applied_won
    billing.apply_prepayment("line-1001", "order1", month, 50_000)
    assert billing.usage("line-1001", month).prepaid_won == 50_000


def set_limit(billing: HttpCarrierBilling, change_id: str, expected_won: int, limit_won: int) -> None:
    billing.set_limit("line-1001", change_id, expected_won=expected_won, limit_won=limit_won)


def test_a_limit_is_set_when_it_is_the_expected_one(sandbox: Sandbox, billing: HttpCarrierBilling) -> None:
    set_limit(billing, "change1", 300_000, 0)
    assert billing.line("line-1001").limit_won == 0
    with pytest.raises(Refused) as raised:
        set_limit(billing, "change2", 300_000, 100_000)
    assert raised.value.reason == "limit_changed"
    assert billing.line("line-1001").limit_won == 0
    with pytest.raises(Refused, match="line_not_found"):
        billing.set_limit("line-9999", "change3", expected_won=0, limit_won=1)


@pytest.mark.parametrize(
    ("fault", "limit_won"),
    [
        ("unavailable", 300_000),
        ("html_500", 300_000),
        ("timeout_before_effect", 300_000),
        ("timeout_after_effect", 0),
        ("hang_up_before_effect", 300_000),
        ("hang_up_after_effect", 0),
    ],
)
def test_a_limit_without_a_clear_answer_is_unknown_and_safe_to_repeat(
    sandbox: Sandbox, billing: HttpCarrierBilling, fault: str, limit_won: int
) -> None:
    sandbox.fault("carrier.limit", fault, count=1)
    with pytest.raises(OutcomeUnknown):
        set_limit(billing, "change1", 300_000, 0)
    assert billing.line("line-1001").limit_won == limit_won
    for _ in range(2):
        set_limit(billing, "change1", 300_000, 0)
        assert billing.line("line-1001").limit_won == 0


def test_a_wrong_key_is_ours_to_mend(sandbox: Sandbox) -> None:
    stranger = HttpCarrierBilling(f"{sandbox.url}/carrier", "another-key")
    with pytest.raises(Misconfigured):
        stranger.line("line-1001")
    with pytest.raises(Misconfigured):
        stranger.apply_prepayment("line-1001", "order1", MONTH, 50_000)
    with pytest.raises(Misconfigured):
        set_limit(stranger, "change1", 300_000, 0)
    stranger.close()


def test_nobody_listening_is_not_sent() -> None:
    lonely = HttpCarrierBilling(f"http://127.0.0.1:{free_port()}", "key")
    with pytest.raises(NotSent):
        lonely.apply_prepayment("line-1", "order1", MONTH, 50_000)
    with pytest.raises(NotSent):
        set_limit(lonely, "change1", 300_000, 0)
    lonely.close()


@pytest.mark.parametrize("behaviour", ["hang", "hang_up"])
def test_no_answer_after_sending_is_unknown(
    behaviour: Literal["hang", "hang_up"], wire: WireServer, wire_billing: HttpCarrierBilling
) -> None:
    wire.behaviour = behaviour
    with pytest.raises(OutcomeUnknown) as raised:
        wire_billing.revoke_prepayment("line-1", "order1")
    assert_tells_nothing_personal(raised.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"line_id": "line-2"},
        {"phone_number": None},
        {"phone_number": "010-9876-5432"},
        {"phone_number": "٠١٠"},
        {"limit_won": None},
        {"limit_won": "300000"},
        {"limit_won": 300000.0},
        {"limit_won": True},
        {"limit_won": -1},
    ],
)
def test_a_line_in_another_form_is_not_believed(
    changes: dict[str, Any], wire: WireServer, wire_billing: HttpCarrierBilling
) -> None:
    wire.answers(200, LINE)
    assert wire_billing.line("line-1").phone_number == PHONE
    wire.answers(200, LINE | changes)
    with pytest.raises(OutcomeUnknown) as raised:
        wire_billing.line("line-1")
    assert_tells_nothing_personal(raised.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"month": "2026-04"},
        {"line_id": "line-2"},
        {"used_won": None},
        {"prepaid_won": 0.5},
        {"limit_won": -1},
    ],
)
def test_a_month_in_another_form_is_not_believed(
    changes: dict[str, Any], wire: WireServer, wire_billing: HttpCarrierBilling
) -> None:
    wire.answers(200, USAGE)
    assert wire_billing.usage("line-1", MONTH).used_won == 90_000
    wire.answers(200, USAGE | changes)
    with pytest.raises(OutcomeUnknown):
        wire_billing.usage("line-1", MONTH)


def since(day: int, month: int = 5) -> datetime:
    """Midnight of a day of 2026 in Seoul."""
    return datetime(2026, month, day, tzinfo=SEOUL)


def test_our_prepayments_are_listed_by_when_they_were_booked_or_taken_back(
    sandbox: Sandbox, month: Month, billing: HttpCarrierBilling
) -> None:
    """In May order1 and order2 are booked and order1 is taken back in June; what is not ours is not listed."""
    billing.apply_prepayment("line-1001", "order1", month, 50_000)
    billing.apply_prepayment("line-1004", "order2", month, 30_000)
    sandbox.control("PUT", "clock", {"at": "2026-06-02T12:00:00+09:00"})
    billing.revoke_prepayment("line-1001", "order1")
    order1 = Booking("order1", "line-1001", month, 50_000, revoked=True)
    order2 = Booking("order2", "line-1004", month, 30_000, revoked=False)
    assert list(billing.list_prepayments(since(17), since(18))) == [order1, order2]
    assert list(billing.list_prepayments(since(1, month=6), since(1, month=7))) == [order1]
    assert list(billing.list_prepayments(since(18), since(1, month=6))) == []
    utc = [since(day).astimezone(UTC) for day in (17, 18)]
    assert list(billing.list_prepayments(*utc)) == [order1, order2]


def test_the_list_goes_over_all_pages(sandbox: Sandbox, month: Month, billing: HttpCarrierBilling) -> None:
    """A thousand prepayments and one are three pages, each read once and nothing left out."""
    lines = sandbox.make_lines(1_001, used_won=30_000)
    with ThreadPoolExecutor(4) as pool:
        booked = pool.map(
            lambda line: billing.apply_prepayment(line["line_id"], f"o{line['line_id']}", month, 30_000),
            lines,
        )
    assert len(list(booked)) == 1_001
    listed = list(billing.list_prepayments(since(17), since(18)))
    assert sorted(booking.line_id for booking in listed) == sorted(line["line_id"] for line in lines)


def test_a_page_that_is_not_got_ends_the_list_with_an_error(
    sandbox: Sandbox, month: Month, billing: HttpCarrierBilling
) -> None:
    billing.apply_prepayment("line-1001", "order1", month, 50_000)
    sandbox.fault("carrier.list", "unavailable", count=1)
    with pytest.raises(OutcomeUnknown):
        list(billing.list_prepayments(since(17), since(18)))
    assert [booking.order_id for booking in billing.list_prepayments(since(17), since(18))] == ["order1"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"prepayments": []},
        {"prepayments": None, "next_page": None},
        {"prepayments": [], "next_page": 1},
        {"prepayments": [], "next_page": 7},
        {"prepayments": [], "next_page": "2"},
        {"prepayments": [None], "next_page": None},
        *(
            {"prepayments": [OWN | changes], "next_page": None}
            for changes in (
                {"order_id": None},
                {"line_id": 7},
                {"month": "May"},
                {"month": None},
                {"amount_won": "50000"},
                {"amount_won": -1},
            )
        ),
    ],
)
def test_a_list_in_another_form_is_not_believed(
    body: dict[str, Any], wire: WireServer, wire_billing: HttpCarrierBilling
) -> None:
    wire.answers(200, {"prepayments": [OWN | {"more": 1}], "next_page": None, "more": 1})
    [booking] = wire_billing.list_prepayments(since(1), since(2))
    assert booking == Booking("order1", "line-1", MONTH, 50_000, revoked=False)
    wire.answers(200, body)
    with pytest.raises(OutcomeUnknown) as raised:
        list(wire_billing.list_prepayments(since(1), since(2)))
    assert_tells_nothing_personal(raised.value)


def test_a_window_of_the_list_needs_time_zones(wire_billing: HttpCarrierBilling) -> None:
    naive = datetime(2026, 5, 1)  # noqa: DTZ001 - what must be refused
    with pytest.raises(ValueError, match="time zone"):
        wire_billing.list_prepayments(naive, since(2))
    with pytest.raises(ValueError, match="time zone"):
        wire_billing.list_prepayments(since(1), naive)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (202, {}),
        (404, {"detail": f"{NAME} {PHONE}"}),
        (404, {"error": {"code": "not_served"}}),
        (409, {"error": {"code": f"{NAME} {PHONE}"}}),
        (422, {"error": "exceeds_outstanding"}),
        (429, {"error": {"code": "too_many_requests"}}),
        (500, {"error": {"code": "exceeds_outstanding"}}),
    ],
)
def test_an_answer_that_is_not_clearly_the_carriers_is_unknown(
    status: int, body: Any, wire: WireServer, wire_billing: HttpCarrierBilling
) -> None:
    wire.answers(status, body)
    with pytest.raises(OutcomeUnknown) as raised:
        wire_billing.apply_prepayment("line-1", "order1", MONTH, 50_000)
    assert_tells_nothing_personal(raised.value)

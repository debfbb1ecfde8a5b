"""Lists of payments: filtered by status, time and store, sorted, page by page."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from portone_server_sdk import PaymentClient
from portone_server_sdk import errors as sdk_errors
from portone_server_sdk.common import PageInput
from portone_server_sdk.payment import PaidPayment, PaymentFilterInput

from tests.integration.sandbox.harness import API_SECRET, STORE_ID, Sandbox, closing, new_payment_id


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[PaymentClient]:
    with closing(PaymentClient(secret=API_SECRET, base_url=sandbox.url, store_id=STORE_ID)) as client:
        yield client


@pytest.fixture
def days(sandbox: Sandbox) -> list[str]:
    """Payments of three days in May 2031, a day apart, all paid at noon in Seoul."""
    made = []
    for day in (17, 18, 19):
        move(sandbox, day)
        made.append(sandbox.paid())
    return made


def move(sandbox: Sandbox, day: int, hour: int = 12) -> None:
    sandbox.control("PUT", "clock", {"at": f"2031-05-{day}T{hour}:00:00+09:00"})


def asked(sandbox: Sandbox, **filter_: Any) -> httpx.Response:
    return sandbox.portone.get("/payments", params={"requestBody": json.dumps({"filter": filter_})})


def ids(sandbox: Sandbox, **filter_: Any) -> list[str]:
    answer = asked(sandbox, **filter_)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


def test_listing_filters_by_status_and_pages(sandbox: Sandbox, client: PaymentClient) -> None:
    paid = {sandbox.paid() for _ in range(3)}
    sandbox.open_payment(new_payment_id())
    wanted = PaymentFilterInput(status=["PAID"], store_id=STORE_ID, is_test=True)
    pages = [client.get_payments(page=PageInput(number=n, size=2), filter=wanted) for n in (0, 1)]
    assert {p.id for page in pages for p in page.items if isinstance(p, PaidPayment)} == paid
    assert [page.page.total_count for page in pages] == [3, 3]
    assert [len(page.items) for page in pages] == [2, 1]


def test_the_newest_come_first_unless_asked_otherwise(sandbox: Sandbox, days: list[str]) -> None:
    assert ids(sandbox) == days[::-1]
    assert ids(sandbox, sortOrder="ASC") == days
    sandbox.cancel(days[0])
    assert ids(sandbox, sortBy="STATUS_CHANGED_AT") == [days[0], days[2], days[1]]


def test_a_window_of_time_is_over_the_change_of_status_or_the_request(
    sandbox: Sandbox, days: list[str]
) -> None:
    """The payment of the 17th was cancelled on the 19th, so it changed then; both ends count in."""
    sandbox.cancel(days[0])
    the_17th = {"from": "2031-05-16T15:00:00Z", "until": "2031-05-17T15:00:00Z"}
    assert ids(sandbox, timestampType="CREATED_AT", **the_17th) == [days[0]]
    assert ids(sandbox, timestampType="STATUS_CHANGED_AT", **the_17th) == []
    assert ids(sandbox, **the_17th) == []
    changed = sandbox.read(days[1])["statusChangedAt"]
    assert ids(sandbox, **{"from": changed, "until": changed}) == [days[1]]
    assert ids(sandbox, until="2031-05-18T11:59:59+09:00") == []
    assert ids(sandbox, **{"from": "2031-05-19T11:59:59+09:00"}) == [days[2], days[0]]


def test_ninety_days_are_listed_when_no_beginning_is_given(sandbox: Sandbox, days: list[str]) -> None:
    sandbox.control("PUT", "clock", {"at": "2031-08-17T00:00:00+09:00"})
    assert ids(sandbox) == [days[2]]
    assert ids(sandbox, **{"from": "2031-01-01T00:00:00Z"}) == days[::-1]


@pytest.mark.parametrize(
    ("filter_", "count"),
    [
        ({"status": ["PENDING"]}, 1),
        ({"status": ["READY", "FAILED"]}, 2),
        ({"status": ["CANCELLED", "PARTIAL_CANCELLED"]}, 2),
        ({"status": ["VIRTUAL_ACCOUNT_ISSUED"]}, 0),
        ({"status": []}, 6),
        ({"isTest": True}, 6),
        ({"isTest": False}, 0),
        ({"version": "V2"}, 6),
        ({"version": "V1"}, 0),
        ({"storeId": STORE_ID}, 6),
    ],
)
def test_every_status_can_be_asked_for(sandbox: Sandbox, filter_: dict[str, Any], count: int) -> None:
    sandbox.open_payment(new_payment_id())
    sandbox.authorise(new_payment_id())
    sandbox.paid()
    sandbox.cancel(sandbox.paid())
    sandbox.cancel(sandbox.paid(), amount=10_000)
    sandbox.send_card(sandbox.open_payment(new_payment_id())["path"], action="cancel")
    found = ids(sandbox, **filter_)
    assert len(found) == len(set(found)) == count


def test_a_payment_is_listed_once_by_the_attempt_that_describes_it(sandbox: Sandbox) -> None:
    """A declined attempt and a window left open stand behind the one that was paid."""
    payment_id = new_payment_id()
    sandbox.send_card(sandbox.open_payment(payment_id)["path"], "4000 0000 0000 0002")
    first, second = sandbox.authorise(payment_id), sandbox.authorise(payment_id)
    assert asked(sandbox).json()["items"][0]["transactionId"] == second["txId"]
    sandbox.confirm(first)
    [item] = asked(sandbox).json()["items"]
    assert (item["status"], item["transactionId"]) == ("PAID", first["txId"])
    assert item == sandbox.read(payment_id)


def test_listed_payments_have_their_own_cancellations(sandbox: Sandbox) -> None:
    first, second = sandbox.paid(50_000), sandbox.paid(40_000)
    sandbox.cancel(first, amount=10_000)
    sandbox.cancel(second, amount=20_000)
    sums = {
        item["id"]: [cancellation["totalAmount"] for cancellation in item["cancellations"]]
        for item in asked(sandbox).json()["items"]
    }
    assert sums == {first: [10_000], second: [20_000]}


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "no json",
        '{"page": 5}',
        '{"filter": []}',
        '{"page": {"size": 0}}',
        '{"page": {"size": 1001}}',
        '{"page": {"number": -1}}',
        '{"filter": {"status": "PAID"}}',
        '{"filter": {"status": [1]}}',
        '{"filter": {"from": "yesterday"}}',
        '{"filter": {"until": "2031-05-17T00:00:00"}}',
        '{"filter": {"until": 5}}',
        '{"filter": {"isTest": "yes"}}',
        '{"filter": {"timestampType": "PAID_AT"}}',
        '{"filter": {"sortOrder": "UP"}}',
    ],
)
def test_a_malformed_list_is_refused(sandbox: Sandbox, body: str) -> None:
    answer = sandbox.portone.get("/payments", params={"requestBody": body})
    assert (answer.status_code, answer.json()["type"]) == (400, "INVALID_REQUEST")


def test_the_list_of_another_store_is_refused(sandbox: Sandbox, client: PaymentClient) -> None:
    with pytest.raises(sdk_errors.ForbiddenError):
        client.get_payments(filter=PaymentFilterInput(store_id="other"))

"""The carrier billing API keeps its promises of docs/carrier-api.md."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.integration.sandbox.harness import CARRIER_KEY, Sandbox

SEOUL = ZoneInfo("Asia/Seoul")


def this_month() -> str:
    return datetime.now(SEOUL).strftime("%Y-%m")


def previous_month() -> str:
    return (datetime.now(SEOUL).replace(day=1) - timedelta(days=1)).strftime("%Y-%m")


def next_month_start() -> str:
    return (datetime.now(SEOUL).replace(day=1) + timedelta(days=32)).strftime("%Y-%m-01T00:00:00+09:00")


def month(sandbox: Sandbox, line_id: str, name: str = "") -> dict[str, Any]:
    response = sandbox.carrier.get(f"/v1/lines/{line_id}/months/{name or this_month()}")
    assert response.status_code == 200, response.text
    return dict(response.json())


def apply(
    sandbox: Sandbox, order_id: str, amount_won: Any, line_id: str = "line-1001", name: str = ""
) -> httpx.Response:
    body = {"month": name or this_month(), "amount_won": amount_won}
    return sandbox.carrier.put(f"/v1/lines/{line_id}/prepayments/{order_id}", json=body)


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


@pytest.mark.parametrize(
    ("line_id", "used_won", "prepaid_won", "limit_won"),
    [
        ("line-1001", 180_000, 0, 300_000),
        ("line-1002", 25_000, 0, 300_000),
        ("line-1003", 0, 0, 300_000),
        ("line-1004", 90_000, 0, 0),
        ("line-1005", 120_000, 50_000, 300_000),
        ("line-1006", 0, 0, 300_000),
        ("line-1007", 55_000, 0, 100_000),
    ],
)
def test_demo_customers_have_their_stories(
    sandbox: Sandbox, line_id: str, used_won: int, prepaid_won: int, limit_won: int
) -> None:
    found = month(sandbox, line_id)
    assert (found["used_won"], found["prepaid_won"], found["limit_won"]) == (used_won, prepaid_won, limit_won)
    assert found["blocked"] is (limit_won == 0)
    assert sum(charge["amount_won"] for charge in found["charges"]) == used_won
    assert sum(prepayment["amount_won"] for prepayment in found["prepayments"]) == prepaid_won
    for at in [c["at"] for c in found["charges"]] + [p["applied_at"] for p in found["prepayments"]]:
        assert at.startswith(this_month())
        assert at.endswith("+09:00")
        assert datetime.fromisoformat(at) <= datetime.now(SEOUL)


def test_a_past_month_and_an_unknown_line(sandbox: Sandbox) -> None:
    assert month(sandbox, "line-1006", previous_month())["used_won"] == 70_000
    assert month(sandbox, "line-1001", "2020-01")["charges"] == []
    assert refusal(sandbox.carrier.get("/v1/lines/line-9")) == (404, "line_not_found")
    assert refusal(sandbox.carrier.get(f"/v1/lines/line-9/months/{this_month()}")) == (404, "line_not_found")
    assert refusal(sandbox.carrier.get("/v1/lines/line-1001/months/2026-13")) == (400, "invalid_request")


def test_line_and_limit(sandbox: Sandbox) -> None:
    assert sandbox.carrier.get("/v1/lines/line-1001").json() == {
        "line_id": "line-1001",
        "phone_number": "01000001001",
        "subscriber_name": "김민지",
        "limit_won": 300_000,
        "blocked": False,
    }
    blocked = sandbox.carrier.put("/v1/lines/line-1001/limit", json={"limit_won": 0})
    assert (blocked.status_code, blocked.json()["blocked"]) == (200, True)
    assert month(sandbox, "line-1001")["limit_won"] == 0
    for bad in (-1, 1_000_001, "5", True, None):
        response = sandbox.carrier.put("/v1/lines/line-1001/limit", json={"limit_won": bad})
        assert refusal(response) == (400, "invalid_request")


def set_limit(sandbox: Sandbox, limit_won: int, line_id: str = "line-1001", **more: Any) -> httpx.Response:
    return sandbox.carrier.put(f"/v1/lines/{line_id}/limit", json={"limit_won": limit_won, **more})


def test_a_limit_that_is_not_the_expected_one_is_left_alone(sandbox: Sandbox) -> None:
    """But for the one that it is to become: then there is nothing to do."""
    assert set_limit(sandbox, 0, expected_won=300_000).json()["limit_won"] == 0
    assert set_limit(sandbox, 0, expected_won=300_000).json()["limit_won"] == 0
    assert refusal(set_limit(sandbox, 50_000, expected_won=300_000)) == (409, "limit_changed")
    assert set_limit(sandbox, 300_000, expected_won=0).json()["limit_won"] == 300_000
    for bad in (-1, "0", True, None):
        assert refusal(set_limit(sandbox, 0, expected_won=bad)) == (400, "invalid_request")


def test_a_change_of_the_limit_is_decided_once_however_late_it_comes_again(sandbox: Sandbox) -> None:
    first: dict[str, Any] = {"expected_won": 300_000, "change_id": "change-1"}
    assert set_limit(sandbox, 0, **first).json()["blocked"]
    set_limit(sandbox, 300_000)
    again = set_limit(sandbox, 0, **first)
    assert (again.status_code, again.json()["limit_won"]) == (200, 300_000)
    assert month(sandbox, "line-1001")["limit_won"] == 300_000


def test_a_refused_change_of_the_limit_stays_refused(sandbox: Sandbox) -> None:
    second: dict[str, Any] = {"expected_won": 100_000, "change_id": "change-2"}
    assert refusal(set_limit(sandbox, 0, **second)) == (409, "limit_changed")
    set_limit(sandbox, 100_000)
    assert refusal(set_limit(sandbox, 0, **second)) == (409, "limit_changed")
    assert month(sandbox, "line-1001")["limit_won"] == 100_000


def test_a_change_id_belongs_to_one_change(sandbox: Sandbox) -> None:
    set_limit(sandbox, 0, change_id="change-3")
    assert refusal(set_limit(sandbox, 1, change_id="change-3")) == (409, "change_conflict")
    assert refusal(set_limit(sandbox, 0, "line-1007", change_id="change-3")) == (409, "change_conflict")
    assert refusal(set_limit(sandbox, 0, change_id="change-3", expected_won=0)) == (409, "change_conflict")
    assert refusal(set_limit(sandbox, 0, "line-9", change_id="change-4")) == (404, "line_not_found")
    for bad in ("", "a b", 7, "x" * 65):
        assert refusal(set_limit(sandbox, 0, change_id=bad)) == (400, "invalid_request")


def test_the_same_change_of_the_limit_from_eight_threads_is_made_once(sandbox: Sandbox) -> None:
    more: dict[str, Any] = {"expected_won": 300_000, "change_id": "change-5"}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: set_limit(sandbox, 0, **more), range(8)))
    assert {(answer.status_code, answer.json()["limit_won"]) for answer in answers} == {(200, 0)}


def test_an_order_is_applied_once(sandbox: Sandbox) -> None:
    first, again = apply(sandbox, "order-1", 50_000), apply(sandbox, "order-1", 50_000)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert month(sandbox, "line-1001")["prepaid_won"] == 50_000
    assert refusal(apply(sandbox, "order-1", 40_000)) == (409, "order_conflict")
    assert refusal(apply(sandbox, "order-1", 50_000, "line-1007")) == (409, "order_conflict")


def test_the_same_order_from_eight_threads_is_applied_once(sandbox: Sandbox) -> None:
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(lambda _: apply(sandbox, "order-1", 50_000).status_code, range(8)))
    assert statuses == [200] * 7 + [201]
    assert month(sandbox, "line-1001")["prepaid_won"] == 50_000


def test_different_orders_at_once_never_exceed_what_was_used(sandbox: Sandbox) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: apply(sandbox, f"order-{n}", 50_000), range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [422] * 5
    assert month(sandbox, "line-1001")["prepaid_won"] == 150_000


def test_refusals_of_a_prepayment(sandbox: Sandbox) -> None:
    assert refusal(apply(sandbox, "order-1", 180_001)) == (422, "exceeds_outstanding")
    assert refusal(apply(sandbox, "order-1", 70_001, "line-1005")) == (422, "exceeds_outstanding")
    assert refusal(apply(sandbox, "order-1", 70_000, "line-1006", previous_month())) == (422, "month_closed")
    assert refusal(apply(sandbox, "order-1", 30_000, "line-9")) == (404, "line_not_found")
    for bad in (0, -1, 30_000.0, "30000", True, None):
        assert refusal(apply(sandbox, "order-1", bad)) == (400, "invalid_request")


def test_revoking_repeats_and_cannot_be_undone(sandbox: Sandbox) -> None:
    apply(sandbox, "order-1", 50_000)
    url = "/v1/lines/line-1001/prepayments/order-1"
    first, again = sandbox.carrier.delete(url), sandbox.carrier.delete(url)
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert month(sandbox, "line-1001")["prepaid_won"] == 0
    assert refusal(apply(sandbox, "order-1", 50_000)) == (409, "prepayment_revoked")
    assert refusal(sandbox.carrier.delete(f"{url}x")) == (404, "prepayment_not_found")
    assert refusal(sandbox.carrier.delete("/v1/lines/line-1007/prepayments/order-1")) == (
        404,
        "prepayment_not_found",
    )


def test_the_month_closes_at_midnight_in_seoul(sandbox: Sandbox) -> None:
    midnight = datetime.fromisoformat(next_month_start())
    apply(sandbox, "early", 30_000)
    sandbox.control("PUT", "clock", {"at": (midnight - timedelta(minutes=1)).isoformat()})
    assert apply(sandbox, "in-time", 30_000).status_code == 201
    sandbox.control("PUT", "clock", {"at": midnight.isoformat()})
    assert refusal(apply(sandbox, "late", 30_000)) == (422, "month_closed")
    assert apply(sandbox, "early", 30_000).status_code == 200
    assert month(sandbox, "line-1001", midnight.strftime("%Y-%m"))["used_won"] == 0


@pytest.mark.parametrize("header", ["", "Bearer wrong", f"PortOne {CARRIER_KEY}"])
def test_the_key_is_needed(sandbox: Sandbox, header: str) -> None:
    response = sandbox.carrier.get("/v1/lines/line-1001", headers={"Authorization": header})
    assert refusal(response) == (401, "unauthorized")

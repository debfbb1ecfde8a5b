"""The carrier's list of prepayments keeps its promises of docs/carrier-api.md."""

from typing import Any

import pytest

from sandbox.carrier import PREPAYMENTS_IN_A_PAGE
from tests.integration.sandbox.harness import ROOT, Sandbox

MAY = {"since": "2026-05-01T00:00:00+09:00", "until": "2026-06-01T00:00:00+09:00"}


@pytest.fixture
def at_noon(sandbox: Sandbox) -> Sandbox:
    """The sandbox on 17 May 2026 at noon."""
    move(sandbox, "2026-05-17T12:00:00+09:00")
    sandbox.control("POST", "reset", {"month": "2026-05"})
    return sandbox


def move(sandbox: Sandbox, at: str) -> None:
    sandbox.control("PUT", "clock", {"at": at})


def apply(sandbox: Sandbox, order_id: str, line_id: str = "line-1001") -> dict[str, Any]:
    path = f"/v1/lines/{line_id}/prepayments/{order_id}"
    answer = sandbox.carrier.put(path, json={"month": "2026-05", "amount_won": 30_000})
    return dict(answer.raise_for_status().json())


def listed(sandbox: Sandbox, **query: Any) -> dict[str, Any]:
    answer = sandbox.carrier.get("/v1/prepayments", params=MAY | query)
    return dict(answer.raise_for_status().json())


def test_prepayments_are_listed_oldest_first_as_they_are_now(at_noon: Sandbox) -> None:
    late = apply(at_noon, "later-by-name")
    move(at_noon, "2026-05-18T12:00:00+09:00")
    apply(at_noon, "earlier-by-name", "line-1004")
    revoked = at_noon.carrier.delete("/v1/lines/line-1004/prepayments/earlier-by-name").json()
    assert listed(at_noon) == {"prepayments": [late, revoked], "page": 1, "next_page": None}
    assert revoked["revoked_at"].startswith("2026-05-18T12:00:")


def test_a_window_takes_its_first_moment_and_not_its_last(at_noon: Sandbox) -> None:
    at = apply(at_noon, "order-1")["applied_at"]
    assert len(listed(at_noon, since=at)["prepayments"]) == 1
    assert listed(at_noon, until=at)["prepayments"] == []
    in_utc = {"since": "2026-05-17T02:59:00Z", "until": "2026-05-17T03:01:00+00:00"}
    assert len(listed(at_noon, **in_utc)["prepayments"]) == 1


def test_taking_back_lists_it_again(at_noon: Sandbox) -> None:
    apply(at_noon, "order-1")
    move(at_noon, "2026-06-03T09:00:00+09:00")
    june = {"since": "2026-06-01T00:00:00+09:00", "until": "2026-07-01T00:00:00+09:00"}
    assert listed(at_noon, **june)["prepayments"] == []
    at_noon.carrier.delete("/v1/lines/line-1001/prepayments/order-1")
    assert [row["order_id"] for row in listed(at_noon, **june)["prepayments"]] == ["order-1"]


def test_what_came_another_way_is_not_listed(at_noon: Sandbox) -> None:
    """The demo customer who prepaid elsewhere has that in her month, and not in this list."""
    month = at_noon.carrier.get("/v1/lines/line-1005/months/2026-05").json()
    assert month["prepaid_won"] == 50_000
    assert listed(at_noon)["prepayments"] == []


def test_pages_follow_each_other(at_noon: Sandbox) -> None:
    lines = at_noon.make_lines(PREPAYMENTS_IN_A_PAGE + 1, used_won=30_000)
    for line in lines:
        apply(at_noon, f"o-{line['line_id']}", line["line_id"])
    first = listed(at_noon)
    assert (first["page"], first["next_page"]) == (1, 2)
    second = listed(at_noon, page=2)
    assert (second["page"], second["next_page"]) == (2, None)
    assert listed(at_noon, page=3) == {"prepayments": [], "page": 3, "next_page": None}
    orders = [row["order_id"] for row in first["prepayments"] + second["prepayments"]]
    assert len(orders) == PREPAYMENTS_IN_A_PAGE + 1
    assert set(orders) == {f"o-{line['line_id']}" for line in lines}


@pytest.mark.parametrize(
    "query",
    [
        {"since": ""},
        {"since": "2026-05-01"},
        {"until": "2026-05-01T00:00:00"},
        {"until": "soon"},
        {"until": "0001-01-01T00:00:00+09:00"},
        {"page": "0"},
        {"page": "-1"},
        {"page": "1.5"},
    ],
)
def test_a_malformed_window_is_refused(sandbox: Sandbox, query: dict[str, str]) -> None:
    answer = sandbox.carrier.get("/v1/prepayments", params=MAY | query)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")


def test_the_key_is_needed(sandbox: Sandbox) -> None:
    answer = sandbox.carrier.get("/v1/prepayments", params=MAY, headers={"Authorization": "Bearer x"})
    assert answer.status_code == 401


def test_the_page_size_is_the_documented_one() -> None:
    text = (ROOT / "docs" / "carrier-api.md").read_text(encoding="utf-8")
    assert f"most {PREPAYMENTS_IN_A_PAGE} to a page" in text

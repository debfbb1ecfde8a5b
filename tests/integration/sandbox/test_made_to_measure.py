"""Lines by the thousand, new charges, and the books that an audit reads."""

import re
from typing import Any

import pytest

from tests.integration.sandbox.harness import Sandbox, new_payment_id


def month_of(sandbox: Sandbox, line_id: str) -> dict[str, Any]:
    now = sandbox.control("GET", "clock")["now"][:7]
    return dict(sandbox.carrier.get(f"/v1/lines/{line_id}/months/{now}").raise_for_status().json())


def test_many_lines_are_made_at_once_and_again(sandbox: Sandbox) -> None:
    first = sandbox.make_lines(2_000, used_won=90_000, limit_won=200_000)
    second = sandbox.make_lines(3, prefix="empty")
    made = first + second
    assert len(made) == 2_003
    for name in ("line_id", "customer_id", "phone_number"):
        assert len({line[name] for line in made}) == 2_003
    assert all(re.fullmatch(r"0101[0-9]{7}", line["phone_number"]) for line in made)
    month = month_of(sandbox, first[-1]["line_id"])
    assert (month["used_won"], month["prepaid_won"], month["limit_won"]) == (90_000, 0, 200_000)
    assert len(month["charges"]) == 1
    assert month_of(sandbox, second[0]["line_id"])["used_won"] == 0


def test_made_lines_are_not_demo_customers(sandbox: Sandbox) -> None:
    before = sandbox.control("GET", "customers")
    sandbox.make_lines(3, used_won=50_000)
    assert sandbox.control("GET", "customers") == before
    sandbox.control("POST", "reset")
    assert sandbox.carrier.get("/v1/lines/bulk-line-1").status_code == 404


def test_charges_lie_in_the_month_of_the_clock(sandbox: Sandbox) -> None:
    sandbox.control("PUT", "clock", {"at": "2031-05-17T12:00:00+09:00"})
    [line] = sandbox.make_lines(used_won=40_000)
    charge = sandbox.charge(line["line_id"], 15_000)
    assert charge["at"].startswith("2031-05-17T12:00:")
    month = sandbox.carrier.get(f"/v1/lines/{line['line_id']}/months/2031-05").json()
    assert month["used_won"] == 55_000


def test_a_customer_buys_again_and_again(sandbox: Sandbox) -> None:
    used = month_of(sandbox, "line-1003")["used_won"]
    assert [sandbox.charge("line-1003", won)["amount_won"] for won in (10_000, 20_000)] == [10_000, 20_000]
    assert month_of(sandbox, "line-1003")["used_won"] == used + 30_000


def test_the_holder_of_a_made_line_can_prove_it(sandbox: Sandbox) -> None:
    [line] = sandbox.make_lines(prefix="shop")
    path = sandbox.open_identity("ivtest0001")
    sandbox.verify_identity(path, line["name"], line["phone_number"])
    assert sandbox.portone.get("/identity-verifications/ivtest0001").json()["status"] == "VERIFIED"


def test_the_books_tell_all_that_moved(sandbox: Sandbox) -> None:
    month = sandbox.control("GET", "clock")["now"][:7]
    paid, refunded, partly = sandbox.paid(50_000), sandbox.paid(40_000), sandbox.paid(30_000)
    unpaid = sandbox.authorise(new_payment_id())["paymentId"]
    sandbox.cancel(refunded)
    sandbox.cancel(partly, amount=10_000)
    body = {"month": month, "amount_won": 30_000}
    for order_id in ("order-1", "order-2"):
        sandbox.carrier.put(f"/v1/lines/line-1001/prepayments/{order_id}", json=body).raise_for_status()
    sandbox.carrier.delete("/v1/lines/line-1001/prepayments/order-2").raise_for_status()
    books = sandbox.books()
    assert unpaid not in books["payments"]
    assert books["payments"] == {
        paid: {"charged_won": 50_000, "charges": 1, "refunded_won": 0, "refunds": 0},
        refunded: {"charged_won": 40_000, "charges": 1, "refunded_won": 40_000, "refunds": 1},
        partly: {"charged_won": 30_000, "charges": 1, "refunded_won": 10_000, "refunds": 1},
    }
    line = {"line_id": "line-1001", "month": month, "amount_won": 30_000}
    assert books["orders"] == {
        "order-1": line | {"applied_won": 30_000, "revoked": False},
        "order-2": line | {"applied_won": 0, "revoked": True},
    }


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("lines", {"count": 0}, 422),
        ("lines", {"count": 100_001}, 422),
        ("lines", {"used_won": -1}, 422),
        ("lines", {"limit_won": 1_000_001}, 422),
        ("lines", {"prefix": "A b"}, 422),
        ("lines", {"lines": 5}, 422),
        ("charges", {"line_id": "line-1001"}, 422),
        ("charges", {"line_id": "line-1001", "amount_won": 0}, 422),
        ("charges", {"line_id": "line-9", "amount_won": 5}, 404),
    ],
)
def test_what_cannot_be_made_is_refused(
    sandbox: Sandbox, path: str, body: dict[str, object], status: int
) -> None:
    assert sandbox.public.post(f"/_sandbox/{path}", json=body).status_code == status

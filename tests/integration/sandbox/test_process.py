"""Starting, controlling, breaking; and what must never be written down."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from sandbox.database import Database
from tests.integration.sandbox.harness import Sandbox, new_payment_id, payment_params, sandbox_environment


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PREPAY_ENVIRONMENT", "live", "PREPAY_ENVIRONMENT is live"),
        ("PREPAY_CARRIER_API_KEY", "", "PREPAY_CARRIER_API_KEY"),
        ("PREPAY_SANDBOX_PORT", "http", "PREPAY_SANDBOX_PORT"),
        ("PREPAY_PORTONE_WEBHOOK_SECRETS", "whsec_!", "PREPAY_PORTONE_WEBHOOK_SECRETS"),
    ],
)
def test_it_refuses_to_start_and_says_why(tmp_path: Path, name: str, value: str, said: str) -> None:
    environment = sandbox_environment(tmp_path, 20_001) | {name: value}
    done = subprocess.run(
        [sys.executable, "-m", "sandbox"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("*.db"))


def test_practice_data_of_another_version_is_thrown_away(tmp_path: Path) -> None:
    """And that of this version is kept."""
    file = tmp_path / "sandbox.db"
    with closing(sqlite3.connect(file)) as old:
        old.execute("CREATE TABLE lines (line_id TEXT PRIMARY KEY)")
        old.execute("CREATE TABLE charges (id TEXT, line_id TEXT NOT NULL REFERENCES lines)")
        old.execute("INSERT INTO lines VALUES ('line-1')")
        old.execute("INSERT INTO charges VALUES ('charge-1', 'line-1')")
        old.commit()
    for months in ([], ["2031-05"]):
        database = Database(file)
        with database.write() as connection:
            found = [row["month"] for row in connection.execute("SELECT month FROM seeded_months")]
            assert connection.execute("SELECT count(*) FROM lines").fetchone()[0] == 0
            connection.execute("INSERT OR IGNORE INTO seeded_months VALUES ('2031-05')")
        database.close()
        assert found == months


def test_no_card_number_is_stored_or_logged(sandbox: Sandbox) -> None:
    """Neither a practice card's nor that of a card somebody typed by mistake, in any spelling."""
    payment_id = sandbox.paid()
    window = sandbox.open_payment(new_payment_id())
    sandbox.send_card(window["path"], "4000 0000 0000 9995")
    mistaken = sandbox.open_payment(new_payment_id())["path"]
    form = {"card_number": "5555-5555-5555-4444", "expiry": "12/49", "password2": "98", "action": "pay"}
    answer = sandbox.public.post(mistaken, data=form)
    assert answer.status_code == 422
    assert "실제 카드 번호는 넣지 마세요" in answer.text
    assert "4444" not in answer.text
    assert (
        sandbox.portone.get(f"/payments/{payment_id}").json()["method"]["card"]["number"]
        == "424242******4242"
    )
    written = b"".join(file.read_bytes() for file in sandbox.directory.iterdir() if file.is_file())
    assert payment_id.encode() in written
    for number in ("4242424242424242", "4000000000009995", "5555555555554444"):
        for separator in ("", " ", "-", "+", "%20"):
            spelled = separator.join(number[i : i + 4] for i in range(0, 16, 4))
            assert spelled.encode() not in written


def test_the_payment_token_is_not_logged_and_pages_are_locked_down(sandbox: Sandbox) -> None:
    result = sandbox.authorise(new_payment_id())
    assert result["paymentToken"] not in (sandbox.directory / "log").read_text()
    page = sandbox.public.get(sandbox.open_payment(new_payment_id())["path"])
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://localhost:8000" in policy
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "연습용(sandbox)" in page.text


def test_text_of_the_shop_cannot_become_markup(sandbox: Sandbox) -> None:
    params = payment_params(new_payment_id(), orderName="<script>alert(1)</script>")
    path = sandbox.public.post("/v2/browser/payments", json=params).json()["path"]
    assert "<script>" not in sandbox.public.get(path).text


def test_card_form_says_what_is_wrong_and_a_second_click_goes_the_same_way(sandbox: Sandbox) -> None:
    path = sandbox.open_payment(new_payment_id())["path"]
    form = {"card_number": "4242 4242 4242 4241", "expiry": "01/20", "password2": "1", "action": "pay"}
    page = sandbox.public.post(path, data=form)
    assert page.status_code == 422
    for said in ("카드 번호를 다시 확인해", "유효기간이 지난", "비밀번호 앞 두 자리"):
        assert said in page.text
    filled = sandbox.public.get(path, params={"card": "decline"}).text
    assert 'value="4000 0000 0000 0002"' in filled
    assert sandbox.send_card(path) == sandbox.send_card(path)
    assert "이미 끝난 결제창" in sandbox.public.get(path).text
    assert sandbox.public.get("/v2/checkout/nobody-knows").status_code == 404


def test_other_processes_read_the_clock_from_its_file(sandbox: Sandbox) -> None:
    moved = sandbox.control("PUT", "clock", {"at": "2030-01-31T23:59:00"})
    assert moved["now"].startswith("2030-01-31T23:59:0")
    assert moved["now"].endswith("+09:00")
    with closing(sqlite3.connect(sandbox.directory / "clock.db")) as connection:
        rows = connection.execute("SELECT id, offset_seconds FROM clock").fetchall()
    assert rows == [(1, moved["offset_seconds"])]
    assert sandbox.control("PUT", "clock", {"offset_seconds": 0})["offset_seconds"] == 0
    for nonsense in ({}, {"at": "soon"}, {"offset_seconds": "1"}, {"offset_seconds": 1e300}):
        assert sandbox.public.put("/_sandbox/clock", json=nonsense).status_code == 422


def test_reset_seeds_the_asked_month(sandbox: Sandbox) -> None:
    payment_id = sandbox.paid()
    customers = sandbox.control("POST", "reset", {"month": "2027-02"})
    assert len(customers) >= 7
    assert set(customers[0]) == {
        "customer_id",
        "name",
        "line_id",
        "phone_number",
        "note",
    }
    assert sandbox.carrier.get("/v1/lines/line-1001/months/2027-02").json()["used_won"] == 180_000
    assert sandbox.raw(payment_id)["attempts"] == []


def test_web_pages_and_foreign_names_cannot_reach_the_controls(sandbox: Sandbox) -> None:
    page = {"Origin": "http://evil.example"}
    assert sandbox.public.post("/_sandbox/reset", headers=page, content=b"{}").status_code == 403
    assert sandbox.public.get("/_sandbox/customers", headers={"Host": "evil.example"}).status_code == 400


def test_it_listens_on_the_loopback_only(sandbox: Sandbox) -> None:
    port = f"{int(sandbox.url.rsplit(':', 1)[1]):04X}"
    listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines() if " 0A " in line]
    assert [address for address in listening if address.endswith(f":{port}")] == [f"0100007F:{port}"]

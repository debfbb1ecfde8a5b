"""``export``: the journal comes back from CSV and beancount as it stands in the ledger."""

from __future__ import annotations

import csv
import io
import stat
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from beancount import loader
from beancount.core import data
from hypothesis import given
from hypothesis import strategies as st

from prepayment.calendar import SEOUL, Month
from prepayment.ledger import Account
from prepayment.orders import State
from prepayment.ports import JournalLine
from prepayment.service.export import BEANCOUNT_ACCOUNTS, COLUMNS, to_beancount, to_csv
from tests.integration.money.shop import NAMES, PHONES
from tests.integration.ops.desk import Desk

MAY = ("--from", "2031-05-01", "--to", "2031-05-31")
LINE = JournalLine(
    order_id="or1",
    payment_id="pp1",
    line_id="line-1001",
    month=Month(2031, 5),
    event_number=5,
    at=datetime(2031, 5, 17, 23, 59, 59, tzinfo=SEOUL),
    target=State.PAID,
    cause="payment_read",
    actor="customer",
    account=Account.CUSTOMER,
    amount_won=-50_000,
)
PAIR = (LINE, replace(LINE, account=Account.GATEWAY, amount_won=50_000))


def rows(text: str) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def transactions(text: str) -> list[data.Transaction]:
    """The transactions of a beancount file that must be without fault."""
    entries, errors, _ = loader.load_string(text)
    assert errors == []
    return [entry for entry in entries if isinstance(entry, data.Transaction)]


def won_of(posting: data.Posting) -> int:
    """The sum of a beancount posting."""
    assert posting.units is not None
    assert posting.units.currency == "KRW"
    assert posting.units.number is not None
    assert posting.units.number % 1 == 0
    return int(posting.units.number)


def busy_month(desk: Desk) -> None:
    """One prepayment that stayed, and one that was given back."""
    desk.applied()
    given_back = desk.applied(amount_won=60_000)
    desk.shop.app.cancelling.cancel(given_back.id, reason="asked for", actor="operator:minsu")
    desk.shop.work()
    assert desk.shop.state(given_back) is State.CANCELLED


def test_csv_holds_every_posting_of_the_ledger(desk: Desk) -> None:
    busy_month(desk)
    found = rows(desk.done("export", *MAY, "--format", "csv"))
    with desk.shop.app.database(write=False) as unit:
        journal = list(unit.books.journal(Month(2031, 5).start, Month(2031, 5).end))
        totals = unit.books.totals()
    assert [
        (row["order_id"], int(row["event"]), row["account"], int(row["amount_won"])) for row in found
    ] == [(line.order_id, line.event_number, line.account, line.amount_won) for line in journal]
    sums: Counter[str] = Counter()
    for row in found:
        sums[row["account"]] += int(row["amount_won"])
    assert dict(sums) == dict(totals)
    assert list(found[0]) == list(COLUMNS)
    assert [datetime.fromisoformat(row["at"]) for row in found] == [line.at for line in journal]
    assert {row["at"][-6:] for row in found} == {"+09:00"}
    assert {row["actor"] for row in found} == {"customer", "worker", "operator:minsu"}


def test_beancount_takes_it_without_a_fault_and_comes_to_the_same_balances(desk: Desk) -> None:
    busy_month(desk)
    found = transactions(desk.done("export", *MAY, "--format", "beancount"))
    sums: Counter[str] = Counter()
    for entry in found:
        for posting in entry.postings:
            sums[posting.account] += won_of(posting)
    with desk.shop.app.database(write=False) as unit:
        totals = unit.books.totals()
    assert dict(sums) == {BEANCOUNT_ACCOUNTS[Account(name)]: won for name, won in totals.items()}
    assert {sum(won_of(posting) for posting in entry.postings) for entry in found} == {0}
    assert [entry.payee for entry in found] == [
        "paid",
        "applied",
        "paid",
        "applied",
        "cancelling",
        "cancelled",
    ]
    assert found[-2].meta["actor"] == "operator:minsu"
    assert {entry.date for entry in found} == {date(2031, 5, 17)}


@pytest.mark.parametrize("format_", ["csv", "beancount"])
def test_an_export_holds_no_personal_data(desk: Desk, format_: str) -> None:
    order = desk.applied()
    desk.done("cancel", order.id, "--reason", "김민지 called", "--yes", "--as", "minsu")
    text = desk.done("export", *MAY, "--format", format_)
    assert order.payment_id in text
    secret = [order.checkout_token, order.customer_id + ",", "called", *NAMES.values(), *PHONES.values()]
    assert [word for word in secret if word in text] == []


def test_days_are_seouls(desk: Desk) -> None:
    """The first is still the 16th in London."""
    desk.shop.set_clock(datetime(2031, 5, 17, 0, 0, 5, tzinfo=SEOUL))
    desk.applied()
    one_day = [("--from", day, "--to", day) for day in ("2031-05-16", "2031-05-17", "2031-05-18")]
    assert [len(rows(desk.done("export", *days, "--format", "csv"))) for days in one_day] == [0, 4, 0]


@pytest.mark.parametrize("format_", ["csv", "beancount"])
def test_days_without_a_movement_make_a_file_without_a_posting(desk: Desk, format_: str) -> None:
    text = desk.done("export", *MAY, "--format", format_)
    assert (rows(text) if format_ == "csv" else transactions(text)) == []


def test_a_file_is_made_whole_for_its_owner_and_never_written_over(desk: Desk) -> None:
    busy_month(desk)
    out = desk.directory / "may.csv"
    assert desk.done("export", *MAY, "--format", "csv", "--out", out) == ""
    assert len(rows(out.read_text())) == 12
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    out.write_text("mine")
    assert "is there already" in desk.refused("export", *MAY, "--format", "csv", "--out", out)
    assert out.read_text() == "mine"
    assert sorted(path.name for path in desk.directory.iterdir()) == ["may.csv"]


def test_a_file_that_cannot_be_written_is_refused(desk: Desk) -> None:
    out = desk.directory / "nowhere" / "may.csv"
    assert "cannot be written" in desk.refused("export", *MAY, "--format", "csv", "--out", out)


def test_an_export_that_fails_leaves_no_file(desk: Desk) -> None:
    out = desk.directory / "may.csv"
    wrong = ("--from", "2031-05-31", "--to", "2031-05-01")
    assert "is before" in desk.refused("export", *wrong, "--format", "csv", "--out", out)
    assert list(desk.directory.iterdir()) == []


def test_for_excel_the_csv_begins_with_a_byte_order_mark(desk: Desk) -> None:
    desk.applied()
    text = desk.done("export", *MAY, "--format", "csv", "--excel")
    assert text.startswith("\ufefforder_id,")
    assert len(rows(text.removeprefix("\ufeff"))) == 4
    assert "--excel" in desk.refused("export", *MAY, "--format", "beancount", "--excel")


def test_who_stops_reading_sees_no_traceback(desk: Desk, tmp_path: Path) -> None:
    desk.applied()
    process = desk.start("export", *MAY, "--format", "csv")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(timeout=60) in {0, 1}


# -- what texts can do to a file


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_comes_back_from_csv_and_is_never_a_formula(cause: str, actor: str) -> None:
    lines = [replace(line, cause=cause, actor=actor) for line in PAIR]
    for row in rows("".join(to_csv(lines))):
        for cell, text in ((row["cause"], cause), (row["actor"], actor)):
            assert cell in {text, f"'{text}"}
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
        assert int(row["amount_won"]) in {-50_000, 50_000}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    (row,) = rows("".join(to_csv([replace(LINE, line_id=text)])))
    assert row["line_id"] == f"'{text}"


@pytest.mark.parametrize(
    "text", ['quote " here', "back \\ slash", '\\"', "line\nbreak", "; no comment", "한글 \x1b[2J", ""]
)
def test_beancount_takes_any_text(text: str) -> None:
    lines = [replace(line, cause=text, actor=text, line_id=text) for line in PAIR]
    (entry,) = transactions("".join(to_beancount(lines, date(2031, 5, 1), date(2031, 5, 31))))
    shown = "".join(character if character.isprintable() else " " for character in text)
    assert (entry.narration, entry.meta["actor"], entry.meta["line"]) == (shown, shown, shown)


def test_entries_of_the_same_moment_stay_apart() -> None:
    other = [replace(line, order_id="or2") for line in PAIR]
    found = transactions("".join(to_beancount([*PAIR, *other], date(2031, 5, 1), date(2031, 5, 31))))
    assert [entry.meta["order"] for entry in found] == ["or1", "or2"]


def test_the_checker_of_beancount_itself_agrees(tmp_path: Path) -> None:
    """As an accountant runs it."""
    file = tmp_path / "may.beancount"
    file.write_text("".join(to_beancount(PAIR, date(2031, 5, 1), date(2031, 5, 31))))
    checked = subprocess.run(
        [sys.executable, "-m", "beancount.scripts.check", "--no-cache", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")

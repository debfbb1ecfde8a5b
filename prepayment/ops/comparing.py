"""``reconcile`` and ``reports``: the books of PortOne, the ledger and the carrier, compared by the day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final

import typer

from prepayment.calendar import SEOUL
from prepayment.ops.asking import Json
from prepayment.ops.days import day_named, end_of
from prepayment.ops.output import say, say_json, say_pairs, say_table, seoul, won
from prepayment.ops.refusals import NEEDS_ATTENTION, Refusal
from prepayment.ops.session import opened
from prepayment.service.reconciliation import DAILY_NOT_BEFORE

_LISTED_DAYS: Final = 14


def reconcile(
    day: Annotated[str, typer.Argument(help="YYYY-MM-DD in Seoul, or yesterday.")], as_json: Json = False
) -> None:
    """Compare a day's books and keep the report. Exit code 1 when they differ."""
    with opened() as app:
        now = app.clock.now()
        compared = day_named(day, now)
        _refuse_unripe(compared, now)
        report = app.reconciliation.run_day(compared).as_json()
    if as_json:
        say_json({"day": compared.isoformat(), **report})
    else:
        _say_report(compared, report)
    if report["differences"]:
        raise typer.Exit(NEEDS_ATTENTION)


def reports(
    day: Annotated[str | None, typer.Argument(help="YYYY-MM-DD in Seoul, or yesterday.")] = None,
    as_json: Json = False,
) -> None:
    """Show the kept report of a day, or what the last two weeks' reports come to."""
    with opened() as app:
        now = app.clock.now()
        newest = day_named("yesterday" if day is None else day, now)
        days = [newest - timedelta(days=back) for back in range(_LISTED_DAYS if day is None else 1)]
        with app.database(write=False) as unit:
            kept = {one: unit.jobs.report(one) for one in days}
    if as_json:
        say_json([{"day": one.isoformat(), **report} for one, report in kept.items() if report])
    elif day is None:
        _say_reports(kept)
    elif (report := kept[newest]) is None:
        say(f"There is no report of {newest}.")
    else:
        _say_report(newest, report)


def _refuse_unripe(day: date, now: datetime) -> None:
    # Its report would stand for the whole day, and keep the worker from comparing it when it is over.
    from_when = datetime.combine(end_of(day), DAILY_NOT_BEFORE, SEOUL)
    if now < from_when:
        raise Refusal(
            f"{day} can be compared from {seoul(from_when)} on, when what was under way at its end has come to rest."
        )


def _say_report(day: date, report: Mapping[str, Any]) -> None:
    say(f"The books of {day} (Seoul)", title=True)
    say_pairs(
        [
            ("payments at PortOne", report["payments"]),
            ("charged", won(report["charged_won"])),
            ("refunded", won(report["refunded_won"])),
            ("bookings at the carrier", report["bookings"]),
            ("booked now", won(report["booked_at_carrier_won"])),
            ("orders compared", report["orders"]),
            ("healed by reading", ", ".join(report["healed"]) or "none"),
            ("under way", ", ".join(report["under_way"]) or "none"),
            ("in review", ", ".join(report["in_review"]) or "none"),
            *((f"whole ledger, {account}", won(total)) for account, total in report["ledger_won"].items()),
        ]
    )
    if not report["differences"]:
        say("No differences.")
        return
    say()
    say_table(
        ("difference", "about", "expected", "found"),
        [
            (found["kind"], found["subject"], won(found["expected_won"]), won(found["found_won"]))
            for found in report["differences"]
        ],
        whole=("about",),
        sums=("expected", "found"),
    )


def _say_reports(kept: Mapping[date, Mapping[str, Any] | None]) -> None:
    say_table(
        ("day", "orders", "charged", "refunded", "in review", "differences"),
        [
            (day, "no report", "", "", "", "")
            if report is None
            else (
                day,
                report["orders"],
                won(report["charged_won"]),
                won(report["refunded_won"]),
                len(report["in_review"]),
                len(report["differences"]),
            )
            for day, report in kept.items()
        ],
        whole=("day",),
        sums=("charged", "refunded"),
    )

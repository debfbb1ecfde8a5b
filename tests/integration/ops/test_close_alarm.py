"""``close-alarm``: a difference that a person has explained no longer stands against new orders."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from prepayment.adapters.sql.tables import alarms
from prepayment.alarms import AlarmKind
from prepayment.errors import PrepaymentsPaused
from tests.integration.ops.desk import Desk

WHY = ("--reason", "paid by hand, seen at 1234-5678", "--yes", "--as", "minsu")


def differ(desk: Desk, *subjects: str, kind: AlarmKind = AlarmKind.DIFFERENCE) -> None:
    """Let the books differ about these."""
    with desk.shop.app.database() as unit:
        for subject in subjects:
            unit.alarms.add(kind, subject, "0 won expected, 50,000 won found")
        unit.commit()


def test_it_is_recorded_who_closed_it_and_why(desk: Desk) -> None:
    differ(desk, "portone:pp1", "portone:pp2")
    printed = desk.done("close-alarm", "difference", "portone:pp1", *WHY)
    assert "0 won expected, 50,000 won found" in printed
    assert [alarm["subject"] for alarm in desk.read("alarms")] == ["portone:pp2"]
    with desk.shop.app.database.engine.connect() as connection:
        row = connection.execute(sa.select(alarms).where(alarms.c.subject == "portone:pp1")).one()
    assert (row.closed_by, row.closed_reason) == ("operator:minsu", "paid by hand, seen at ***")
    assert row.closed_at is not None


def test_new_orders_are_taken_again_when_enough_are_closed(desk: Desk) -> None:
    subjects = [f"portone:pp{number}" for number in range(desk.shop.settings.pause_at_differences)]
    differ(desk, *subjects)
    with pytest.raises(PrepaymentsPaused):
        desk.shop.open_order()
    desk.done("close-alarm", "difference", subjects[0], *WHY)
    assert desk.shop.open_order().amount_won == 50_000


@pytest.mark.parametrize("kind", ["review", "given_back", "failing"])
def test_an_alarm_that_ends_by_itself_is_not_closed_by_hand(desk: Desk, kind: str) -> None:
    differ(desk, "or1", kind=AlarmKind(kind))
    assert "not closed by hand" in desk.refused("close-alarm", kind, "or1", *WHY)
    assert len(desk.read("alarms")) == 1


def test_what_is_not_open_or_not_confirmed_is_refused(desk: Desk) -> None:
    differ(desk, "portone:pp1")
    assert "`alarms` lists them" in desk.refused("close-alarm", "difference", "portone:pp", *WHY)
    assert "--yes" in desk.refused("close-alarm", "difference", "portone:pp1", "--reason", "r")
    assert len(desk.read("alarms")) == 1

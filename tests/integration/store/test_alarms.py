"""Alarms: one open for each subject, sent once, ended when what they are about is settled."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from prepayment.adapters.sql.engine import SqlDatabase
from prepayment.adapters.sql.tables import alarms
from prepayment.alarms import AlarmKind
from prepayment.orders import State
from prepayment.ports import Alarm
from tests.integration.store.at_once import at_once
from tests.integration.store.building import PATH_TO_APPLIED, rows, step, stored_order, walk

LEASE = timedelta(seconds=60)


def add(database: SqlDatabase, subject: str = "or1", text: str = "look") -> None:
    with database() as unit:
        unit.alarms.add(AlarmKind.DIFFERENCE, subject, text)
        unit.commit()


def opened(database: SqlDatabase) -> list[tuple[AlarmKind, str]]:
    with database() as unit:
        return [(alarm.kind, alarm.subject) for alarm in unit.alarms.open()]


def claim(database: SqlDatabase, *, after: timedelta = timedelta()) -> Alarm | None:
    now = datetime.now(UTC) + after
    with database() as unit:
        alarm = unit.alarms.claim(now, now + LEASE)
        unit.commit()
    return alarm


def test_what_many_notice_at_once_is_one_alarm(database: SqlDatabase) -> None:
    at_once(8, lambda _: add(database))
    assert opened(database) == [(AlarmKind.DIFFERENCE, "or1")]


def test_an_alarm_that_was_ended_can_be_raised_again(database: SqlDatabase) -> None:
    add(database)
    with database() as unit:
        assert unit.alarms.close(AlarmKind.DIFFERENCE, "or1")
        assert not unit.alarms.close(AlarmKind.DIFFERENCE, "or1")
        unit.commit()
    assert opened(database) == []
    add(database)
    assert len(rows(database, alarms)) == 2
    with database() as unit:
        assert unit.alarms.count_open(AlarmKind.DIFFERENCE) == 1
        assert unit.alarms.count_open(AlarmKind.REVIEW) == 0


def test_an_alarm_is_sent_by_one_of_several_workers_and_once(database: SqlDatabase) -> None:
    add(database)
    taken = [alarm for alarm in at_once(4, lambda _: claim(database)) if alarm is not None]
    assert [alarm.text for alarm in taken] == ["look"]
    assert claim(database, after=LEASE * 2) is not None  # nobody said that it was sent
    with database() as unit:
        unit.alarms.done(taken[0], "sent")
        unit.commit()
    assert claim(database, after=LEASE * 9) is None
    assert opened(database) == [(AlarmKind.DIFFERENCE, "or1")]


def test_an_order_that_goes_to_review_raises_an_alarm_until_somebody_decides(database: SqlDatabase) -> None:
    order = walk(database, stored_order(database), *PATH_TO_APPLIED, State.REVIEW)
    assert opened(database) == [(AlarmKind.REVIEW, order.id)]
    with database() as unit:
        unit.orders.move(
            order, State.CANCELLING, at=datetime.now(UTC), cause="decided:refund", actor="operator:kim"
        )
        unit.commit()
    assert opened(database) == []


def test_money_that_goes_back_unasked_raises_an_alarm_until_it_is_back(database: SqlDatabase) -> None:
    order = walk(database, stored_order(database), *PATH_TO_APPLIED[:4], State.CANCELLING)
    assert opened(database) == [(AlarmKind.GIVEN_BACK, order.id)]
    step(database, order, State.CANCELLED)
    assert opened(database) == []
    told = claim(database)
    assert told is not None
    assert told.subject == order.id  # however quickly it was over


def test_a_decision_ends_every_alarm_of_the_order(database: SqlDatabase) -> None:
    order = walk(database, stored_order(database), *PATH_TO_APPLIED[:4], State.CANCELLING, State.REVIEW)
    assert len(opened(database)) == 2
    step(database, order, State.CANCELLED)
    assert opened(database) == []


def test_money_that_an_operator_gives_back_raises_none(database: SqlDatabase) -> None:
    order = walk(database, stored_order(database), *PATH_TO_APPLIED)
    with database() as unit:
        unit.orders.move(order, State.CANCELLING, at=datetime.now(UTC), cause="asked", actor="operator:kim")
        unit.commit()
    assert opened(database) == []


@pytest.mark.parametrize("number", [1, 8])
def test_a_job_is_done_by_one_worker_each_time_it_is_due(database: SqlDatabase, number: int) -> None:
    def take(_: int, *, next_due: timedelta = LEASE) -> bool:
        with database() as unit:
            mine = unit.jobs.claim("reconcile", datetime.now(UTC) + next_due)
            unit.commit()
        return mine

    assert sorted(at_once(number, take)) == [False] * (number - 1) + [True]
    assert not take(0)
    with database() as unit:
        assert unit.jobs.claim("another", datetime.now(UTC) - LEASE)
        unit.commit()
    with database() as unit:
        assert unit.jobs.claim("another", datetime.now(UTC) + LEASE)  # due again
        unit.commit()


def test_the_newest_report_of_a_day_is_kept(database: SqlDatabase) -> None:
    day = date(2031, 5, 31)
    with database() as unit:
        assert (unit.jobs.is_reconciled(day), unit.jobs.report(day)) == (False, None)
        for orders in (1, 2):
            unit.jobs.save_report(day, {"orders": orders})
        unit.commit()
    with database() as unit:
        assert (unit.jobs.is_reconciled(day), unit.jobs.report(day)) == (True, {"orders": 2})

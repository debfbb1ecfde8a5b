"""Moments come back aware and equal, whatever zone they were written in."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prepayment.adapters.sql.engine import SqlDatabase
from prepayment.calendar import SEOUL, Month
from tests.integration.store.building import new_order, stored_order

ZONES = st.sampled_from(
    [UTC, SEOUL, timezone(timedelta(hours=-11)), timezone(timedelta(hours=5, minutes=45))]
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moment=st.datetimes(datetime(2000, 1, 2), datetime(2200, 1, 1), timezones=ZONES),  # noqa: DTZ001
)
def test_a_stored_moment_comes_back_aware_and_equal(database: SqlDatabase, moment: datetime) -> None:
    order = stored_order(database, f"line-{uuid.uuid4()}", created_at=moment, verified_at=moment)
    with database() as unit:
        stored = unit.orders.get(order.id)
    assert stored.created_at.tzinfo is UTC
    assert stored.created_at == stored.verified_at == moment
    assert Month.of(stored.created_at) == Month.of(moment)


def test_a_moment_that_is_not_set_stays_unset(database: SqlDatabase) -> None:
    order = stored_order(database)
    with database() as unit:
        assert unit.orders.get(order.id).verified_at is None


def test_a_moment_without_a_zone_is_refused(database: SqlDatabase) -> None:
    naive = datetime.now(UTC).replace(tzinfo=None)
    with database() as unit, pytest.raises(sa.exc.StatementError, match="time zone"):
        unit.orders.add(new_order(created_at=naive), cause="quoted", actor="customer")


def test_deadlines_are_compared_as_moments_and_not_as_texts(database: SqlDatabase) -> None:
    """Nine in the morning in Seoul is midnight in UTC, which a comparison of written times would get wrong."""
    nine = datetime(2026, 11, 10, 9, 0, tzinfo=SEOUL)
    order = stored_order(database, expires_at=nine)
    machine_now = datetime.now(UTC)
    before, at = datetime(2026, 11, 9, 23, 59, 59, tzinfo=UTC), datetime(2026, 11, 10, tzinfo=UTC)
    with database() as unit:
        assert unit.orders.claim_sweep(before, {}, machine_now, machine_now) is None
        sweep = unit.orders.claim_sweep(at, {}, machine_now, machine_now)
        assert sweep is not None
        assert sweep.order.id == order.id

"""How long is waited before what failed is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from prepayment.service.backoff import Failures, backoff
from prepayment.service.conversations import RETRY_AT_LATEST

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_the_wait_doubles_up_to_five_minutes() -> None:
    assert [backoff(attempts).total_seconds() for attempts in (1, 2, 3, 9, 10, 100)] == [
        1,
        2,
        4,
        256,
        300,
        300,
    ]


def test_a_customer_in_the_chat_does_not_wait_minutes_for_the_next_try() -> None:
    failures = Failures(longest=RETRY_AT_LATEST)
    for _ in range(20):
        failures.failed("cv1", NOON)
    assert not failures.is_due("cv1", NOON + timedelta(seconds=9))
    assert failures.is_due("cv1", NOON + timedelta(seconds=10))


def test_what_succeeded_begins_anew() -> None:
    failures = Failures()
    for _ in range(20):
        failures.failed("cv1", NOON)
    failures.succeeded("cv1")
    assert failures.is_due("cv1", NOON)
    assert failures.failed("cv1", NOON) == 1
    assert failures.is_due("cv1", NOON + timedelta(seconds=1))

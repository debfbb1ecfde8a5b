"""The lease on a conversation's turn: one holder at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from prepayment.adapters.sql.engine import SqlDatabase
from tests.integration.store.at_once import at_once
from tests.integration.store.building import stored_conversation

NOW = datetime(2026, 11, 10, 3, 0, tzinfo=UTC)
UNTIL = NOW + timedelta(seconds=60)


@pytest.fixture
def conversation(database: SqlDatabase) -> str:
    return stored_conversation(database)


def take(
    database: SqlDatabase, conversation: str, holder: str, *, now: datetime = NOW, until: datetime = UNTIL
) -> bool:
    with database() as unit:
        taken = unit.conversations.take_turn(conversation, holder, until, now)
        unit.commit()
    return taken


def give(database: SqlDatabase, conversation: str, holder: str) -> None:
    with database() as unit:
        unit.conversations.give_turn(conversation, holder)
        unit.commit()


def test_of_many_who_want_the_turn_exactly_one_gets_it(database: SqlDatabase, conversation: str) -> None:
    assert sorted(at_once(8, lambda index: take(database, conversation, f"holder-{index}"))) == [
        False
    ] * 7 + [True]


def test_the_turn_is_free_again_once_it_is_given_back(database: SqlDatabase, conversation: str) -> None:
    assert take(database, conversation, "a")
    assert not take(database, conversation, "b")
    give(database, conversation, "a")
    assert take(database, conversation, "b")


def test_a_turn_ends_at_its_time_and_not_before(database: SqlDatabase, conversation: str) -> None:
    assert take(database, conversation, "dead")
    assert not take(database, conversation, "b", now=UNTIL - timedelta(microseconds=1))
    assert take(database, conversation, "b", now=UNTIL, until=UNTIL + timedelta(seconds=60))
    assert not take(database, conversation, "c", now=UNTIL + timedelta(seconds=59))


def test_who_does_not_hold_the_turn_cannot_give_it(database: SqlDatabase, conversation: str) -> None:
    """One whose lease ended must not end the next one's."""
    assert take(database, conversation, "a")
    give(database, conversation, "b")
    assert not take(database, conversation, "b")


def test_turns_of_different_conversations_are_independent(database: SqlDatabase, conversation: str) -> None:
    assert take(database, conversation, "a")
    assert take(database, stored_conversation(database), "b")


def test_nobody_gets_the_turn_of_a_conversation_that_is_not_there(database: SqlDatabase) -> None:
    assert not take(database, "nothing", "a")

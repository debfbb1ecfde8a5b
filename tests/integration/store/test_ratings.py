"""What customers think of their conversations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from prepayment.adapters.sql.engine import SqlDatabase
from prepayment.ports import Opinion, Reply
from tests.integration.store.at_once import at_once
from tests.integration.store.building import stored_conversation


def _rate(database: SqlDatabase, conversation: str, opinion: Opinion) -> None:
    with database() as unit:
        unit.ratings.put(conversation, opinion)
        unit.commit()


def test_the_newest_opinion_stands_with_how_far_the_conversation_had_gone(database: SqlDatabase) -> None:
    conversation = stored_conversation(database)
    before = datetime.now(UTC) - timedelta(minutes=1)
    _rate(database, conversation, Opinion.UP)
    with database() as unit:
        unit.conversations.add_replies(conversation, [Reply("하나"), Reply("둘")])
        unit.commit()
    _rate(database, conversation, Opinion.DOWN)
    with database(write=False) as unit:
        assert unit.ratings.get(conversation) is Opinion.DOWN
        (rating,) = unit.ratings.between(before, before + timedelta(minutes=5))
        assert unit.ratings.between(before - timedelta(days=1), before) == []
    assert (rating.conversation_id, rating.opinion, rating.seq) == (conversation, Opinion.DOWN, 2)


def test_a_conversation_that_nobody_rated_has_no_opinion(database: SqlDatabase) -> None:
    conversation = stored_conversation(database)
    with database(write=False) as unit:
        assert unit.ratings.get(conversation) is None


def test_two_tabs_that_rate_at_once_leave_one_opinion(database: SqlDatabase) -> None:
    conversation = stored_conversation(database)
    opinions = [Opinion.UP, Opinion.DOWN] * 4
    at_once(len(opinions), lambda index: _rate(database, conversation, opinions[index]))
    now = datetime.now(UTC)
    with database(write=False) as unit:
        assert len(unit.ratings.between(now - timedelta(minutes=5), now + timedelta(minutes=5))) == 1

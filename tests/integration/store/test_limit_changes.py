"""Changes of limits in the database: one in force a line, steps by compare-and-set, worked off like the outbox."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from prepayment.adapters.sql.engine import SqlDatabase
from prepayment.errors import TransitionConflict, TransitionNotAllowed
from prepayment.limit_changes import ChangeKind, ChangeState, LimitChange
from prepayment.limit_errors import LimitChangeNotFound
from tests.integration.store.at_once import at_once
from tests.integration.store.building import stored_conversation

NOW = datetime(2031, 5, 17, 3, 0, tzinfo=UTC)


def new_change(conversation_id: str, line_id: str = "line-1") -> LimitChange:
    return LimitChange(
        id=f"lc{uuid.uuid4().hex}",
        line_id=line_id,
        conversation_id=conversation_id,
        customer_id="minji",
        kind=ChangeKind.BLOCK,
        state=ChangeState.REQUESTED,
        limit_before_won=300_000,
        limit_after_won=0,
        created_at=NOW,
        updated_at=NOW,
    )


def add(database: SqlDatabase, change: LimitChange, due_at: datetime = NOW) -> bool:
    with database() as unit:
        added = unit.limit_changes.add(change, due_at=due_at, cause="customer_said_yes", actor="customer")
        unit.commit()
    return added


def move(database: SqlDatabase, change: LimitChange, target: ChangeState) -> LimitChange:
    with database() as unit:
        moved = unit.limit_changes.move(change, target, at=NOW, cause="test", actor="customer")
        unit.commit()
    return moved


def test_a_change_is_read_as_it_was_written(database: SqlDatabase) -> None:
    change = new_change(stored_conversation(database))
    assert add(database, change)
    with database(write=False) as unit:
        assert unit.limit_changes.get(change.id) == change
        assert unit.limit_changes.in_force("line-1") == change
        assert unit.limit_changes.last_done("line-1") is None
        with pytest.raises(LimitChangeNotFound):
            unit.limit_changes.get("lc-of-nobody")


def test_a_line_has_one_change_in_force_whoever_asks_at_the_same_moment(database: SqlDatabase) -> None:
    conversation_id = stored_conversation(database)
    added = at_once(4, lambda _: add(database, new_change(conversation_id)))
    assert sorted(added) == [False, False, False, True]
    assert add(database, new_change(conversation_id, "line-2"))


@pytest.mark.parametrize("state", [ChangeState.DONE, ChangeState.REFUSED])
def test_after_the_outcome_there_can_be_another(database: SqlDatabase, state: ChangeState) -> None:
    conversation_id = stored_conversation(database)
    first = new_change(conversation_id)
    add(database, first)
    unknown = move(database, first, ChangeState.UNKNOWN)
    assert not add(database, new_change(conversation_id))
    move(database, unknown, state)
    assert add(database, new_change(conversation_id))


def test_of_two_steps_from_the_same_reading_one_counts(database: SqlDatabase) -> None:
    change = new_change(stored_conversation(database))
    add(database, change)
    done = move(database, change, ChangeState.DONE)
    with pytest.raises(TransitionConflict):
        move(database, change, ChangeState.UNKNOWN)
    with pytest.raises(TransitionNotAllowed):
        move(database, done, ChangeState.UNKNOWN)
    with database(write=False) as unit:
        events = unit.limit_changes.events(change.id)
        assert unit.limit_changes.last_done("line-1") == done
    assert [(event.number, event.source, event.target) for event in events] == [
        (1, None, ChangeState.REQUESTED),
        (2, ChangeState.REQUESTED, ChangeState.DONE),
    ]


def test_the_database_itself_refuses_a_second_one_in_force(database: SqlDatabase) -> None:
    """Even when the code that asks first is left out."""
    conversation_id = stored_conversation(database)
    first = new_change(conversation_id)
    add(database, first)
    move(database, first, ChangeState.DONE)
    add(database, new_change(conversation_id))
    with database.engine.connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(
            sa.text("UPDATE limit_changes SET state = 'unknown' WHERE id = :id"), {"id": first.id}
        )


def test_one_worker_at_a_time_finds_out_and_none_once_it_is_settled(database: SqlDatabase) -> None:
    change = new_change(stored_conversation(database))
    add(database, change, due_at=NOW + timedelta(seconds=15))
    later = NOW + timedelta(seconds=20)
    with database() as unit:
        assert unit.limit_changes.claim(NOW, NOW + timedelta(minutes=1)) is None
        claimed = unit.limit_changes.claim(later, later + timedelta(minutes=1))
        assert claimed is not None
        assert (claimed.change, claimed.attempts) == (change, 1)
        assert unit.limit_changes.claim(later, later + timedelta(minutes=1)) is None
        unit.limit_changes.retry(claimed, later, "OutcomeUnknown")
        again = unit.limit_changes.claim(later, later + timedelta(minutes=1))
        assert again is not None
        assert again.attempts == 2
        unit.commit()
    move(database, change, ChangeState.DONE)
    with database() as unit:
        # Settled by another meanwhile: nothing puts it back on the list.
        unit.limit_changes.retry(again, later, "OutcomeUnknown")
        assert unit.limit_changes.claim(later + timedelta(days=1), later + timedelta(days=2)) is None
        unit.limit_changes.done(again, "already done")
        (record,) = unit.limit_changes.recent("line-1")
        assert (record.attempts, record.outcome, record.due_at) == (2, "already done", None)

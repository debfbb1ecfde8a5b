"""The accounts of the staff."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from prepayment.adapters.sql.engine import SqlDatabase
from prepayment.ports.staff import StaffEventKind, StaffMember
from tests.integration.store.at_once import at_once


def member(staff_id: str = "hana") -> StaffMember:
    return StaffMember(staff_id, "이하나", True, datetime.now(UTC), "scrypt$1$2$3$salt$key")


def stored(database: SqlDatabase, staff_id: str = "hana") -> StaffMember:
    with database() as unit:
        assert unit.staff.add(member(staff_id))
        unit.commit()
    with database(write=False) as unit:
        found = unit.staff.get(staff_id)
    assert found is not None
    return found


def test_an_account_is_kept_as_it_was_made(database: SqlDatabase) -> None:
    found = stored(database)
    assert found == replace(member(), created_at=found.created_at)
    assert "scrypt" not in repr(found)
    stored(database, "duri")
    with database(write=False) as unit:
        assert [one.id for one in unit.staff.all()] == ["duri", "hana"]
        assert unit.staff.get("nobody") is None


def test_of_two_who_make_the_same_account_at_once_one_does(database: SqlDatabase) -> None:
    def add(_: int) -> bool:
        with database() as unit:
            added = unit.staff.add(member())
            unit.commit()
        return added

    assert sorted(at_once(2, add)) == [False, True]


def test_only_what_is_given_changes(database: SqlDatabase) -> None:
    before = stored(database)
    with database() as unit:
        assert unit.staff.change("hana", active=False) == replace(before, active=False)
        assert unit.staff.change("hana", password="new", ends_sessions=True) == replace(
            before, active=False, password="new", generation=2
        )
        assert unit.staff.change("nobody", active=True) is None


def test_sessions_ended_by_two_at_once_are_ended_twice(database: SqlDatabase) -> None:
    stored(database)

    def end(_: int) -> None:
        with database() as unit:
            unit.staff.change("hana", ends_sessions=True)
            unit.commit()

    at_once(2, end)
    with database(write=False) as unit:
        found = unit.staff.get("hana")
    assert found is not None
    assert found.generation == 3


def test_what_was_done_with_an_account_is_told_newest_first(database: SqlDatabase) -> None:
    stored(database)
    stored(database, "duri")
    with database() as unit:
        unit.staff.note("hana", StaffEventKind.ADDED, actor="operator:mina")
        unit.staff.note("duri", StaffEventKind.ADDED, actor="operator:mina")
        unit.staff.note("hana", StaffEventKind.TICKET_SHOWN, actor="hana", subject="1024")
        unit.commit()
    with database(write=False) as unit:
        events = unit.staff.events("hana")
    assert [(one.kind, one.actor, one.subject) for one in events] == [
        ("ticket_shown", "hana", "1024"),
        ("added", "operator:mina", ""),
    ]

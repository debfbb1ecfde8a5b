"""``limits``: what was blocked and unblocked from the chat, and what still has no outcome."""

from __future__ import annotations

from prepayment.limit_changes import LimitChange
from prepayment.ports import Customer
from tests.integration.money.shop import MINJI, YUNA
from tests.integration.ops.desk import Desk


def _blocked(desk: Desk, customer: Customer = MINJI) -> LimitChange:
    app = desk.shop.app
    conversation_id = app.conversations.create()
    app.conversations.log_in(conversation_id, customer)
    return app.limit_control.block(conversation_id, customer)


def test_changes_are_listed_newest_first_with_their_limits_and_last_step(desk: Desk) -> None:
    older = _blocked(desk)
    desk.shop.advance(minutes=5)
    newer = _blocked(desk, YUNA)
    printed = desk.run("limits").lines
    rows = [line for line in printed if line.startswith("lc")]
    assert [row.split()[0] for row in rows] == [newer.id, older.id]
    assert "300,000 won -> 0 won" in rows[1]
    assert "carrier_set (customer)" in rows[1]
    assert "2031-05-17 12:00:0" in rows[1]


def test_the_changes_of_one_line_with_every_step_for_programs(desk: Desk) -> None:
    _blocked(desk)
    change = _blocked(desk, YUNA)
    (listed,) = desk.read("limits", "--line", YUNA.line_id)
    assert (listed["id"], listed["line"], listed["state"]) == (change.id, YUNA.line_id, "done")
    assert (listed["limit_before_won"], listed["limit_after_won"]) == (100_000, 0)
    assert [(event["source"], event["target"]) for event in listed["events"]] == [
        (None, "requested"),
        ("requested", "done"),
    ]
    assert listed["created_at"].endswith("+09:00")


def test_what_has_no_outcome_yet_is_listed_alone_and_is_stuck_after_a_while(desk: Desk) -> None:
    _blocked(desk, YUNA)
    desk.shop.sandbox.fault("carrier.limit", "unavailable")
    change = _blocked(desk)
    assert desk.shop.app.limit_control.run_next()
    assert [one["id"] for one in desk.read("limits", "--unsettled")] == [change.id]
    assert "no_answer (customer); tried 1 times: OutcomeUnknown" in desk.done("limits", "--unsettled")
    assert desk.read("stuck") == []
    desk.shop.advance(minutes=3)
    (stuck,) = desk.read("stuck")
    assert (stuck["subject"], stuck["what"], stuck["next"]) == (change.id, "block unknown", "worker")
    assert desk.run("stuck").code == 0  # the worker goes on with it


def test_no_change_is_said_to_be_none(desk: Desk) -> None:
    assert desk.done("limits").strip() == "No such change."
    assert desk.read("limits", "--line", "line-9") == []

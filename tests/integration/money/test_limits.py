"""Blocking and unblocking: once, recorded, and settled whatever the carrier and our own processes do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from prepayment.adapters.carrier import TIMEOUT
from prepayment.errors import Refused
from prepayment.limit_changes import ChangeKind, ChangeState, LimitChange
from prepayment.limit_errors import AlreadyBlocked, BlockedElsewhere, NotBlocked
from prepayment.service.limit_control import LEASE, LimitControl
from tests.integration.money.between import watched
from tests.integration.money.limit_steps import (
    block,
    changes,
    conversation,
    find_out,
    limit_won,
    set_elsewhere,
    state,
    told,
    unblock,
    way,
)
from tests.integration.money.shop import MINJI, Shop
from tests.integration.sandbox.harness import wait_until
from tests.integration.store.at_once import at_once

OWN_WON = 300_000
UNANSWERED = [
    "unavailable",
    "html_500",
    "timeout_before_effect",
    "timeout_after_effect",
    "hang_up_before_effect",
    "hang_up_after_effect",
]


class Killed(BaseException):
    """The process ends here."""


# -- as it should be


def test_a_block_stops_payments_and_is_recorded_step_by_step(shop: Shop) -> None:
    change = block(shop)
    assert (change.state, limit_won(shop)) == (ChangeState.DONE, 0)
    assert (change.kind, change.limit_before_won, change.limit_after_won) == (ChangeKind.BLOCK, OWN_WON, 0)
    assert way(shop, change) == [
        ("requested", "customer_said_yes", "customer"),
        ("done", "carrier_set", "customer"),
    ]
    assert told(shop, change.conversation_id) == []  # whoever asked got the answer at once


def test_unblocking_puts_back_exactly_the_limit_that_was_blocked(shop: Shop) -> None:
    set_elsewhere(shop, 170_000)
    block(shop)
    assert shop.app.limit_control.restorable_won(MINJI) == 170_000
    change = unblock(shop)
    assert (change.state, limit_won(shop)) == (ChangeState.DONE, 170_000)
    assert shop.app.limit_control.restorable_won(MINJI) is None


def test_one_can_block_again_after_unblocking(shop: Shop) -> None:
    for won in (0, OWN_WON, 0, OWN_WON):
        (block if won == 0 else unblock)(shop)
        assert limit_won(shop) == won
    assert len(changes(shop)) == 4


def test_a_blocked_line_can_still_prepay_what_it_used(shop: Shop) -> None:
    block(shop)
    order = shop.paid()
    shop.work()
    assert shop.booked(order) == [50_000]
    assert limit_won(shop) == 0


# -- what stands against it


def test_what_is_blocked_is_not_blocked_again(shop: Shop) -> None:
    set_elsewhere(shop, 0)
    with pytest.raises(AlreadyBlocked):
        block(shop)
    assert changes(shop) == []


def test_a_block_that_was_not_made_here_is_not_lifted_here(shop: Shop) -> None:
    set_elsewhere(shop, 0)
    with pytest.raises(BlockedElsewhere):
        unblock(shop)
    assert limit_won(shop) == 0


def test_only_the_customer_who_blocked_can_unblock(shop: Shop) -> None:
    block(shop)
    other = replace(MINJI, id="somebody-else")
    assert shop.app.limit_control.restorable_won(other) is None
    with pytest.raises(BlockedElsewhere):
        unblock(shop, other)
    assert limit_won(shop) == 0


def test_a_limit_that_was_changed_elsewhere_since_is_left_alone(shop: Shop) -> None:
    block(shop)
    set_elsewhere(shop, 100_000)
    with pytest.raises(NotBlocked) as raised:
        unblock(shop)
    assert raised.value.limit_won == 100_000
    assert limit_won(shop) == 100_000


def test_a_block_after_an_unblock_elsewhere_restores_the_newer_limit(shop: Shop) -> None:
    block(shop)
    set_elsewhere(shop, 100_000)
    block(shop)
    assert unblock(shop).limit_after_won == 100_000


def test_a_limit_that_changes_between_reading_and_setting_refuses_the_change(shop: Shop) -> None:
    def meanwhile(where: str, *_: Any) -> None:
        if where == "before carrier.set_limit":
            set_elsewhere(shop, 120_000)

    control = LimitControl(watched(shop.parts, meanwhile, commits=False))
    change = control.block(conversation(shop), MINJI)
    assert (change.state, limit_won(shop)) == (ChangeState.REFUSED, 120_000)
    assert way(shop, change)[-1] == ("refused", "carrier_refused:limit_changed", "customer")


def test_a_line_that_the_carrier_does_not_know_any_more_is_refused(shop: Shop) -> None:
    shop.sandbox.fault("carrier.limit", "refuse", code="line_not_found", count=1)
    change = block(shop)
    assert change.state is ChangeState.REFUSED
    assert shop.app.limit_control.in_force(MINJI.line_id) is None


def test_a_carrier_that_cannot_be_read_is_not_asked_for_anything(shop: Shop) -> None:
    shop.sandbox.fault("carrier.line", "refuse", count=1)
    with pytest.raises(Refused):
        block(shop)
    assert changes(shop) == []


def test_what_never_reached_the_carrier_is_certainly_without_effect(shop: Shop) -> None:
    """Nobody listens any more when it comes to setting the limit."""

    def meanwhile(where: str, *_: Any) -> None:
        if where == "before carrier.set_limit":
            shop.sandbox.refuse_connections(300)

    control = LimitControl(watched(shop.parts, meanwhile, commits=False))
    change = control.block(conversation(shop), MINJI)
    shop.sandbox.wait_until_listening()
    assert (change.state, limit_won(shop)) == (ChangeState.REFUSED, OWN_WON)
    assert way(shop, change)[-1] == ("refused", "not_sent", "customer")
    assert block(shop).state is ChangeState.DONE


# -- no clear answer


@pytest.mark.parametrize("action", UNANSWERED)
@pytest.mark.parametrize("unblocking", [False, True], ids=["block", "unblock"])
def test_without_a_clear_answer_it_is_unknown_then_settled_and_told_once(
    shop: Shop, action: str, unblocking: bool
) -> None:
    if unblocking:
        block(shop)
    shop.sandbox.fault("carrier.limit", action, count=2)
    change = (unblock if unblocking else block)(shop)
    assert change.state is ChangeState.UNKNOWN
    find_out(shop)
    assert (state(shop, change), told(shop, change.conversation_id)) == (ChangeState.UNKNOWN, [])
    find_out(shop)
    assert (state(shop, change), limit_won(shop)) == (ChangeState.DONE, OWN_WON if unblocking else 0)
    find_out(shop)
    assert told(shop, change.conversation_id) == [change.id]
    assert [target for target, _, _ in way(shop, change)] == ["requested", "unknown", "done"]
    assert shop.alarms() == []


def test_an_unknown_change_that_others_overtook_is_refused_and_told(shop: Shop) -> None:
    """The request never arrived, and the limit was set elsewhere before it was repeated."""
    shop.sandbox.fault("carrier.limit", "hang_up_before_effect", count=1)
    change = block(shop)
    set_elsewhere(shop, 120_000)
    find_out(shop)
    assert (state(shop, change), limit_won(shop)) == (ChangeState.REFUSED, 120_000)
    assert told(shop, change.conversation_id) == [change.id]


def test_a_request_that_lands_late_does_not_undo_what_was_done_since(shop: Shop) -> None:
    """An unblock that was given up on arrives after the customer blocked again: the line stays blocked."""
    block(shop)
    shop.sandbox.fault("carrier.limit", "hang_up_before_effect", count=1)
    change = unblock(shop)
    find_out(shop)
    assert (state(shop, change), limit_won(shop)) == (ChangeState.DONE, OWN_WON)
    block(shop)
    shop.app.carrier.set_limit(MINJI.line_id, change.id, expected_won=0, limit_won=OWN_WON)
    assert limit_won(shop) == 0


def test_while_the_outcome_is_open_nothing_else_is_begun(shop: Shop) -> None:
    shop.sandbox.fault("carrier.limit", "hang_up_after_effect", count=1)
    first = block(shop)
    assert unblock(shop).id == block(shop).id == first.id
    assert len(changes(shop)) == 1
    find_out(shop)
    assert unblock(shop).state is ChangeState.DONE


def test_what_fails_again_and_again_rings_an_alarm_and_is_listed_until_it_works(shop: Shop) -> None:
    shop.sandbox.fault("carrier.limit", "unavailable")
    change = block(shop)
    for _ in range(8):
        find_out(shop)
    shop.advance(minutes=3)
    assert [(alarm.kind, alarm.subject) for alarm in shop.alarms()] == [("failing", f"limit:{change.id}")]
    (stuck,) = [stuck for stuck in shop.app.stuck.listing() if stuck.subject == change.id]
    assert (stuck.what, stuck.since) == ("block unknown", change.created_at)
    assert "tried 8 times: OutcomeUnknown" in stuck.why
    shop.sandbox.control("DELETE", "faults")
    find_out(shop)
    assert (state(shop, change), shop.alarms(), shop.app.stuck.listing()) == (ChangeState.DONE, [], [])


# -- our own processes


@pytest.mark.parametrize(
    "where",
    [
        "after commit in _request",
        "before carrier.set_limit",
        "after carrier.set_limit",
        "before commit in _settle",
    ],
)
def test_killed_between_any_two_steps_another_process_settles_it_and_tells(shop: Shop, where: str) -> None:
    def kill(reached: str, *_: Any) -> None:
        if reached == where:
            raise Killed

    conversation_id = conversation(shop)
    dying = LimitControl(watched(shop.parts, kill))
    with pytest.raises(Killed):
        dying.block(conversation_id, MINJI)
    (change,) = changes(shop)
    assert change.state is ChangeState.REQUESTED
    assert not shop.app.limit_control.run_next()  # the lease may still be somebody's
    find_out(shop)
    assert (state(shop, change), limit_won(shop)) == (ChangeState.DONE, 0)
    assert told(shop, conversation_id) == [change.id]
    assert [cause for _, cause, _ in way(shop, change)] == [
        "customer_said_yes",
        "requester_silent",
        "carrier_set",
    ]


def test_killed_before_it_was_written_down_nothing_is_asked_for(shop: Shop) -> None:
    def kill(reached: str, *_: Any) -> None:
        if reached == "before commit in _request":
            raise Killed

    with pytest.raises(Killed):
        LimitControl(watched(shop.parts, kill)).block(conversation(shop), MINJI)
    assert (changes(shop), limit_won(shop)) == ([], OWN_WON)


def test_a_worker_that_dies_leaves_it_to_the_next(shop: Shop) -> None:
    shop.sandbox.fault("carrier.limit", "hang_up_after_effect", count=1)
    change = block(shop)

    def kill(reached: str, *_: Any) -> None:
        if reached == "after carrier.set_limit":
            raise Killed

    with pytest.raises(Killed):
        LimitControl(watched(shop.parts, kill)).run_next()
    assert state(shop, change) is ChangeState.UNKNOWN
    find_out(shop)
    assert state(shop, change) is ChangeState.DONE
    assert told(shop, change.conversation_id) == [change.id]


def test_a_requester_slower_than_its_lease_returns_what_the_worker_found_out(shop: Shop) -> None:
    def take_over(reached: str, *_: Any) -> None:
        if reached == "after carrier.set_limit":
            find_out(shop)

    slow = LimitControl(watched(shop.parts, take_over, commits=False))
    change = slow.block(conversation(shop), MINJI)
    assert (change.state, limit_won(shop)) == (ChangeState.DONE, 0)
    assert way(shop, change)[-1] == ("done", "carrier_set", "worker")


def test_the_lease_is_longer_than_the_carrier_may_take() -> None:
    waits = (TIMEOUT.pool, TIMEOUT.connect, TIMEOUT.write, TIMEOUT.read)
    assert timedelta(seconds=sum(wait or 0 for wait in waits)) < LEASE


def test_clicks_in_several_windows_at_once_are_one_change(shop: Shop) -> None:
    """The others wait for the first one's outcome, or find the line blocked."""
    shop.sandbox.fault("carrier.limit", "slow", ms=200, count=1)

    def click(_: int) -> str:
        try:
            return str(block(shop).state)
        except AlreadyBlocked:
            return "already"

    outcomes = at_once(4, click)
    assert set(outcomes) <= {"done", "already"}
    assert outcomes.count("done") >= 1
    assert limit_won(shop) == 0
    assert [change.state for change in changes(shop)].count(ChangeState.DONE) == len(changes(shop)) == 1


def test_a_second_click_gets_the_first_ones_outcome(shop: Shop) -> None:
    shop.sandbox.fault("carrier.limit", "timeout_before_effect", ms=400, count=1)

    def click(number: int) -> LimitChange:
        if number:
            wait_until(lambda: shop.app.limit_control.in_force(MINJI.line_id) is not None)
        return block(shop)

    first, second = at_once(2, click)
    assert (first.id, first.state) == (second.id, second.state)
    assert first.state is ChangeState.UNKNOWN

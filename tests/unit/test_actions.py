"""What an action does when something is wrong inside it: words, never silence, and nothing inward in them."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import base, prepay_form
from actions.base import Events, SafeAction
from actions.executor import SelectiveDomainExecutor
from actions.prepay_form import ValidatePrepayForm
from actions.slots import sum_in_this_turn, value_before_this_turn
from prepayment.bootstrap import App
from prepayment.errors import BelowMinimum, OutcomeUnknown

SECRET = "customer 010-0000-1001"


def tracker(events: list[dict[str, Any]] | None = None, **latest: Any) -> Tracker:
    """Return a tracker as Rasa sends it."""
    return Tracker.from_dict(
        {"sender_id": "cv1", "slots": {}, "latest_message": latest, "events": events or []}
    )


class Failing(SafeAction):
    """Says something, then fails."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def name(self) -> str:
        return "action_failing"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        dispatcher.utter_message(response="utter_half_said")
        raise self._error

    def after_error(self) -> Events:
        return [SlotSet("can_prepay", False)]


def run(action: SafeAction, monkeypatch: pytest.MonkeyPatch) -> tuple[list[dict[str, Any]], Events]:
    """Run an action without an application; returns what it said and its events."""
    monkeypatch.setattr(base, "application", lambda: None)
    dispatcher = CollectingDispatcher()
    events = asyncio.run(action.run(dispatcher, tracker(), {}))
    return dispatcher.messages, events


def test_an_unforeseen_error_becomes_an_apology_with_a_reference(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What was half said is taken back; the log has the same reference."""
    said, events = run(Failing(ZeroDivisionError(SECRET)), monkeypatch)

    assert [message["response"] for message in said] == ["utter_error"]
    assert re.fullmatch(r"[0-9A-F]{6}", said[0]["reference"])
    assert said[0]["reference"] in caplog.text
    assert SECRET not in str(said)
    assert events == [SlotSet("can_prepay", False)]


def test_a_broken_rule_is_said_in_the_words_of_that_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    said, events = run(Failing(BelowMinimum(20_000, 30_000, 180_000)), monkeypatch)

    assert [message["response"] for message in said] == ["utter_problem_below_minimum"]
    assert (said[0]["amount_won"], said[0]["minimum_won"]) == ("20,000원", "30,000원")
    assert events == [SlotSet("can_prepay", False)]


def test_any_trouble_outside_is_said_as_not_available_now(monkeypatch: pytest.MonkeyPatch) -> None:
    said, _ = run(Failing(OutcomeUnknown(SECRET)), monkeypatch)

    assert [message["response"] for message in said] == ["utter_problem_outside_unavailable"]
    assert SECRET not in str(said)


def test_an_error_in_the_form_is_kept_for_the_next_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """The good sum stays."""

    def broken() -> App:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(prepay_form, "application", broken)
    events: list[dict[str, Any]] = [
        {"event": "slot", "name": "amount", "value": 50_000},
        {"event": "user", "text": "아니 7만원으로"},
        {"event": "slot", "name": "amount", "value": 70_000},
    ]
    filled = asyncio.run(
        ValidatePrepayForm().validate_amount(70_000, CollectingDispatcher(), tracker(events), {})
    )

    assert filled["amount"] == 50_000
    assert filled["confirm_prepayment"] is None
    assert filled["amount_problem"]["response"] == "utter_error"
    assert SECRET not in str(filled)


def test_the_value_before_this_turn_is_the_one_from_before_the_last_message() -> None:
    events: list[dict[str, Any]] = [
        {"event": "slot", "name": "amount", "value": 30_000},
        {"event": "user"},
        {"event": "slot", "name": "amount", "value": 50_000},
        {"event": "user"},
        {"event": "slot", "name": "amount", "value": 70_000},
    ]

    assert value_before_this_turn(tracker(events), "amount") == 50_000
    assert value_before_this_turn(tracker(events[:2]), "amount") == 30_000
    assert value_before_this_turn(tracker([{"event": "user"}]), "amount") is None


def test_a_yes_with_a_sum_in_it_is_not_taken_for_the_sum_that_was_asked() -> None:
    sum_said = tracker(entities=[{"entity": "amount", "value": 60_000}])
    form = ValidatePrepayForm()
    with_sum = form.validate_confirm_prepayment(True, CollectingDispatcher(), sum_said, {})
    without = form.validate_confirm_prepayment(True, CollectingDispatcher(), tracker(), {})

    assert sum_in_this_turn(sum_said)
    assert asyncio.run(with_sum) == {"confirm_prepayment": None}
    assert asyncio.run(without) == {"confirm_prepayment": True}


@pytest.mark.parametrize("call", [{}, {"domain": None, "domain_digest": None}])
def test_a_call_without_a_domain_is_taken(call: dict[str, Any]) -> None:
    """Rasa sends it only to the actions that ask for it."""
    assert SelectiveDomainExecutor().update_and_return_domain(call, "action_check_usage") == {}


def test_a_domain_that_came_is_used() -> None:
    domain: dict[str, Any] = {"forms": {"prepay_form": {}}}
    executor = SelectiveDomainExecutor()

    assert executor.update_and_return_domain({"domain": domain}, "validate_prepay_form") == domain

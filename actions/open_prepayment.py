"""The door to a prepayment: whose line, and whether any sum can be prepaid now."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.account import CheckHistory, CheckUsage
from actions.base import Events, SafeAction, customer_of
from actions.limit_question import OpenBlock, OpenUnblock
from actions.login import ask_to_log_in
from actions.slots import sum_in_this_turn
from actions.wording import problem_of, speak
from prepayment.bootstrap import App
from prepayment.errors import PrepaymentError

REFUSED: Events = [SlotSet("can_prepay", False)]

# What an anonymous visitor asked for, and what answers it after log-in.
RESUMED_BY: dict[str, type[SafeAction]] = {
    "usage": CheckUsage,
    "history": CheckHistory,
    "block": OpenBlock,
    "unblock": OpenUnblock,
}
PREPAY = "prepay"


def open_prepayment(app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
    """Say whether the form may start, in the slot ``can_prepay``. Raises RuleViolation and OutsideError."""
    customer = customer_of(app, tracker)
    if customer is None:
        return [*ask_to_log_in(app, dispatcher, resume=PREPAY), *REFUSED]
    app.ordering.check(customer.line_id)
    return [SlotSet("can_prepay", True), SlotSet("resume_after_login", None)]


class OpenPrepayment(SafeAction):
    """The customer wants to prepay, or named a sum."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_open_prepayment"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Start the form when the customer may prepay."""
        intent = tracker.latest_message.get("intent", {}).get("name")
        if intent == "inform_amount" and not sum_in_this_turn(tracker):
            # Taken for a sum, but there is none in it: nothing was asked for.
            dispatcher.utter_message(response="utter_fallback")
            return REFUSED
        return open_prepayment(app, dispatcher, tracker)

    def after_error(self) -> Events:
        """The form does not start."""
        return [*REFUSED, SlotSet("amount", None)]


class AfterLogin(SafeAction):
    """The visitor logged in: what waited for it goes on."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_after_login"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Take up what was asked for before the log-in."""
        customer = customer_of(app, tracker)
        resume = tracker.get_slot("resume_after_login")
        none_waiting = [SlotSet("can_prepay", None), SlotSet("resume_after_login", None)]
        if customer is None:
            return none_waiting
        dispatcher.utter_message(response="utter_logged_in", name=customer.name)
        if resume == PREPAY:
            try:
                return open_prepayment(app, dispatcher, tracker)
            except PrepaymentError as error:
                # The log-in itself went well, and that stays said.
                speak(dispatcher, problem_of(error))
                return self.after_error()
        if resume in RESUMED_BY:
            return [*none_waiting, *RESUMED_BY[resume]().act(app, dispatcher, tracker)]
        return none_waiting

    def after_error(self) -> Events:
        """The form does not start."""
        return [*REFUSED, SlotSet("resume_after_login", None)]

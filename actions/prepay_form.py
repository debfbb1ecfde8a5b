"""The form: a sum that the rules allow, and an explicit yes to it."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.application import application
from actions.base import Events, SafeAction, customer_of, logged_in_customer, new_reference
from actions.slots import sum_in_this_turn, value_before_this_turn
from actions.wording import Problem, problem, problem_of, speak, usage_values, worded
from prepayment.bootstrap import App
from prepayment.errors import PrepaymentError
from prepayment.rules import ALL, MINIMUM

logger = logging.getLogger(__name__)

# What the slot holds after a yes to the question for a sum.
UNSPECIFIED = "unspecified"
UNSURE = "utter_problem_amount_unsure"


class ValidatePrepayForm(FormValidationAction):
    """Checks what the customer answered. What is wrong is kept in ``amount_problem`` for the next question to say."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "validate_prepay_form"

    async def validate_amount(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        """Keep a sum that can be prepaid; a bad one leaves the good one before it."""
        try:
            wrong, amount = await asyncio.to_thread(_check, application(), tracker, value)
        except Exception:
            wrong = problem("utter_error", reference=new_reference(self.name(), tracker))
            amount = None
        if wrong is None and amount is not None:
            return {"amount": amount, "confirm_prepayment": None, "amount_problem": None}
        kept = value_before_this_turn(tracker, "amount")
        return {
            "amount": kept if isinstance(kept, int) else None,
            "confirm_prepayment": None,
            "amount_problem": wrong,
        }

    async def validate_confirm_prepayment(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        """Take a yes or no only when it is about the sum that was asked: a new sum is asked again."""
        if sum_in_this_turn(tracker):
            return {"confirm_prepayment": None}
        return {"confirm_prepayment": value}


def _check(app: App, tracker: Tracker, value: Any) -> tuple[Problem | None, int | None]:
    """Return what is wrong with a sum, or the won it stands for; neither when there is no sum in it at all."""
    if value == UNSPECIFIED:
        value = offered_sum(tracker.get_slot("amount_problem"))
    if isinstance(value, list):
        return _which_of(value), None
    customer = customer_of(app, tracker)
    if customer is None:
        return problem("utter_login_required", login_url=app.settings.login_url), None
    if value not in (ALL, MINIMUM) and (isinstance(value, bool) or not isinstance(value, int)):
        return problem("utter_problem_amount_needed"), None
    try:
        return None, app.ordering.quote(customer.line_id, value).amount_won
    except PrepaymentError as error:
        return problem_of(error), None


def _which_of(candidates: list[int]) -> Problem | None:
    """Ask back when a sum can be read in several ways."""
    match candidates:
        case [first, second, *_]:
            return problem(
                "utter_problem_amount_ambiguous",
                first_won=first,
                second_won=second,
                first=first,
                second=second,
            )
        case [only]:
            return problem(UNSURE, first_won=only, first=only)
        case _:
            return None


def offered_sum(wrong: Problem | None) -> int | None:
    """Return the one sum that was asked back, in won: a yes to that question means it."""
    return int(wrong["values"]["first"]) if wrong and wrong["response"] == UNSURE else None


def say_once(dispatcher: CollectingDispatcher, wrong: Problem | None) -> tuple[bool, Events]:
    """Say what was wrong, the first time only: a question asked again after a digression is the plain one.

    Returns whether it was said, and the events that remember so.
    """
    if not wrong or wrong.get("said"):
        return False, [SlotSet("amount_problem", None)]
    speak(dispatcher, wrong)
    return True, [SlotSet("amount_problem", {**wrong, "said": True})]


class AskAmount(SafeAction):
    """Asks for the sum, or says what was wrong with the last one."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_ask_prepay_form_amount"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Ask."""
        said, events = say_once(dispatcher, tracker.get_slot("amount_problem"))
        if not said:
            usage = app.account.usage(logged_in_customer(app, tracker).line_id)
            dispatcher.utter_message(response="utter_ask_amount", **usage_values(usage))
        return events


class AskConfirmation(SafeAction):
    """Asks for the yes, with what it leads to."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_ask_prepay_form_confirm_prepayment"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Ask."""
        amount_won = tracker.get_slot("amount")
        said, events = say_once(dispatcher, tracker.get_slot("amount_problem"))
        if said:
            dispatcher.utter_message(response="utter_confirm_kept", **worded({"amount_won": amount_won}))
            return events
        customer = logged_in_customer(app, tracker)
        quote = app.ordering.quote(customer.line_id, amount_won)
        values = worded(
            {
                "amount_won": quote.amount_won,
                "outstanding_won": quote.outstanding_won,
                "remainder_won": quote.remainder_won,
                "available_now_won": quote.available_now_won,
                "available_after_won": quote.available_after_won,
            }
        )
        if quote.strands_remainder:
            dispatcher.utter_message(response="utter_confirm_strands", **values)
        elif quote.blocked:
            dispatcher.utter_message(response="utter_confirm_blocked", **values)
        else:
            dispatcher.utter_message(response="utter_confirm", **values)
        return events

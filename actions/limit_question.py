"""The question whether to block or unblock now, and what a yes to it does."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, SafeAction, customer_of, logged_in_customer
from actions.limit import limit_to_restore, tell, usage_to_block
from actions.limit_slots import BLOCK_FORM, PREPAY_FORM, UNBLOCK_FORM, ask_in, go_on, question_over
from actions.login import ask_to_log_in
from actions.slots import transaction_over
from actions.wording import problem_of, speak, worded
from prepayment.bootstrap import App
from prepayment.errors import OutsideError
from prepayment.limit_changes import ChangeKind, LimitChange
from prepayment.limit_errors import LimitError

LOGIN = "utter_limit_login_required"


def _tell(dispatcher: CollectingDispatcher, tracker: Tracker, change: LimitChange, kind: ChangeKind) -> None:
    """Say what became of a wish: of another one when that came first and nobody knows its outcome."""
    elsewhere = change.conversation_id != tracker.sender_id
    if change.is_in_force and (elsewhere or change.kind is not kind):
        dispatcher.utter_message(response="utter_limit_settling")
    else:
        tell(dispatcher, change)


class OpenBlock(SafeAction):
    """The customer pressed the button to block now."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_open_block"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Ask whether to, unless something stands against it."""
        customer = customer_of(app, tracker)
        if customer is None:
            return ask_to_log_in(app, dispatcher, resume="block", response=LOGIN)
        usage = usage_to_block(app, dispatcher, customer)
        return [] if usage is None else ask_in(BLOCK_FORM, tracker)


class OpenUnblock(SafeAction):
    """The customer pressed the button to unblock."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_open_unblock"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Ask whether to, unless something stands against it."""
        customer = customer_of(app, tracker)
        if customer is None:
            return ask_to_log_in(app, dispatcher, resume="unblock", response=LOGIN)
        limit_won = limit_to_restore(app, dispatcher, customer)
        return [] if limit_won is None else ask_in(UNBLOCK_FORM, tracker)


class AskBlock(SafeAction):
    """Asks for the yes, with what it leads to."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_ask_block_form_confirm_block"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Ask."""
        dispatcher.utter_message(response="utter_ask_block")
        return []


class AskUnblock(SafeAction):
    """Asks for the yes, with the limit that it puts back."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_ask_unblock_form_confirm_unblock"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Ask."""
        customer = logged_in_customer(app, tracker)
        limit_won = app.limit_control.restorable_won(customer)
        if limit_won is None:
            # Unblocked in another window since the question was opened.
            limit_to_restore(app, dispatcher, customer)
        else:
            dispatcher.utter_message(response="utter_ask_unblock", **worded({"limit_won": limit_won}))
        return []


class SubmitBlock(SafeAction):
    """Blocks when the customer said yes."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_submit_block"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Block, or leave it as it is."""
        if tracker.get_slot("confirm_block") is not True:
            dispatcher.utter_message(response="utter_block_left")
            return go_on(tracker)
        customer = logged_in_customer(app, tracker)
        try:
            _tell(dispatcher, tracker, app.limit_control.block(tracker.sender_id, customer), ChangeKind.BLOCK)
        except LimitError:
            if usage_to_block(app, dispatcher, customer) is not None:
                dispatcher.utter_message(response="utter_block_refused")
        except OutsideError as error:
            speak(dispatcher, problem_of(error))
        return go_on(tracker)

    def after_error(self) -> Events:
        """The question is over; the customer was told why."""
        return question_over()


class SubmitUnblock(SafeAction):
    """Unblocks when the customer said yes."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_submit_unblock"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Put the limit back, or leave it as it is."""
        if tracker.get_slot("confirm_unblock") is not True:
            dispatcher.utter_message(response="utter_unblock_left")
            return go_on(tracker)
        customer = logged_in_customer(app, tracker)
        try:
            change = app.limit_control.unblock(tracker.sender_id, customer)
            _tell(dispatcher, tracker, change, ChangeKind.UNBLOCK)
        except LimitError:
            if limit_to_restore(app, dispatcher, customer) is not None:
                dispatcher.utter_message(response="utter_unblock_refused")
        except OutsideError as error:
            speak(dispatcher, problem_of(error))
        return go_on(tracker)

    def after_error(self) -> Events:
        """The question is over; the customer was told why."""
        return question_over()


class StopLimit(SafeAction):
    """The customer abandons the question, and a prepayment that was paused for it."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_stop_limit"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Leave everything as it is."""
        blocking = tracker.active_loop_name == BLOCK_FORM
        dispatcher.utter_message(response="utter_block_left" if blocking else "utter_unblock_left")
        if tracker.get_slot("paused_form") != PREPAY_FORM:
            return question_over()
        dispatcher.utter_message(response="utter_prepayment_not_started")
        return [*question_over(), *transaction_over()]

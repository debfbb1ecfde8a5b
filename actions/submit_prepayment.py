"""The end of the form: a checkout link, or nothing."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, SafeAction, customer_of
from actions.login import ask_to_log_in
from actions.open_prepayment import PREPAY
from actions.slots import transaction_over
from actions.wording import worded
from prepayment.bootstrap import App
from prepayment.calendar import korean_time


class SubmitPrepayment(SafeAction):
    """Opens the order the customer said yes to."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_submit_prepayment"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Open an order and hand over its link. Money moves only there, after identity and card."""
        amount_won = tracker.get_slot("amount")
        if tracker.get_slot("confirm_prepayment") is not True or not isinstance(amount_won, int):
            dispatcher.utter_message(response="utter_prepayment_not_started")
            return transaction_over()
        customer = customer_of(app, tracker)
        if customer is None:
            return [*transaction_over(), *ask_to_log_in(app, dispatcher, resume=PREPAY)]
        order = app.ordering.open(tracker.sender_id, customer, amount_won)
        dispatcher.utter_message(
            response="utter_checkout_ready",
            checkout_url=app.ordering.checkout_url(order),
            expires_at=korean_time(order.expires_at),
            **worded({"amount_won": order.amount_won}),
        )
        return transaction_over()

    def after_error(self) -> Events:
        """The transaction is over; the customer was told why."""
        return transaction_over()


class StopPrepayment(SafeAction):
    """The customer abandons what is going on: the form, or an order that is not paid yet."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_stop_prepayment"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Forget the form, or withdraw the unpaid order; its link then says so."""
        if tracker.active_loop_name is not None:
            dispatcher.utter_message(response="utter_prepayment_not_started")
            return transaction_over()
        customer = customer_of(app, tracker)
        order = app.ordering.withdraw(customer.line_id, cause="customer_stopped") if customer else None
        if order is None:
            dispatcher.utter_message(response="utter_stop_nothing")
        else:
            dispatcher.utter_message(
                response="utter_order_withdrawn", **worded({"amount_won": order.amount_won})
            )
        return transaction_over()

"""The customer's own situation: usage and past prepayments."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, SafeAction, customer_of
from actions.login import ask_to_log_in
from actions.wording import order_lines, usage_values, worded
from prepayment.bootstrap import App
from prepayment.orders import UNPAID

SHOWN = 5  # the newest; older ones are in the carrier's own books


class CheckUsage(SafeAction):
    """How much was used, prepaid and is left."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_check_usage"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Tell this month's usage."""
        customer = customer_of(app, tracker)
        if customer is None:
            return ask_to_log_in(app, dispatcher, resume="usage")
        usage = app.account.usage(customer.line_id)
        if usage.used_won == 0:
            response = "utter_usage_none"
        elif usage.blocked:
            response = "utter_usage_blocked"
        else:
            response = "utter_usage"
        dispatcher.utter_message(response=response, **usage_values(usage))
        return []


class CheckHistory(SafeAction):
    """Which prepayments were made here, and what is under way."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_check_history"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Tell the prepayments of the customer's line."""
        customer = customer_of(app, tracker)
        if customer is None:
            return ask_to_log_in(app, dispatcher, resume="history")
        history = app.account.history(customer.line_id)
        usage = app.account.usage(customer.line_id)
        if history.open is not None and history.open.state in UNPAID:
            dispatcher.utter_message(
                response="utter_history_unpaid",
                checkout_url=app.ordering.checkout_url(history.open),
                **worded({"amount_won": history.open.amount_won}),
            )
        elif history.open is not None:
            dispatcher.utter_message(
                response="utter_history_settling", **worded({"amount_won": history.open.amount_won})
            )
        if history.cancelled:
            dispatcher.utter_message(
                response="utter_history_cancelled", lines=order_lines(history.cancelled[:SHOWN])
            )
        # What was prepaid elsewhere (app, shop) is known to the carrier only as a sum.
        values = usage_values(usage)
        if history.applied:
            dispatcher.utter_message(
                response="utter_history",
                lines=order_lines(history.applied[:SHOWN]),
                receipt_url=app.ordering.receipt_url(history.applied[0]),
                **values,
            )
        elif usage.prepaid_won > 0:
            dispatcher.utter_message(response="utter_history_elsewhere", **values)
        elif history.open is None and not history.cancelled:
            dispatcher.utter_message(response="utter_history_none", **values)
        return []

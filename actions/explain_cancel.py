"""How to cancel a prepayment: from the customer's own situation when it is known."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, SafeAction, customer_of
from actions.wording import order_lines, order_values, worded
from prepayment.bootstrap import App
from prepayment.orders import UNPAID
from prepayment.service.account import History


class ExplainCancel(SafeAction):
    """Until when and where a prepayment can be cancelled."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_explain_cancel"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Tell it for the customer's own prepayments, else the rule."""
        said_before = len(dispatcher.messages)
        customer = customer_of(app, tracker)
        history = app.account.history(customer.line_id) if customer else None
        if history and history.open is not None and history.open.state in UNPAID:
            dispatcher.utter_message(
                response="utter_cancel_unpaid",
                checkout_url=app.ordering.checkout_url(history.open),
                **worded({"amount_won": history.open.amount_won}),
            )
        elif history and history.open is not None:
            dispatcher.utter_message(
                response="utter_history_settling", **worded({"amount_won": history.open.amount_won})
            )
        if history:
            _cancellable(dispatcher, history)
        if len(dispatcher.messages) == said_before:
            dispatcher.utter_message(response="utter_cancel_rule")
        return []


def _cancellable(dispatcher: CollectingDispatcher, history: History) -> None:
    """Tell what can be cancelled until when, and of last month's that it cannot."""
    match history.cancellable:
        case []:
            pass
        case [only]:
            dispatcher.utter_message(response="utter_cancel_own", **order_values(only))
        case [newest, *_] as several:
            dispatcher.utter_message(
                response="utter_cancel_own_several", lines=order_lines(several), **order_values(newest)
            )
    if history.too_late:
        dispatcher.utter_message(response="utter_cancel_too_late", **order_values(history.too_late[0]))

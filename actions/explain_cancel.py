"""How to cancel a prepayment, block or unblock the limit: from the customer's own situation when it is known."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, SafeAction, customer_of
from actions.wording import order_lines, usage_values, worded
from prepayment.bootstrap import App
from prepayment.calendar import korean_date
from prepayment.orders import UNPAID
from prepayment.rules import cancel_deadline


class ExplainCancel(SafeAction):
    """Until when and where a prepayment can be cancelled."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_explain_cancel"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Tell it for the customer's own prepayments, else the rule."""
        customer = customer_of(app, tracker)
        history = app.account.history(customer.line_id) if customer else None
        if history and history.open is not None and history.open.state in UNPAID:
            dispatcher.utter_message(
                response="utter_cancel_unpaid",
                checkout_url=app.ordering.checkout_url(history.open),
                **worded({"amount_won": history.open.amount_won}),
            )
        if history and history.cancellable:
            dispatcher.utter_message(
                response="utter_cancel_own",
                lines=order_lines(history.cancellable),
                deadline=korean_date(cancel_deadline(history.cancellable[0].month)),
            )
        elif history and history.too_late:
            dispatcher.utter_message(
                response="utter_cancel_too_late", lines=order_lines(history.too_late[:1])
            )
        elif not dispatcher.messages:
            dispatcher.utter_message(response="utter_cancel_rule")
        return []


class ExplainBlock(SafeAction):
    """How to block small payments."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_explain_block"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Tell it from the present limit, else the rule."""
        customer = customer_of(app, tracker)
        if customer is not None:
            usage = app.account.usage(customer.line_id)
            own = "utter_block_already" if usage.blocked else "utter_block_own"
            dispatcher.utter_message(response=own, **usage_values(usage))
            if usage.blocked:
                return []
        dispatcher.utter_message(response="utter_block_rule")
        return []


class ExplainUnblock(SafeAction):
    """How to unblock or change the limit."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_explain_unblock"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Tell it from the present limit, else the rule."""
        customer = customer_of(app, tracker)
        if customer is not None:
            usage = app.account.usage(customer.line_id)
            own = "utter_unblock_blocked" if usage.blocked else "utter_unblock_not_blocked"
            dispatcher.utter_message(response=own, **usage_values(usage))
        dispatcher.utter_message(response="utter_unblock_rule")
        return []

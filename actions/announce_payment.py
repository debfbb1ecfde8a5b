"""What became of a payment, told without being asked."""

from __future__ import annotations

import logging

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, SafeAction
from actions.wording import usage_values, worded
from prepayment.bootstrap import App
from prepayment.calendar import korean_date
from prepayment.errors import OutsideError
from prepayment.orders import Order, State
from prepayment.rules import cancel_deadline
from prepayment.service.cancelling import ON_REQUEST
from prepayment.service.settlement import NEVER_CONFIRMED

logger = logging.getLogger(__name__)

RESPONSES = {
    State.APPLIED: "utter_result_applied",
    State.DECLINED: "utter_result_declined",
    State.EXPIRED: "utter_result_expired",
    State.UNKNOWN: "utter_result_unknown",
    State.CANCELLED: "utter_result_refunded",
    State.REVIEW: "utter_result_review",
}


class AnnouncePayment(SafeAction):
    """Words the result of an order from the ledger; the event that woke it is only a hint which one."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_announce_payment"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Tell where the order stands now."""
        order_id = next(tracker.get_latest_entity_values("order_id"), None)
        if order_id is None:
            return []
        order = app.account.order(order_id)
        if order.conversation_id != tracker.sender_id:
            logger.error("order %s is not of conversation %s", order.id, tracker.sender_id)
            return []
        response = RESPONSES.get(order.state)
        if response is None:
            return []
        values = _values(app, order)
        if order.state is State.DECLINED:
            response = _declined(app, order)
        if order.state is State.CANCELLED and _led_by(app, order, State.CANCELLING, ON_REQUEST):
            response = "utter_result_cancelled"
        if order.state is State.APPLIED:
            try:
                usage = app.account.usage(order.line_id)
                values |= usage_values(usage)
                if usage.blocked:
                    response = "utter_result_applied_blocked"
            except OutsideError:
                # The result is certain; only the limit cannot be read at the moment.
                response = "utter_result_applied_without_limit"
        dispatcher.utter_message(response=response, **values)
        return []


def _declined(app: App, order: Order) -> str:
    if order.decline_message:
        return "utter_result_declined_reason"
    if _led_by(app, order, State.DECLINED, NEVER_CONFIRMED):
        return "utter_result_declined_uncharged"  # nobody refused the card
    return "utter_result_declined"


def _led_by(app: App, order: Order, target: State, cause: str) -> bool:
    """Whether the order's last step into a state had this cause."""
    causes = [event.cause for event in app.account.events(order.id) if event.target is target]
    return causes[-1:] == [cause]


def _values(app: App, order: Order) -> dict[str, str]:
    return worded({"amount_won": order.amount_won}) | {
        "last_day": korean_date(cancel_deadline(order.month)),
        "checkout_url": app.ordering.checkout_url(order),
        "receipt_url": app.ordering.receipt_url(order),
        "reason": order.decline_message,
    }

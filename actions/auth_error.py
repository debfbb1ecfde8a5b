"""Why identity verification does not work: for the failure that the customer had, else in general."""

from __future__ import annotations

from typing import Final

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, SafeAction, customer_of
from actions.wording import worded
from prepayment.bootstrap import App
from prepayment.rules import IDENTITY_ATTEMPTS_MAX, IDENTITY_MAX_AGE

# The code of the failure to what is said about it.
RESPONSES: Final = {
    "identity_not_completed": "utter_auth_error_not_completed",
    "identity_closed": "utter_auth_error_closed",
    "identity_code_failed": "utter_auth_error_code",
    "identity_carrier_wrong": "utter_auth_error_carrier",
    "identity_unfinished": "utter_auth_error_unfinished",
    "identity_mismatch": "utter_auth_error_mismatch",
    "identity_expired": "utter_auth_error_expired",
    "identity_attempts_exhausted": "utter_auth_error_exhausted",
    "identity_unavailable": "utter_auth_error_unavailable",
}


class ExplainAuthError(SafeAction):
    """Advice about identity verification."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_explain_auth_error"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Tell it for the last failure of the customer's newest order, else in general."""
        customer = customer_of(app, tracker)
        trouble = app.identity.trouble_of(customer.line_id) if customer else None
        if trouble is None:
            dispatcher.utter_message(response="utter_faq_auth_error")
            return []
        values = {
            "minutes": int(IDENTITY_MAX_AGE.total_seconds()) // 60,
            "attempts": IDENTITY_ATTEMPTS_MAX,
        }
        dispatcher.utter_message(response=RESPONSES[trouble.code], **worded(values))
        return []

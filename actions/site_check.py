"""The wish that the web site be checked."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, SafeAction
from prepayment.bootstrap import App


class RequestSiteCheck(SafeAction):
    """Files the wish at once, with what is known."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_request_site_check"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """File it and say its number."""
        filed = app.site_checks.file(tracker.sender_id)
        dispatcher.utter_message(response="utter_site_check", number=str(filed.number))
        return []

"""Asking an anonymous visitor to log in."""

from __future__ import annotations

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events
from prepayment.bootstrap import App


def ask_to_log_in(
    app: App, dispatcher: CollectingDispatcher, *, resume: str, response: str = "utter_login_required"
) -> Events:
    """Offer the host site's log-in and remember what to go on with afterwards."""
    dispatcher.utter_message(response=response, login_url=app.settings.login_url)
    return [SlotSet("resume_after_login", resume)]

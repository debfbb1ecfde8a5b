"""What every action shares: it never leaves the customer without an answer."""

from __future__ import annotations

import asyncio
import logging
import secrets
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.application import application
from actions.wording import problem_of, speak
from prepayment.bootstrap import App
from prepayment.errors import NotLoggedIn, PrepaymentError
from prepayment.ports import Customer

logger = logging.getLogger(__name__)

Events = list[dict[str, Any]]


def new_reference(action: str, tracker: Tracker) -> str:
    """Log the exception being handled and return the short id by which an operator finds it."""
    reference = secrets.token_hex(3).upper()
    logger.exception("reference %s: %s failed in conversation %s", reference, action, tracker.sender_id)
    return reference


class SafeAction(Action, ABC):
    """An action whose errors become words: a rule's own response, or an apology with a reference."""

    @abstractmethod
    def name(self) -> str:
        """Return the action's name in the domain."""

    @abstractmethod
    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Do the work; runs in a thread of its own."""

    def after_error(self) -> Events:
        """Return the events that keep the dialogue consistent after an error was told."""
        return []

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Run ``act``; whatever it raises is told to the customer."""
        try:
            return await asyncio.to_thread(self.act, application(), dispatcher, tracker)
        except NotLoggedIn:
            dispatcher.messages.clear()
            dispatcher.utter_message(
                response="utter_login_required", login_url=application().settings.login_url
            )
        except PrepaymentError as error:
            logger.info("%s in conversation %s: %s", self.name(), tracker.sender_id, error.code)
            dispatcher.messages.clear()
            speak(dispatcher, problem_of(error))
        except Exception:
            dispatcher.messages.clear()
            dispatcher.utter_message(response="utter_error", reference=new_reference(self.name(), tracker))
        return self.after_error()


def customer_of(app: App, tracker: Tracker) -> Customer | None:
    """Return whose conversation it is, from our own table; never from a slot, an entity or metadata."""
    return app.account.customer_of(tracker.sender_id)


def logged_in_customer(app: App, tracker: Tracker) -> Customer:
    """Return whose conversation it is. Raises NotLoggedIn."""
    customer = customer_of(app, tracker)
    if customer is None:
        raise NotLoggedIn(tracker.sender_id)
    return customer

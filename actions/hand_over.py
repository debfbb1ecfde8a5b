"""Handing over to a person: asked for, waited for, given up, and over; and charges that somebody else made."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, SafeAction
from actions.contact_question import asks_for_number_or_hours
from actions.slots import transaction_over
from prepayment.bootstrap import App
from prepayment.calendar import korean_date, korean_time
from prepayment.ports import TicketReason
from prepayment.service.hand_over import Opened

CONNECT = "connect_agent"


def opened_values(opened: Opened) -> dict[str, str]:
    """Return a ticket in words: its number, who is before it, and when an answer can be expected."""
    expected = opened.expected
    values = {"number": str(opened.ticket.number), "ahead": str(opened.ahead)}
    if expected.minutes is not None:
        values["minutes"] = str(expected.minutes)
    if expected.opens_at is not None:
        values["opens_at"] = f"{korean_date(expected.opens_at)} {korean_time(expected.opens_at)}"
    return values


def hand_over(app: App, dispatcher: CollectingDispatcher, tracker: Tracker, reason: TicketReason) -> None:
    """Let the customer wait for a person, and say what to expect."""
    opened = app.hand_over.open(tracker.sender_id, reason)
    if opened.expected.minutes is None:
        dispatcher.utter_message(response="utter_request_agent_closed", **opened_values(opened))
    else:
        dispatcher.utter_message(response="utter_request_agent", **opened_values(opened))


def form_over() -> Events:
    """Return the events that end whatever form is active, and forget what it was about."""
    slots = ("requested_slot", "confirm_block", "confirm_unblock", "paused_form")
    return [ActiveLoop(None), *(SlotSet(name, None) for name in slots), *transaction_over()]


class RequestAgent(SafeAction):
    """The customer wants a person, or the customer centre's number or hours."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_request_agent"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Open a ticket; a mere question is answered."""
        message: dict[str, Any] = tracker.latest_message
        is_button = message.get("intent", {}).get("name") == CONNECT
        if not is_button and asks_for_number_or_hours(message.get("text") or ""):
            dispatcher.utter_message(response="utter_agent_contact", desk_hours=str(app.parts.desk_hours))
        else:
            hand_over(app, dispatcher, tracker, TicketReason.ASKED)
        return []


class LeaveQueue(SafeAction):
    """The customer waits no longer."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_leave_queue"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Close the ticket."""
        if app.hand_over.leave_queue(tracker.sender_id):
            dispatcher.utter_message(response="utter_queue_left")
        else:
            dispatcher.utter_message(response="utter_queue_nothing")
        return []


class AgentLeft(SafeAction):
    """The person has left: the bot speaks again, and no question from before the talk stands any more."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_agent_left"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Say what the bot can do."""
        dispatcher.utter_message(response="utter_agent_left")
        return form_over()


class ReportUnauthorizedCharge(SafeAction):
    """Somebody else made a charge: what to do at once, and a person who looks at it first."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_report_unauthorized_charge"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Say what to do, which needs nothing of ours; then open an urgent ticket."""
        dispatcher.utter_message(response="utter_report_unauthorized_charge")
        opened = app.hand_over.open(tracker.sender_id, TicketReason.UNAUTHORIZED)
        if opened.expected.minutes is None:
            dispatcher.utter_message(response="utter_urgent_ticket_closed", **opened_values(opened))
        else:
            dispatcher.utter_message(response="utter_urgent_ticket", **opened_values(opened))
        return []

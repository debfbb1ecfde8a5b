"""What was not understood: once it is asked to be said again, then what can be asked, then a person takes over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, SafeAction
from actions.hand_over import form_over, hand_over, opened_values
from actions.wording import worded
from prepayment.bootstrap import App
from prepayment.ports import TicketReason

_ACTION: Final = "action_not_understood"
_FALLBACK: Final = "utter_fallback"
MOST_IN_A_ROW: Final = 3
_ASKED_BACK: Final = "action_clarify"
_OFF_TOPIC: Final = "out_of_scope"
_OURS: Final = "EXTERNAL_"
_AGENT_LEFT: Final = "EXTERNAL_agent_left"


class NotUnderstood(SafeAction):
    """Answers what nobody understood, by how often that happened in a row."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_not_understood"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Ask to say it again, say what can be asked, or hand over to a person."""
        times = not_understood_in_a_row(tracker.events)
        in_form = tracker.active_loop_name is not None
        if times >= MOST_IN_A_ROW:
            return _give_up(app, dispatcher, tracker, in_form=in_form)
        if in_form and times == 1:
            dispatcher.utter_message(response="utter_rephrase_in_form")
        elif in_form:
            dispatcher.utter_message(response="utter_rephrase_in_form_again")
        elif times == 1:
            dispatcher.utter_message(response="utter_fallback")
        else:
            dispatcher.utter_message(response="utter_fallback_again")
        return []


def _give_up(app: App, dispatcher: CollectingDispatcher, tracker: Tracker, *, in_form: bool) -> Events:
    if app.hand_over.current(tracker.sender_id) is not None:
        opened = app.hand_over.open(tracker.sender_id, TicketReason.MISUNDERSTOOD)
        dispatcher.utter_message(response="utter_fallback_waiting", **opened_values(opened))
        return []
    hand_over(app, dispatcher, tracker, TicketReason.MISUNDERSTOOD)
    # Said first, once the ticket is there.
    (ticket,) = dispatcher.messages
    dispatcher.messages.clear()
    dispatcher.utter_message(response="utter_misunderstood_hand_over")
    if in_form:
        amount_won = tracker.get_slot("amount")
        if tracker.active_loop_name == "prepay_form" and isinstance(amount_won, int):
            values = worded({"amount_won": amount_won, "amount": amount_won})
            dispatcher.utter_message(response="utter_form_left_for_agent_sum", **values)
        else:
            dispatcher.utter_message(response="utter_form_left_for_agent")
    dispatcher.messages.append(ticket)
    return form_over() if in_form else []


def not_understood_in_a_row(events: list[dict[str, Any]]) -> int:
    """Return how many of the customer's last messages were not understood, the present one included.

    A question back, what was put aside as off topic, and news of our own side leave the count as it is; a new session
    and a talk with a person begin it anew.
    """
    turns = _turns_from_the_last(events)
    next(turns, None)  # the present one, which is being answered
    times = 1
    for turn in turns:
        if turn.was_not_understood:
            times += 1
        elif not turn.says_nothing:
            break
    return times


@dataclass
class _Turn:
    """What followed a message: the actions, what the bot said, and whether the message was put back."""

    intent: str = ""
    actions: set[str] = field(default_factory=set)
    said: set[str] = field(default_factory=set)
    put_back: bool = False

    @property
    def was_not_understood(self) -> bool:
        return _ACTION in self.actions or _FALLBACK in self.said

    @property
    def says_nothing(self) -> bool:
        """Whether it is no sign of having been understood: asked back, off topic, a typed button, or news of ours."""
        is_news = self.intent.startswith(_OURS) and self.intent != _AGENT_LEFT
        return _ASKED_BACK in self.actions or self.intent == _OFF_TOPIC or self.put_back or is_news


def _turns_from_the_last(events: list[dict[str, Any]]) -> Iterator[_Turn]:
    """Yield the turns of this session, the last one first."""
    turn = _Turn()
    for event in reversed(events):
        match event.get("event"):
            case "session_started":
                return
            case "action":
                turn.actions.add(str(event.get("name")))
            case "bot":
                turn.said.add(str((event.get("metadata") or {}).get("utter_action")))
            case "rewind":
                turn.put_back = True
            case "user":
                turn.intent = str((event.get("parse_data") or {}).get("intent", {}).get("name"))
                yield turn
                turn = _Turn()

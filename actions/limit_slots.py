"""What is remembered of the question whether to block or unblock, and how it begins and ends."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from actions.base import Events

BLOCK_FORM = "block_form"
UNBLOCK_FORM = "unblock_form"
PREPAY_FORM = "prepay_form"


def question_over() -> Events:
    """Return the events that forget the question: no yes may reach the next one."""
    return [SlotSet(name, None) for name in ("confirm_block", "confirm_unblock", "paused_form")]


def ask_in(form: str, tracker: Tracker) -> Events:
    """Return the events that open the question; a prepayment in whose middle it is asked is paused."""
    active = tracker.active_loop_name
    paused = active if active == PREPAY_FORM else None
    if active in {BLOCK_FORM, UNBLOCK_FORM}:
        paused = tracker.get_slot("paused_form")
    return [
        *question_over(),
        SlotSet("paused_form", paused),
        SlotSet("resume_after_login", None),
        FollowupAction(form),
    ]


def go_on(tracker: Tracker) -> Events:
    """Return the events that end the question and take up the prepayment that was paused for it."""
    paused = tracker.get_slot("paused_form")
    return [*question_over(), *([FollowupAction(paused)] if paused else [])]

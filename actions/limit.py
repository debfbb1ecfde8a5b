"""The spending limit as it is: how to block and unblock it, and what became of a change."""

from __future__ import annotations

import logging

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Events, SafeAction, customer_of
from actions.limit_slots import BLOCK_FORM, UNBLOCK_FORM, ask_in
from actions.said import last_bubble, response_of
from actions.wording import usage_values, worded
from prepayment.bootstrap import App
from prepayment.limit_changes import ChangeKind, ChangeState, LimitChange
from prepayment.ports import Customer
from prepayment.rules import Usage

logger = logging.getLogger(__name__)

# While its outcome is open a change is unknown to the customer, whatever the reason.
RESPONSES = {
    (ChangeKind.BLOCK, ChangeState.DONE): "utter_block_done",
    (ChangeKind.BLOCK, ChangeState.REFUSED): "utter_block_refused",
    (ChangeKind.BLOCK, ChangeState.UNKNOWN): "utter_block_unknown",
    (ChangeKind.BLOCK, ChangeState.REQUESTED): "utter_block_unknown",
    (ChangeKind.UNBLOCK, ChangeState.DONE): "utter_unblock_done",
    (ChangeKind.UNBLOCK, ChangeState.REFUSED): "utter_unblock_refused",
    (ChangeKind.UNBLOCK, ChangeState.UNKNOWN): "utter_unblock_unknown",
    (ChangeKind.UNBLOCK, ChangeState.REQUESTED): "utter_unblock_unknown",
}


def tell(dispatcher: CollectingDispatcher, change: LimitChange) -> None:
    """Say what became of a change; ``limit_won`` is the limit beside the block."""
    limit_won = max(change.limit_before_won, change.limit_after_won)
    dispatcher.utter_message(
        response=RESPONSES[change.kind, change.state], **worded({"limit_won": limit_won})
    )


def usage_to_block(app: App, dispatcher: CollectingDispatcher, customer: Customer) -> Usage | None:
    """Return this month's usage of a line that can be blocked now; None after saying what stands against it.

    Raises:
        OutsideError: the carrier did not answer.
    """
    if app.limit_control.in_force(customer.line_id) is not None:
        dispatcher.utter_message(response="utter_limit_settling")
        return None
    usage = app.account.usage(customer.line_id)
    if usage.blocked:
        dispatcher.utter_message(response="utter_block_already", **usage_values(usage))
        return None
    return usage


def limit_to_restore(app: App, dispatcher: CollectingDispatcher, customer: Customer) -> int | None:
    """Return the limit in won that can be put back now; None after saying what stands against it.

    Raises:
        OutsideError: the carrier did not answer.
    """
    if app.limit_control.in_force(customer.line_id) is not None:
        dispatcher.utter_message(response="utter_limit_settling")
        return None
    usage = app.account.usage(customer.line_id)
    restorable_won = app.limit_control.restorable_won(customer)
    if usage.blocked and restorable_won is not None:
        return restorable_won
    own = "utter_unblock_blocked" if usage.blocked else "utter_unblock_not_blocked"
    dispatcher.utter_message(response=own, **usage_values(usage))
    dispatcher.utter_message(response="utter_unblock_rule")
    return None


class ExplainBlock(SafeAction):
    """How to block small payments."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_explain_block"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Tell it from the present limit, else the rule."""
        if tracker.active_loop_name == BLOCK_FORM:
            # "차단해 주세요" to the question: nearly a yes, but it is also how one asks for the way.
            dispatcher.utter_message(response="utter_block_say_yes")
            return []
        customer = customer_of(app, tracker)
        if customer is None:
            dispatcher.utter_message(response="utter_block_rule")
            return []
        usage = usage_to_block(app, dispatcher, customer)
        if usage is None:
            return []
        if response_of(last_bubble(tracker.events)) == "utter_block_own":
            return ask_in(BLOCK_FORM, tracker)  # wished for again after the explanation: the question itself
        dispatcher.utter_message(response="utter_block_own", **usage_values(usage))
        return []


class ExplainUnblock(SafeAction):
    """How to unblock or change the limit."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_explain_unblock"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Tell it from the present limit, else the rule."""
        if tracker.active_loop_name == UNBLOCK_FORM:
            dispatcher.utter_message(response="utter_unblock_say_yes")
            return []
        customer = customer_of(app, tracker)
        if customer is None:
            dispatcher.utter_message(response="utter_unblock_rule")
            return []
        limit_won = limit_to_restore(app, dispatcher, customer)
        if limit_won is None:
            return []
        if response_of(last_bubble(tracker.events)) == "utter_unblock_own":
            return ask_in(UNBLOCK_FORM, tracker)
        dispatcher.utter_message(response="utter_unblock_own", **worded({"limit_won": limit_won}))
        return []


class AnnounceLimit(SafeAction):
    """Words the outcome of a change from its record; the event that woke it is only a hint which one."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_announce_limit"

    def act(self, app: App, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Tell what became of it."""
        change_id = next(tracker.get_latest_entity_values("change_id"), None)
        if change_id is None:
            return []
        change = app.limit_control.change(change_id)
        if change.conversation_id != tracker.sender_id:
            logger.error("limit change %s is not of conversation %s", change.id, tracker.sender_id)
            return []
        tell(dispatcher, change)
        return []

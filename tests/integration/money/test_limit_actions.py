"""What the chat's actions about the limit say and remember, on a real database with the real sandbox outside."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import base
from actions.base import SafeAction
from actions.limit import AnnounceLimit, ExplainBlock, ExplainUnblock
from actions.limit_question import (
    AskBlock,
    AskUnblock,
    OpenBlock,
    OpenUnblock,
    StopLimit,
    SubmitBlock,
    SubmitUnblock,
)
from actions.open_prepayment import AfterLogin
from prepayment.limit_changes import ChangeState
from prepayment.ports import Customer
from tests.integration.money.limit_steps import find_out, limit_won, set_elsewhere
from tests.integration.money.shop import MINJI, Shop

YES_TO_BLOCK = {"confirm_block": True}
YES_TO_UNBLOCK = {"confirm_unblock": True}


@dataclass
class Chat:
    """A conversation whose actions are called as Rasa calls them."""

    shop: Shop
    conversation_id: str

    def do(
        self,
        action: SafeAction,
        *,
        slots: dict[str, Any] | None = None,
        form: str | None = None,
        change_id: str | None = None,
        after: str | None = None,
    ) -> Done:
        """Call an action, as the answer to a message that followed the response ``after``."""
        bubble = {"event": "bot", "metadata": {"utter_action": after}}
        entities = [{"entity": "change_id", "value": change_id}] if change_id else []
        tracker = Tracker.from_dict(
            {
                "sender_id": self.conversation_id,
                "slots": slots or {},
                "latest_message": {"entities": entities},
                "events": [{"event": "user"}, *([bubble] if after else []), {"event": "user"}],
                "active_loop": {"name": form} if form else {},
            }
        )
        dispatcher = CollectingDispatcher()
        events = asyncio.run(action.run(dispatcher, tracker, {}))
        return Done(dispatcher.messages, events)

    def in_another_window(self) -> Chat:
        """Another conversation of the same customer."""
        return opened(self.shop, MINJI)


@dataclass
class Done:
    """What an action said, and the events that it returned."""

    messages: list[dict[str, Any]]
    events: list[dict[str, Any]]

    @property
    def said(self) -> list[str]:
        """The responses."""
        return [message["response"] for message in self.messages]

    @property
    def next(self) -> str | None:
        """What is to be done at once."""
        return next((event["name"] for event in self.events if event["event"] == "followup"), None)

    @property
    def slots(self) -> dict[str, Any]:
        """What it remembers and forgets."""
        return {event["name"]: event["value"] for event in self.events if event["event"] == "slot"}


def opened(shop: Shop, customer: Customer | None) -> Chat:
    conversation_id = shop.app.conversations.create()
    if customer is not None:
        shop.app.conversations.log_in(conversation_id, customer)
    return Chat(shop, conversation_id)


@pytest.fixture
def chat(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Chat:
    """A logged-in customer's conversation."""
    monkeypatch.setattr(base, "application", lambda: shop.app)
    return opened(shop, MINJI)


# -- from the present limit


def test_how_to_block_is_told_from_the_present_limit(chat: Chat) -> None:
    done = chat.do(ExplainBlock())
    assert done.said == ["utter_block_own"]
    assert (done.messages[0]["limit_won"], done.messages[0]["available_won"]) == ("300,000원", "120,000원")
    set_elsewhere(chat.shop, 0)
    assert chat.do(ExplainBlock()).said == ["utter_block_already"]


def test_how_to_unblock_depends_on_who_blocked(chat: Chat) -> None:
    assert chat.do(ExplainUnblock()).said == ["utter_unblock_not_blocked", "utter_unblock_rule"]
    set_elsewhere(chat.shop, 0)
    assert chat.do(ExplainUnblock()).said == ["utter_unblock_blocked", "utter_unblock_rule"]
    set_elsewhere(chat.shop, 300_000)
    chat.do(SubmitBlock(), slots=YES_TO_BLOCK)
    done = chat.do(ExplainUnblock())
    assert (done.said, done.messages[0]["limit_won"]) == (["utter_unblock_own"], "300,000원")


def test_a_visitor_hears_the_rule(chat: Chat) -> None:
    visitor = opened(chat.shop, None)
    assert visitor.do(ExplainBlock()).said == ["utter_block_rule"]
    assert visitor.do(ExplainUnblock()).said == ["utter_unblock_rule"]


def test_a_wish_that_is_repeated_after_the_explanation_opens_the_question(chat: Chat) -> None:
    done = chat.do(ExplainBlock(), after="utter_block_own")
    assert (done.said, done.next, limit_won(chat.shop)) == ([], "block_form", 300_000)
    assert chat.do(ExplainBlock(), after="utter_usage").said == ["utter_block_own"]
    chat.do(SubmitBlock(), slots=YES_TO_BLOCK)
    done = chat.do(ExplainUnblock(), after="utter_unblock_own")
    assert (done.said, done.next, limit_won(chat.shop)) == ([], "unblock_form", 0)


def test_the_wish_itself_is_no_yes_to_its_question(chat: Chat) -> None:
    """How one blocks is asked in the same words: the customer is told how to say yes."""
    done = chat.do(ExplainBlock(), form="block_form", after="utter_ask_block")
    assert (done.said, done.events, limit_won(chat.shop)) == (["utter_block_say_yes"], [], 300_000)
    chat.do(SubmitBlock(), slots=YES_TO_BLOCK)
    assert chat.do(ExplainUnblock(), form="unblock_form").said == ["utter_unblock_say_yes"]
    assert limit_won(chat.shop) == 0


# -- the question


def test_the_question_is_opened_and_no_old_yes_gets_into_it(chat: Chat) -> None:
    done = chat.do(OpenBlock(), slots=YES_TO_BLOCK)
    assert (done.said, done.next) == ([], "block_form")
    assert done.slots["confirm_block"] is None
    assert chat.do(AskBlock()).said == ["utter_ask_block"]


def test_what_stands_against_it_is_said_instead_of_the_question(chat: Chat) -> None:
    assert (chat.do(OpenUnblock()).said[0], chat.do(OpenUnblock()).next) == (
        "utter_unblock_not_blocked",
        None,
    )
    set_elsewhere(chat.shop, 0)
    assert (chat.do(OpenBlock()).said, chat.do(OpenBlock()).next) == (["utter_block_already"], None)
    assert chat.do(OpenUnblock()).said == ["utter_unblock_blocked", "utter_unblock_rule"]


@pytest.mark.parametrize(("action", "resume"), [(OpenBlock(), "block"), (OpenUnblock(), "unblock")])
def test_a_visitor_logs_in_first(chat: Chat, action: SafeAction, resume: str) -> None:
    done = opened(chat.shop, None).do(action)
    assert (done.said, done.next) == (["utter_limit_login_required"], None)
    assert done.slots == {"resume_after_login": resume}


def test_after_the_log_in_the_question_is_asked(chat: Chat) -> None:
    done = chat.do(AfterLogin(), slots={"resume_after_login": "block"})
    assert (done.said, done.next) == (["utter_logged_in"], "block_form")
    assert done.slots["resume_after_login"] is None
    assert done.slots["can_prepay"] is None


def test_the_question_to_unblock_names_the_limit(chat: Chat) -> None:
    chat.do(SubmitBlock(), slots=YES_TO_BLOCK)
    assert chat.do(OpenUnblock()).next == "unblock_form"
    asked = chat.do(AskUnblock())
    assert (asked.said, asked.messages[0]["limit_won"]) == (["utter_ask_unblock"], "300,000원")
    chat.in_another_window().do(SubmitUnblock(), slots=YES_TO_UNBLOCK)
    assert chat.do(AskUnblock()).said == ["utter_unblock_not_blocked", "utter_unblock_rule"]


# -- the answer


def test_a_yes_blocks_and_another_one_unblocks(chat: Chat) -> None:
    done = chat.do(SubmitBlock(), slots=YES_TO_BLOCK)
    assert (done.said, done.messages[0]["limit_won"], limit_won(chat.shop)) == (
        ["utter_block_done"],
        "300,000원",
        0,
    )
    assert done.slots == {"confirm_block": None, "confirm_unblock": None, "paused_form": None}
    done = chat.do(SubmitUnblock(), slots=YES_TO_UNBLOCK)
    assert (done.said, limit_won(chat.shop)) == (["utter_unblock_done"], 300_000)


@pytest.mark.parametrize("answer", [False, None, "true", 1])
def test_anything_but_a_yes_leaves_it_as_it_is(chat: Chat, answer: Any) -> None:
    assert chat.do(SubmitBlock(), slots={"confirm_block": answer}).said == ["utter_block_left"]
    assert limit_won(chat.shop) == 300_000
    chat.do(SubmitBlock(), slots=YES_TO_BLOCK)
    assert chat.do(SubmitUnblock(), slots={"confirm_unblock": answer}).said == ["utter_unblock_left"]
    assert limit_won(chat.shop) == 0


def test_a_yes_to_one_question_is_none_to_the_other(chat: Chat) -> None:
    assert chat.do(SubmitBlock(), slots=YES_TO_UNBLOCK).said == ["utter_block_left"]
    chat.do(SubmitBlock(), slots=YES_TO_BLOCK)
    assert chat.do(SubmitUnblock(), slots=YES_TO_BLOCK).said == ["utter_unblock_left"]


def test_an_unknown_outcome_is_never_called_one_and_told_when_it_is_known(chat: Chat) -> None:
    chat.shop.sandbox.fault("carrier.limit", "timeout_after_effect", count=1)
    assert chat.do(SubmitBlock(), slots=YES_TO_BLOCK).said == ["utter_block_unknown"]
    for action in (OpenBlock(), OpenUnblock(), ExplainBlock(), ExplainUnblock()):
        assert chat.do(action).said == ["utter_limit_settling"]
    change = chat.shop.app.limit_control.in_force(MINJI.line_id)
    assert change is not None
    find_out(chat.shop)
    assert chat.do(AnnounceLimit(), change_id=change.id).said == ["utter_block_done"]


def test_a_refusal_is_said_as_one(chat: Chat) -> None:
    chat.shop.sandbox.fault("carrier.limit", "refuse", code="limit_changed", count=1)
    assert chat.do(SubmitBlock(), slots=YES_TO_BLOCK).said == ["utter_block_refused"]
    chat.do(SubmitBlock(), slots=YES_TO_BLOCK)
    chat.shop.sandbox.fault("carrier.limit", "refuse", code="limit_changed", count=1)
    assert chat.do(SubmitUnblock(), slots=YES_TO_UNBLOCK).said == ["utter_unblock_refused"]


def test_a_carrier_that_cannot_be_read_is_said_and_the_question_is_over(chat: Chat) -> None:
    chat.shop.sandbox.fault("carrier.line", "unavailable", count=1)
    done = chat.do(SubmitBlock(), slots={**YES_TO_BLOCK, "paused_form": "prepay_form"})
    assert (done.said, done.next) == (["utter_problem_outside_unavailable"], "prepay_form")
    assert done.slots["confirm_block"] is None
    assert limit_won(chat.shop) == 300_000


def test_what_another_window_was_quicker_with_is_said(chat: Chat) -> None:
    chat.in_another_window().do(SubmitBlock(), slots=YES_TO_BLOCK)
    assert chat.do(SubmitBlock(), slots=YES_TO_BLOCK).said == ["utter_block_already"]
    chat.in_another_window().do(SubmitUnblock(), slots=YES_TO_UNBLOCK)
    assert chat.do(SubmitUnblock(), slots=YES_TO_UNBLOCK).said == [
        "utter_unblock_not_blocked",
        "utter_unblock_rule",
    ]


def test_the_outcome_of_another_windows_wish_is_promised_to_that_window(chat: Chat) -> None:
    chat.shop.sandbox.fault("carrier.limit", "hang_up_after_effect", count=1)
    assert chat.in_another_window().do(SubmitBlock(), slots=YES_TO_BLOCK).said == ["utter_block_unknown"]
    assert chat.do(SubmitBlock(), slots=YES_TO_BLOCK).said == ["utter_limit_settling"]


def test_the_outcome_is_told_only_where_it_was_asked_for(chat: Chat) -> None:
    chat.do(SubmitBlock(), slots=YES_TO_BLOCK)
    with chat.shop.app.database(write=False) as unit:
        change = unit.limit_changes.last_done(MINJI.line_id)
    assert change is not None
    assert change.state is ChangeState.DONE
    assert chat.do(AnnounceLimit(), change_id=change.id).said == ["utter_block_done"]
    assert chat.in_another_window().do(AnnounceLimit(), change_id=change.id).said == []


# -- in the middle of a prepayment


def test_a_prepayment_is_paused_by_the_question_and_goes_on_after_it(chat: Chat) -> None:
    paused = chat.do(OpenBlock(), form="prepay_form").slots
    assert paused["paused_form"] == "prepay_form"
    # Pressed again in the question itself, or the other button: what was paused stays so.
    assert chat.do(OpenBlock(), form="block_form", slots=paused).slots["paused_form"] == "prepay_form"
    for answer in (False, True):
        done = chat.do(SubmitBlock(), slots={**paused, "confirm_block": answer})
        assert (done.next, done.slots["paused_form"]) == ("prepay_form", None)


def test_without_a_prepayment_nothing_is_taken_up(chat: Chat) -> None:
    assert chat.do(OpenBlock(), slots={"paused_form": "prepay_form"}).slots["paused_form"] is None
    assert chat.do(SubmitBlock(), slots={"confirm_block": False}).next is None


def test_stop_leaves_the_question_and_the_paused_prepayment(chat: Chat) -> None:
    done = chat.do(StopLimit(), form="block_form")
    assert (done.said, done.next) == (["utter_block_left"], None)
    assert chat.do(StopLimit(), form="unblock_form").said == ["utter_unblock_left"]
    done = chat.do(StopLimit(), form="block_form", slots={"paused_form": "prepay_form", "amount": 50_000})
    assert done.said == ["utter_block_left", "utter_prepayment_not_started"]
    assert (done.slots["amount"], done.slots["paused_form"], done.next) == (None, None, None)

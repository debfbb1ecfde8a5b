"""What the chat's actions about people say and remember, on a real database with the real sandbox outside."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import base
from actions.auth_error import RESPONSES, ExplainAuthError
from actions.base import SafeAction
from actions.hand_over import AgentLeft, LeaveQueue, ReportUnauthorizedCharge, RequestAgent
from actions.not_understood import NotUnderstood
from actions.site_check import RequestSiteCheck
from prepayment.calendar import SEOUL
from prepayment.errors import IdentityError
from prepayment.ports import TicketReason
from tests.integration.money.shop import MINJI, Shop
from tests.integration.money.test_identity_trouble import close_window

OPEN_HOUR = datetime(2031, 5, 19, 10, 0, tzinfo=SEOUL)  # a Monday
FORGOTTEN = {"requested_slot", "amount", "confirm_prepayment", "confirm_block", "confirm_unblock"}


@dataclass
class Chat:
    """A conversation whose actions are called as Rasa calls them; ``misunderstood`` is how often before this one."""

    shop: Shop
    conversation_id: str
    misunderstood: int = 0
    messages: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    def do(self, action: SafeAction, text: str = "", intent: str = "", **state: Any) -> list[str]:
        """Call an action; the responses it said."""
        turn = [{"event": "user"}, {"event": "action", "name": "action_not_understood"}]
        tracker = Tracker.from_dict(
            {
                "sender_id": self.conversation_id,
                "slots": state.get("slots", {}),
                "latest_message": {"text": text, "intent": {"name": intent}},
                "events": [*(turn * self.misunderstood), {"event": "user"}],
                "active_loop": {"name": state["form"]} if "form" in state else {},
            }
        )
        dispatcher = CollectingDispatcher()
        self.events = asyncio.run(action.run(dispatcher, tracker, {}))
        self.messages = dispatcher.messages
        return [message["response"] for message in dispatcher.messages]

    @property
    def forgotten(self) -> set[str]:
        """The slots that the action emptied."""
        return {one["name"] for one in self.events if one["event"] == "slot" and one["value"] is None}

    def ended_form(self) -> bool:
        """Whether the action ended the form."""
        return any(one["event"] == "active_loop" and one["name"] is None for one in self.events)

    def waits_because(self) -> TicketReason | None:
        """Why a person is waited for; None when nobody is."""
        ticket = self.shop.app.hand_over.current(self.conversation_id)
        return None if ticket is None else ticket.reason


@pytest.fixture
def chat(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Chat:
    """An anonymous visitor's conversation, on a Monday morning."""
    monkeypatch.setattr(base, "application", lambda: shop.app)
    shop.set_clock(OPEN_HOUR)
    return Chat(shop, shop.app.conversations.create())


def test_who_asks_for_a_person_is_told_number_and_wait(chat: Chat) -> None:
    assert chat.do(RequestAgent(), "상담원 연결해줘", "request_agent") == ["utter_request_agent"]
    said = chat.messages[0]
    assert (said["ahead"], said["minutes"]) == ("0", "10")
    ticket = chat.shop.app.hand_over.current(chat.conversation_id)
    assert ticket is not None
    assert said["number"] == str(ticket.number)
    assert chat.waits_because() is TicketReason.ASKED


def test_outside_the_hours_it_is_told_when_the_desk_opens(chat: Chat) -> None:
    chat.shop.set_clock(OPEN_HOUR.replace(hour=20))
    assert chat.do(RequestAgent(), "상담원", "request_agent") == ["utter_request_agent_closed"]
    assert chat.messages[0]["opens_at"] == "5월 20일 오전 9:00"


def test_a_mere_question_for_the_number_opens_no_ticket(chat: Chat) -> None:
    assert chat.do(RequestAgent(), "고객센터 번호 뭐예요", "request_agent") == ["utter_agent_contact"]
    assert chat.messages[0]["desk_hours"] == "평일 09:00~18:00"
    assert chat.waits_because() is None
    assert chat.do(RequestAgent(), "/connect_agent", "connect_agent") == ["utter_request_agent"]


def test_who_waits_may_wait_no_longer(chat: Chat) -> None:
    assert chat.do(LeaveQueue()) == ["utter_queue_nothing"]
    chat.do(RequestAgent(), "상담원")
    assert chat.do(LeaveQueue()) == ["utter_queue_left"]
    assert chat.waits_because() is None


def test_the_third_misunderstanding_in_a_row_brings_a_person(chat: Chat) -> None:
    assert chat.do(NotUnderstood()) == ["utter_fallback"]
    chat.misunderstood = 1
    assert chat.do(NotUnderstood()) == ["utter_fallback_again"]
    assert chat.waits_because() is None
    chat.misunderstood = 2
    assert chat.do(NotUnderstood()) == ["utter_misunderstood_hand_over", "utter_request_agent"]
    assert chat.waits_because() is TicketReason.MISUNDERSTOOD
    assert not chat.ended_form()
    chat.misunderstood = 3
    assert chat.do(NotUnderstood()) == ["utter_fallback_waiting"]
    assert chat.messages[0]["ahead"] == "0"


def test_in_the_form_the_third_one_ends_it_and_says_that_nothing_was_paid(chat: Chat) -> None:
    form: dict[str, Any] = {"form": "prepay_form", "slots": {"amount": 50_000}}
    assert chat.do(NotUnderstood(), **form) == ["utter_rephrase_in_form"]
    chat.misunderstood = 1
    assert chat.do(NotUnderstood(), **form) == ["utter_rephrase_in_form_again"]
    assert not chat.ended_form()
    chat.misunderstood = 2
    assert chat.do(NotUnderstood(), **form) == [
        "utter_misunderstood_hand_over",
        "utter_form_left_for_agent_sum",
        "utter_request_agent",
    ]
    assert (chat.messages[1]["amount_won"], chat.messages[1]["amount"]) == ("50,000원", "50000")
    assert chat.ended_form()
    assert chat.forgotten >= FORGOTTEN


@pytest.mark.parametrize(
    "state", [{"form": "block_form"}, {"form": "prepay_form", "slots": {"amount": None}}]
)
def test_a_form_without_a_sum_is_left_without_one(chat: Chat, state: dict[str, Any]) -> None:
    chat.misunderstood = 2
    assert "utter_form_left_for_agent" in chat.do(NotUnderstood(), **state)
    assert chat.ended_form()


def test_a_charge_of_somebody_else_is_urgent_and_its_steps_come_first(chat: Chat) -> None:
    chat.do(RequestAgent(), "상담원")
    assert chat.do(ReportUnauthorizedCharge()) == ["utter_report_unauthorized_charge", "utter_urgent_ticket"]
    assert chat.waits_because() is TicketReason.UNAUTHORIZED
    chat.shop.set_clock(OPEN_HOUR.replace(hour=20))
    assert chat.do(ReportUnauthorizedCharge())[1] == "utter_urgent_ticket_closed"


def test_after_the_talk_no_question_from_before_it_stands(chat: Chat) -> None:
    assert chat.do(AgentLeft(), form="prepay_form") == ["utter_agent_left"]
    assert chat.ended_form()
    assert chat.forgotten >= FORGOTTEN


def test_a_site_check_has_a_number_and_the_same_again(chat: Chat) -> None:
    assert chat.do(RequestSiteCheck()) == ["utter_site_check"]
    number = chat.messages[0]["number"]
    chat.do(RequestSiteCheck())
    assert chat.messages[0]["number"] == number
    assert chat.shop.app.site_checks.get(int(number)).conversation_id == chat.conversation_id


def test_advice_about_identity_is_general_until_a_window_failed(chat: Chat) -> None:
    assert chat.do(ExplainAuthError()) == ["utter_faq_auth_error"]
    order = chat.shop.open_order(MINJI)
    chat.conversation_id = order.conversation_id
    assert chat.do(ExplainAuthError()) == ["utter_faq_auth_error"]
    close_window(chat.shop, order)
    assert chat.do(ExplainAuthError()) == ["utter_auth_error_closed"]


def test_every_failure_of_identity_has_its_advice() -> None:
    kinds: list[type[IdentityError]] = [IdentityError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    assert {kind.code for kind in kinds[1:]} == set(RESPONSES)

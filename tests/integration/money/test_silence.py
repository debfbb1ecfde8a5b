"""While a person talks to the customer the bot is silent; news of payments is told all the same."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from prepayment.ports import Button, Reply, TicketReason
from prepayment.service.conversations import Conversations
from prepayment.service.hand_over import AGENT_LEFT_INTENT, HandOver
from tests.integration.money.shop import MINJI, Shop
from tests.integration.money.talker import Talker

AGENT = "kim"
JOINED = (
    "상담사 **김상담** 님이 들어왔어요. 지금부터는 상담사가 답해 드려요.\n\n"
    "카드 번호와 비밀번호, 인증번호는 상담사에게도 알려 주지 마세요."
)


class Talk:
    """A conversation with a bot that repeats, and an agent."""

    def __init__(self, shop: Shop) -> None:
        assert isinstance(shop.parts.assistant, Talker)
        self.shop, self.talker = shop, shop.parts.assistant
        self.conversations, self.hand_over = Conversations(shop.parts), HandOver(shop.parts)
        self.id = self.conversations.create()
        self.number = self.hand_over.open(self.id, TicketReason.ASKED).ticket.number

    def say(self, text: str) -> None:
        """Say something and let everybody answer who answers, the worker too."""
        self.conversations.say(self.id, client_id=text, text=text)
        self.conversations.answer_all(self.id)
        self.work()

    def work(self) -> None:
        """What the worker does for chats."""
        Conversations(self.shop.parts).answer_left_over(timedelta())

    def join(self) -> None:
        self.hand_over.join(self.number, agent=AGENT, name="김상담")

    def leave(self) -> None:
        self.hand_over.leave(self.number, agent=AGENT)

    def shown(self) -> list[tuple[str, str]]:
        return [(row.role, row.text) for row in self.conversations.messages(self.id)]


@pytest.fixture
def talk(shop: Shop) -> Talk:
    return Talk(shop)


def test_while_the_customer_waits_the_bot_goes_on_answering(talk: Talk) -> None:
    talk.say("한도가 얼마예요")
    assert talk.shown() == [("user", "한도가 얼마예요"), ("bot", "들은 말: 한도가 얼마예요")]


def test_from_joining_to_leaving_the_bot_hears_and_says_nothing(talk: Talk) -> None:
    talk.join()
    talk.say("안녕하세요")
    talk.hand_over.say(talk.number, agent=AGENT, client_id="1", text="네, 말씀하세요")
    talk.say("카드가 안 돼요")
    assert talk.talker.texts() == []
    assert talk.shown() == [
        ("bot", JOINED),
        ("user", "안녕하세요"),
        ("agent", "네, 말씀하세요"),
        ("user", "카드가 안 돼요"),
    ]
    talk.leave()
    talk.work()
    talk.say("고마워요")
    assert talk.talker.texts() == [AGENT_LEFT_INTENT, "고마워요"]
    assert talk.shown()[4:] == [
        ("bot", f"들은 말: {AGENT_LEFT_INTENT}"),
        ("user", "고마워요"),
        ("bot", "들은 말: 고마워요"),
    ]


def test_what_nobody_answered_before_the_agent_came_is_the_agents(talk: Talk) -> None:
    """A process died, or the dialogue engine was away: neither the worker nor anybody else answers it afterwards."""
    talk.conversations.say(talk.id, client_id="1", text="아직 답이 없어요")
    talk.join()
    talk.work()
    assert talk.conversations.answer_all(talk.id)
    talk.leave()
    talk.work()
    assert talk.talker.texts() == [AGENT_LEFT_INTENT]


def test_an_answer_that_was_being_made_when_the_agent_came_is_not_said(talk: Talk) -> None:
    """Nor is the customer asked to wait for it."""

    class Slow(Talker):
        def answer(self, conversation_id: str, text: str) -> list[Reply]:
            talk.join()
            threading.Event().wait(0.2)
            return [Reply("늦은 답")]

    talk.conversations.say(talk.id, client_id="1", text="질문")
    parts = replace(talk.shop.parts, assistant=Slow())
    assert Conversations(parts, patience=timedelta(milliseconds=100)).answer_all(talk.id)
    assert [text for role, text in talk.shown() if role == "bot"] == [JOINED]


def test_news_of_our_own_side_is_told_while_the_agent_talks(talk: Talk) -> None:
    talk.join()
    with talk.shop.app.database() as unit:
        unit.conversations.add_event(talk.id, "EXTERNAL_x", {"order": "1"}, source="effect:1")
        unit.commit()
    talk.work()
    assert talk.shown() == [("bot", JOINED), ("bot", "들은 말: EXTERNAL_x 1")]


def test_a_log_in_is_kept_and_not_answered_while_the_agent_talks(talk: Talk) -> None:
    talk.say("안녕")
    talk.join()
    assert not talk.conversations.log_in(talk.id, MINJI)
    talk.work()
    assert talk.conversations.customer(talk.id) == MINJI
    assert talk.talker.texts() == ["안녕"]


def test_a_button_that_is_pressed_while_the_agent_talks_does_nothing_at_the_bot(talk: Talk) -> None:
    with talk.shop.app.database() as unit:
        (offer,) = unit.conversations.add_replies(talk.id, [Reply("할까요?", (Button("네", "/affirm"),))])
        unit.commit()
    talk.join()
    pressed = talk.conversations.choose(talk.id, client_id="1", seq=offer.seq, index=0)
    talk.work()
    assert pressed.answered
    assert talk.talker.texts() == []
    assert talk.shown()[-1] == ("user", "네")


def test_the_end_of_a_talk_is_told_once_the_dialogue_engine_is_back(talk: Talk) -> None:
    talk.join()
    talk.leave()
    talk.talker.away = True
    talk.work()
    assert talk.shown() == [("bot", JOINED)]
    talk.talker.away = False
    talk.work()
    assert talk.shown()[1:] == [("bot", f"들은 말: {AGENT_LEFT_INTENT}")]

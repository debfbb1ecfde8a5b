"""Turns of the chat: stored first, answered one at a time, and never left in silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from prepayment.adapters.sql.tables import conversations
from prepayment.errors import ChoiceStale, ConversationTaken
from prepayment.orders import State
from prepayment.ports import Button, Message, Reply
from prepayment.service.conversations import (
    APOLOGY,
    LOGGED_IN_INTENT,
    WAIT,
    Conversations,
    as_plain_text,
)
from prepayment.service.effects import Effects
from tests.integration.money.shop import MINJI, YUNA, Shop
from tests.integration.money.talker import Talker
from tests.integration.store.at_once import at_once

AT_ONCE = timedelta()


class Chat:
    """One conversation with a talker."""

    def __init__(self, shop: Shop) -> None:
        assert isinstance(shop.parts.assistant, Talker)
        self.shop, self.talker = shop, shop.parts.assistant
        self.all = Conversations(shop.parts)
        self.id = self.all.create()

    def say(self, client_id: str, text: str) -> bool:
        """Say something and have it answered; whether all is answered."""
        self.all.say(self.id, client_id=client_id, text=text)
        return self.all.answer_all(self.id)

    def offer(self, *buttons: Button) -> Message:
        """Let the bot offer buttons."""
        with self.shop.app.database() as unit:
            (message,) = unit.conversations.add_replies(self.id, [Reply("골라 주세요.", buttons)])
            unit.commit()
        return message

    def tell(self, source: str, intent: str = "EXTERNAL_x", **entities: str) -> None:
        """Let our own side tell the dialogue something."""
        with self.shop.app.database() as unit:
            unit.conversations.add_event(self.id, intent, entities, source=source)
            unit.commit()

    def shown(self) -> list[tuple[str, str]]:
        """What the chat shows."""
        return [(message.role, message.text) for message in self.all.messages(self.id)]


@pytest.fixture
def chat(shop: Shop) -> Chat:
    return Chat(shop)


def test_what_is_said_is_answered_in_order(chat: Chat) -> None:
    chat.all.say(chat.id, client_id="1", text="안녕")
    chat.all.say(chat.id, client_id="2", text="5만원")
    assert chat.all.answer_all(chat.id)
    assert chat.talker.texts() == ["안녕", "5만원"]
    assert chat.shown() == [
        ("user", "안녕"),
        ("user", "5만원"),
        ("bot", "들은 말: 안녕"),
        ("bot", "들은 말: 5만원"),
    ]


def test_who_waits_long_is_told_so_and_gets_the_answer_too(chat: Chat) -> None:
    hasty = Conversations(chat.shop.parts, patience=timedelta(milliseconds=20))
    chat.talker.slow = 0.2
    chat.all.say(chat.id, client_id="1", text="안녕")
    assert hasty.answer_all(chat.id)
    assert chat.shown() == [("user", "안녕"), ("bot", WAIT.text), ("bot", "들은 말: 안녕")]


def test_nobody_waits_for_what_our_own_side_tells(chat: Chat) -> None:
    hasty = Conversations(chat.shop.parts, patience=timedelta(milliseconds=20))
    chat.talker.slow = 0.2
    chat.tell("source")
    assert hasty.answer_all(chat.id)
    assert chat.shown() == [("bot", "들은 말: EXTERNAL_x")]


def test_two_who_answer_at_once_take_turns_and_answer_everything_once(chat: Chat) -> None:
    chat.talker.slow = 0.03
    for number in range(5):
        chat.all.say(chat.id, client_id=str(number), text=f"{number}만원")
    assert at_once(2, lambda _: chat.all.answer_all(chat.id)) == [True, True]
    assert chat.talker.most_at_once == 1
    assert chat.talker.texts() == [f"{number}만원" for number in range(5)]
    assert [text for role, text in chat.shown() if role == "bot"] == [
        f"들은 말: {number}만원" for number in range(5)
    ]


def test_a_message_that_is_sent_twice_is_answered_once(chat: Chat) -> None:
    at_once(4, lambda _: chat.say("same", "안녕"))
    assert chat.shown() == [("user", "안녕"), ("bot", "들은 말: 안녕")]


@pytest.mark.parametrize("trouble", ["away", "mute"])
def test_a_dialogue_engine_that_cannot_speak_is_apologised_for(chat: Chat, trouble: str) -> None:
    setattr(chat.talker, trouble, True)
    assert chat.say("1", "5만원 선결제")
    assert chat.shown() == [("user", "5만원 선결제"), ("bot", APOLOGY.text)]
    setattr(chat.talker, trouble, False)
    assert chat.say("2", "다시")
    assert chat.shown()[-1] == ("bot", "들은 말: 다시")


@pytest.mark.parametrize("trouble", ["away", "mute"])
def test_an_event_waits_until_the_dialogue_engine_is_back(chat: Chat, trouble: str) -> None:
    """Nobody asked for it, so nobody needs an apology; but it must not be lost."""
    setattr(chat.talker, trouble, True)
    chat.tell("effect:1", order="1")
    assert not chat.all.answer_all(chat.id)
    assert chat.shown() == []
    setattr(chat.talker, trouble, False)
    # As a worker that remembers no failure: the one that failed waits a second longer each time.
    Conversations(chat.shop.parts).answer_left_over(timedelta(seconds=30))
    assert chat.shown() == [("bot", "들은 말: EXTERNAL_x 1")]
    assert chat.all.answer_all(chat.id)


def test_an_event_that_waits_does_not_hold_up_what_the_customer_says(chat: Chat) -> None:
    chat.talker.away = True
    chat.tell("effect:1")
    assert not chat.say("1", "안녕")
    assert chat.shown() == [("user", "안녕"), ("bot", APOLOGY.text)]
    chat.talker.away = False
    assert chat.say("2", "이제는?")
    assert chat.talker.texts()[-2:] == ["EXTERNAL_x", "이제는?"]


def test_what_failed_just_now_is_not_tried_again_at_once(chat: Chat) -> None:
    chat.talker.away = True
    chat.tell("effect:1")
    for _ in range(5):
        chat.all.answer_left_over(AT_ONCE)
    assert len(chat.talker.heard) == 1


def test_what_a_dead_process_left_unanswered_is_answered(chat: Chat) -> None:
    chat.all.say(chat.id, client_id="1", text="안녕")
    chat.all.answer_left_over(timedelta(seconds=30))
    assert chat.shown() == [("user", "안녕")]  # its process may still be at it
    chat.shop.advance(seconds=31)
    chat.all.answer_left_over(timedelta(seconds=30))
    assert chat.shown() == [("user", "안녕"), ("bot", "들은 말: 안녕")]


def test_a_turn_that_another_process_holds_keeps_nobody_else_waiting(chat: Chat) -> None:
    other = chat.all.create()
    now = chat.shop.app.clock.machine_now()
    for conversation in (chat.id, other):
        chat.all.say(conversation, client_id="1", text="안녕")
    with chat.shop.app.database() as unit:
        assert unit.conversations.take_turn(chat.id, "another", now + timedelta(hours=1), now)
        unit.commit()
    chat.all.answer_left_over(AT_ONCE)
    assert chat.talker.heard == [(other, "안녕")]


def test_an_exception_of_the_dialogue_engine_gives_the_turn_back(chat: Chat) -> None:
    chat.all.say(chat.id, client_id="1", text="안녕")
    chat.talker.broken = True
    with pytest.raises(ZeroDivisionError):
        chat.all.answer_all(chat.id)
    chat.talker.broken = False
    assert chat.all.answer_all(chat.id)
    assert chat.shown() == [("user", "안녕"), ("bot", "들은 말: 안녕")]


def test_a_payment_result_reaches_the_conversation_that_asked_for_it(shop: Shop) -> None:
    order = shop.paid()
    shop.work()
    Conversations(shop.parts).answer_left_over(AT_ONCE)
    assert isinstance(shop.parts.assistant, Talker)
    assert shop.parts.assistant.heard == [
        (order.conversation_id, f"EXTERNAL_payment_result {order.id} applied")
    ]


def test_a_payment_result_that_is_old_news_is_passed_over(shop: Shop) -> None:
    """Declined, told to the outbox, and paid before anybody answered."""
    order = shop.open_order()
    conversations = Conversations(shop.parts)
    with shop.app.database() as unit:
        for number, state in enumerate([State.DECLINED, State.QUOTED]):
            entities = {"order_id": order.id, "state": state.value}
            unit.conversations.add_event(
                order.conversation_id, "EXTERNAL_payment_result", entities, source=f"effect:{number}"
            )
        unit.commit()
    assert conversations.answer_all(order.conversation_id)
    assert isinstance(shop.parts.assistant, Talker)
    assert shop.parts.assistant.texts() == [f"EXTERNAL_payment_result {order.id} quoted"]


def test_news_that_is_old_when_its_turn_comes_in_the_outbox_is_not_told(shop: Shop) -> None:
    order = shop.open_order()
    shop.verify(order)
    shop.finish(order, shop.authorise(order, "4000 0000 0000 0002"))
    shop.open_window(order)
    effects = Effects(shop.parts, shop.app.settlement)
    while effects.run_next():
        pass
    assert Conversations(shop.parts).last_seqs([order.conversation_id]) == {order.conversation_id: 0}


def test_a_button_says_its_title_and_means_its_payload(chat: Chat) -> None:
    offer = chat.offer(Button("네", payload="/affirm"), Button("아니요", payload="/deny"))
    said = chat.all.choose(chat.id, client_id="1", seq=offer.seq, index=1)
    assert (said.text, said.payload) == ("아니요", "/deny")
    assert chat.all.answer_all(chat.id)
    assert chat.talker.texts() == ["/deny"]
    assert ("user", "아니요") in chat.shown()


def test_a_button_is_stale_once_the_customer_has_said_something_else(chat: Chat) -> None:
    offer = chat.offer(Button("네", payload="/affirm"))
    chat.all.say(chat.id, client_id="1", text="아니 7만원으로")
    with pytest.raises(ChoiceStale):
        chat.all.choose(chat.id, client_id="2", seq=offer.seq, index=0)


def test_a_choice_that_is_sent_again_is_the_same_choice(chat: Chat) -> None:
    offer = chat.offer(Button("네", payload="/affirm"))
    first = chat.all.choose(chat.id, client_id="1", seq=offer.seq, index=0)
    assert chat.all.choose(chat.id, client_id="1", seq=offer.seq, index=0) == first
    with pytest.raises(ChoiceStale):
        chat.all.choose(chat.id, client_id="2", seq=offer.seq, index=0)


def test_only_a_button_that_was_offered_here_can_be_chosen(chat: Chat) -> None:
    said = chat.all.say(chat.id, client_id="0", text="안녕")
    offer = chat.offer(Button("열기", url="https://pay.example"), Button("네", payload="/affirm"))
    elsewhere = chat.all.create()
    for conversation, seq, index in [
        (chat.id, offer.seq, 0),  # a link
        (chat.id, offer.seq, 2),
        (chat.id, offer.seq, -1),
        (chat.id, offer.seq + 1, 0),
        (chat.id, said.seq, 0),  # the customer's own words
        (elsewhere, offer.seq, 1),
    ]:
        with pytest.raises(ChoiceStale):
            chat.all.choose(conversation, client_id="1", seq=seq, index=index)


def test_logging_in_tells_the_dialogue_only_when_the_conversation_has_begun(chat: Chat) -> None:
    fresh = chat.all.create()
    assert not chat.all.log_in(fresh, MINJI)
    chat.say("1", "내 한도")
    assert chat.all.log_in(chat.id, MINJI)
    assert not chat.all.log_in(chat.id, MINJI)
    assert chat.all.answer_all(chat.id)
    assert chat.talker.texts() == ["내 한도", LOGGED_IN_INTENT]
    assert chat.all.customer(chat.id) == MINJI


def test_a_conversation_never_changes_hands(chat: Chat) -> None:
    chat.all.log_in(chat.id, MINJI)
    with pytest.raises(ConversationTaken):
        chat.all.log_in(chat.id, YUNA)
    assert chat.all.customer(chat.id) == MINJI


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("/affirm", "affirm"),
        ("／affirm", "affirm"),
        ("\u200b/affirm", "affirm"),
        (" \u2060\ufeff/ \u200d/\u00a0/affirm", "affirm"),
        ('/EXTERNAL_payment_result{"order_id": "or1"}', 'EXTERNAL_payment_result{"order_id": "or1"}'),
        ("⁄restart", "restart"),
        ("∕restart", "restart"),
        ("\t\n/restart", "restart"),
        ("///", "?"),
        ("\u200b", "?"),
        ("5만원/7만원", "5만원/7만원"),
        ("안녕 /affirm", "안녕 /affirm"),
    ],
)
def test_a_typed_command_is_plain_text(chat: Chat, typed: str, heard: str) -> None:
    assert as_plain_text(typed) == heard
    chat.say("1", typed)
    assert chat.talker.texts() == [heard]
    assert chat.shown()[0] == ("user", typed)


def test_a_turn_that_outlives_its_lease_does_not_answer_a_second_time(chat: Chat) -> None:
    """The worker slept while the dialogue engine answered; another took the turn over meanwhile."""

    class Sleepy(Talker):
        def inject(self, conversation_id: str, intent: str, entities: Mapping[str, str]) -> Sequence[Reply]:
            with chat.shop.app.database.engine.begin() as connection:
                connection.execute(sa.update(conversations).values(turn_holder=None))
            assert chat.all.answer_all(conversation_id)
            return super().inject(conversation_id, intent, entities)

    chat.tell("effect:1")
    slow = Conversations(replace(chat.shop.parts, assistant=Sleepy()))
    assert slow.answer_all(chat.id)
    assert [message.text for message in chat.all.messages(chat.id)] == ["들은 말: EXTERNAL_x"]

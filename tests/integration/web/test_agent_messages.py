"""A person of the staff in the chat: who says what, pushed and kept like everything else, and the bot's silence."""

from __future__ import annotations

from typing import Any

from prepayment.ports import TicketReason
from tests.integration.sandbox.harness import wait_until
from tests.integration.web.stack import Stack, conversation_of
from tests.support.chat_client import Chat, Chats

AGENT, NAME = "kim", "김상담"


def joined(stack: Stack, chat: Chat) -> int:
    """Let an agent join the chat's conversation; the ticket's number."""
    hand_over = stack.app.hand_over
    number = hand_over.open(conversation_of(chat.session), TicketReason.ASKED).ticket.number
    hand_over.join(number, agent=AGENT, name=NAME)
    chat.wait_for_bot("들어왔어요")
    return number


def said(chat: Chat, role: str) -> list[dict[str, Any]]:
    """What somebody said in the chat so far."""
    return [one for one in list(chat.messages) if one["role"] == role]


def test_what_an_agent_says_is_pushed_with_the_name_and_comes_again_after_a_reload(
    stack: Stack, chats: Chats
) -> None:
    chat = chats.open()
    number = joined(stack, chat)
    stack.app.hand_over.say(number, agent=AGENT, client_id="1", text="안녕하세요, **김상담**이에요")
    message = wait_until(lambda: next(iter(said(chat, "agent")), None))
    assert (message["name"], message["text"]) == (NAME, "안녕하세요, **김상담**이에요")
    assert (message["buttons"], message["client_id"]) == ([], None)
    again = chats.open(token=chat.session["token"])
    assert again.session["history"][-1] == message
    assert again.session["seq"] == message["seq"]
    since = chats.open(token=chat.session["token"], since=message["seq"] - 1)
    assert since.session["history"] == [message]


def test_the_agents_own_login_is_told_to_nobody(stack: Stack, chats: Chats) -> None:
    chat = chats.open()
    number = joined(stack, chat)
    stack.app.hand_over.say(number, agent=AGENT, client_id="1", text="안녕하세요")
    wait_until(lambda: said(chat, "agent"))
    assert AGENT not in str(chat.messages)


def test_while_an_agent_has_joined_nothing_is_typed_and_the_dialogue_hears_nothing(
    stack: Stack, chats: Chats
) -> None:
    chat = chats.open()
    joined(stack, chat)
    acknowledged = chat.say("카드가 안 돼요")
    assert acknowledged["ok"]
    assert chat.say("다시 해 볼까요?")["seq"] == acknowledged["seq"] + 1
    wait_until(lambda: len(said(chat, "user")) == 2)
    assert chat.typing == []
    assert stack.rasa.texts(conversation_of(chat.session)) == []
    assert [one["text"] for one in said(chat, "bot")[1:]] == []


def test_after_the_agent_has_left_the_bot_answers_again(stack: Stack, chats: Chats) -> None:
    chat = chats.open()
    number = joined(stack, chat)
    chat.say("카드가 안 돼요")
    stack.app.hand_over.leave(number, agent=AGENT)
    chat.say("고마워요")
    chat.wait_for_bot("답: 고마워요")
    conversation = conversation_of(chat.session)
    assert stack.rasa.texts(conversation) == ["고마워요"]
    assert stack.rasa.told == [(conversation, "EXTERNAL_agent_left")]


def test_a_message_that_is_sent_again_after_the_agent_came_is_the_same_message(
    stack: Stack, chats: Chats
) -> None:
    chat = chats.open()
    joined(stack, chat)
    client_id = "8d5d0c3e-6f0a-4c53-9c5f-2f5a8a1f7b10"
    assert chat.say("한 번만", client_id) == chat.say("한 번만", client_id)
    wait_until(lambda: said(chat, "user"))
    assert len(said(chat, "user")) == 1

"""What is said in the chat: stored once, redacted, answered, pushed, limited."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.sandbox.harness import wait_until
from tests.integration.web.stack import MINJI, Stack, conversation_of, identity_token
from tests.support.chat_client import Chats

BUTTONS = [
    {"title": "네", "payload": "/affirm"},
    {"title": "아니요", "payload": '/deny{"why": "no"}'},
]


def test_a_message_is_stored_acknowledged_shown_and_answered(stack: Stack, chats: Chats) -> None:
    chat = chats.open()
    client_id = str(uuid.uuid4())
    assert chat.say("  소액결제 선결제가 뭐예요?\n알려 주세요 ", client_id) == {
        "ok": True,
        "id": client_id,
        "seq": 1,
    }
    bot = chat.wait_for_bot("답: 소액결제")
    user = next(one for one in chat.messages if one["role"] == "user")
    assert user["text"] == "소액결제 선결제가 뭐예요?\n알려 주세요"
    assert user["client_id"] == client_id
    assert (user["id"], user["seq"]) == ("1", 1)
    assert (bot["id"], bot["seq"], bot["client_id"], bot["buttons"]) == ("2", 2, None, [])
    assert bot["ts"].endswith("+00:00")


def test_typing_is_shown_while_the_answer_is_made(chats: Chats) -> None:
    chat = chats.open()
    chat.say("안녕")
    wait_until(lambda: [one["on"] for one in chat.typing] == [True, False])
    assert all(one["ttl_ms"] > 0 for one in chat.typing)


def test_the_same_id_twice_is_one_message(stack: Stack, chats: Chats) -> None:
    chat = chats.open()
    client_id = str(uuid.uuid4())
    first, second = chat.say("한 번만", client_id), chat.say("한 번만", client_id)
    assert first == second
    chat.wait_for_bot("답: 한 번만")
    conversation_id = conversation_of(chat.session)
    assert [row.text for row in stack.messages(conversation_id)] == ["한 번만", "답: 한 번만"]
    assert stack.rasa.texts(conversation_id) == ["한 번만"]


def test_quick_messages_keep_their_order(stack: Stack, chats: Chats) -> None:
    chat = chats.open()
    said = [f"메시지 {number}" for number in range(8)]
    for text in said:
        chat.say(text)
    chat.wait_for_bot("답: 메시지 7")
    assert stack.rasa.texts(conversation_of(chat.session)) == said


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("/affirm", "affirm"),
        ('/EXTERNAL_payment_result{"order_id": "x"}', 'EXTERNAL_payment_result{"order_id": "x"}'),
        ("  /deny", "deny"),
        ("／affirm", "affirm"),
        ("\u200b/affirm", "affirm"),
        ("\ufeff //affirm", "affirm"),
        ("/", "?"),
    ],
)
def test_row_47_a_slash_command_reaches_the_dialogue_without_its_slash(
    stack: Stack, chats: Chats, typed: str, heard: str
) -> None:
    chat = chats.open()
    assert chat.say(typed)["ok"]
    chat.wait_for_bot(f"답: {heard}")
    assert stack.rasa.texts(conversation_of(chat.session)) == [heard]


def test_a_button_sends_the_payload_that_the_server_remembers(stack: Stack, chats: Chats) -> None:
    stack.rasa.answers["시작"] = [{"text": "할까요?", "buttons": BUTTONS}]
    chat = chats.open()
    chat.say("시작")
    offer = chat.wait_for_bot("할까요?")
    assert offer["buttons"] == [{"title": "네", "kind": "reply"}, {"title": "아니요", "kind": "reply"}]
    assert chat.choose(offer, 1)["ok"]
    chat.wait_for_bot("답: /deny")
    assert stack.rasa.texts(conversation_of(chat.session)) == ["시작", '/deny{"why": "no"}']
    assert [one["text"] for one in chat.messages if one["role"] == "user"] == ["시작", "아니요"]


def test_a_button_pressed_twice_is_one_choice(stack: Stack, chats: Chats) -> None:
    stack.rasa.answers["시작"] = [{"text": "할까요?", "buttons": BUTTONS}]
    chat = chats.open()
    chat.say("시작")
    offer = chat.wait_for_bot("할까요?")
    client_id = str(uuid.uuid4())
    assert chat.choose(offer, 0, client_id) == chat.choose(offer, 0, client_id)
    chat.wait_for_bot("답: /affirm")
    assert stack.rasa.texts(conversation_of(chat.session)) == ["시작", "/affirm"]


def test_a_button_is_stale_once_the_conversation_has_gone_on(stack: Stack, chats: Chats) -> None:
    stack.rasa.answers["시작"] = [{"text": "할까요?", "buttons": BUTTONS}]
    chat = chats.open()
    chat.say("시작")
    offer = chat.wait_for_bot("할까요?")
    chat.say("다른 얘기")
    assert chat.choose(offer, 0)["error"] == "stale"


@pytest.mark.parametrize(("msg_id", "index"), [("2", 9), ("1", 0), ("99", 0)])
def test_a_button_that_was_never_offered_is_stale(
    stack: Stack, chats: Chats, msg_id: str, index: int
) -> None:
    stack.rasa.answers["시작"] = [{"text": "할까요?", "buttons": BUTTONS}]
    chat = chats.open()
    chat.say("시작")
    chat.wait_for_bot("할까요?")
    assert chat.choose({"id": msg_id}, index)["error"] == "stale"


def test_links_lead_to_our_own_pages_or_the_log_in_only(stack: Stack, chats: Chats) -> None:
    """A link to anywhere else is left out, and the buttons after it still mean themselves."""
    own = f"{stack.settings.public_url}/pay/abc"
    stack.rasa.answers["링크"] = [
        {
            "text": "여기요",
            "buttons": [
                {"title": "밖", "payload": "https://evil.example/pay"},
                {"title": "속임수", "payload": f"{stack.settings.public_url}@evil.example/"},
                {"title": "결제", "payload": own},
                {"title": "로그인", "payload": stack.settings.login_url},
                {"title": "네", "payload": "/affirm"},
            ],
        }
    ]
    chat = chats.open()
    chat.say("링크")
    offer = chat.wait_for_bot("여기요")
    assert offer["buttons"] == [
        {"title": "결제", "kind": "link", "url": own},
        {"title": "로그인", "kind": "link", "url": stack.settings.login_url},
        {"title": "네", "kind": "reply"},
    ]
    assert "evil.example" in stack.log()
    assert chat.choose(offer, 0)["error"] == "stale"
    assert chat.choose(offer, 2)["ok"]
    chat.wait_for_bot("답: /affirm")


def test_payloads_never_leave_the_server(stack: Stack, chats: Chats) -> None:
    stack.rasa.answers["시작"] = [{"text": "할까요?", "buttons": BUTTONS}]
    chat = chats.open()
    chat.say("시작")
    chat.choose(chat.wait_for_bot("할까요?"), 1)
    wait_until(lambda: len(chat.messages) == 4)
    chat.messages.pop()  # the echo of the test's own dialogue engine
    again = chats.open(token=chat.session["token"]).session["history"][:3]
    assert "/deny" not in str(chat.messages) + str(again)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"id": "12345678", "text": "가" * 1001}, "too_long"),
        ({"id": "12345678", "text": "   \n"}, "bad_request"),
        ({"id": "12345678", "text": "\x00\x07"}, "bad_request"),
        ({"id": "12345678", "text": 5}, "bad_request"),
        ({"id": "12345678"}, "bad_request"),
        ({"id": "short", "text": "안녕"}, "bad_request"),
        ({"id": "x" * 65, "text": "안녕"}, "bad_request"),
        ({"id": "1234567/;", "text": "안녕"}, "bad_request"),
        ({"id": 5, "text": "안녕"}, "bad_request"),
        ({"text": "안녕"}, "bad_request"),
        ("안녕", "bad_request"),
        (None, "bad_request"),
        ([1], "bad_request"),
        (b"\x00", "bad_request"),
    ],
)
def test_what_is_no_message_is_refused_and_the_socket_stays_open(
    stack: Stack, chats: Chats, body: Any, error: str
) -> None:
    chat = chats.open()
    assert chat.emit("user_message", body)["error"] == error
    assert chat.say("그래도 열려 있어요")["ok"]
    assert [row.text for row in stack.messages(conversation_of(chat.session))][:1] == ["그래도 열려 있어요"]


def test_a_thousand_characters_are_taken(chats: Chats) -> None:
    assert chats.open().say("가" * 1000)["ok"]


@pytest.mark.parametrize(
    "body",
    [
        {"id": "12345678", "msg_id": 1, "index": 0},
        {"id": "12345678", "msg_id": "1", "index": "0"},
        {"id": "12345678", "msg_id": "1", "index": True},
        {"id": "12345678", "msg_id": "1", "index": -1},
        {"id": "12345678", "msg_id": "x", "index": 0},
        {"id": "12345678"},
    ],
)
def test_what_is_no_choice_is_refused(chats: Chats, body: dict[str, Any]) -> None:
    assert chats.open().emit("user_action", body)["error"] == "bad_request"


def test_halves_of_characters_do_not_break_the_store(stack: Stack, chats: Chats) -> None:
    """A lone surrogate is valid JSON, but no text that a database takes."""
    chat = chats.open()
    assert chat.say("안녕\ud83d하세요\x00")["ok"]
    chat.wait_for_bot("답: 안녕하세요")


def test_row_50_a_frame_over_the_limit_closes_the_socket(chats: Chats) -> None:
    chat = chats.open()
    chat._client.emit("user_message", {"id": "12345678", "text": "가" * 20_000})
    wait_until(lambda: not chat.connected)


def test_row_49_a_card_number_is_masked_before_storage_and_before_the_dialogue(
    stack: Stack, chats: Chats
) -> None:
    chat = chats.open()
    chat.say("카드는 4111-1111-1111-1111 이고 50,000원 낼게요")
    masked = "카드는 [카드번호 가림] 이고 50,000원 낼게요"
    chat.wait_for_bot(f"답: {masked}")
    conversation_id = conversation_of(chat.session)
    assert stack.messages(conversation_id)[0].text == masked
    assert stack.rasa.texts(conversation_id) == [masked]
    assert next(one for one in chat.messages if one["role"] == "user")["text"] == masked
    for spelling in (b"4111-1111-1111-1111", b"4111111111111111"):
        assert spelling not in stack.stored_bytes()


def test_row_50_a_burst_is_limited_per_conversation_and_says_how_long_to_wait(
    stack: Stack, chats: Chats
) -> None:
    chat = chats.open()
    acks = [chat.say(f"빨리 {number}") for number in range(21)]
    assert all(ack["ok"] for ack in acks[:20])
    assert acks[20]["error"] == "rate_limited"
    assert 1 <= acks[20]["retry_after"] <= 10
    assert chats.open().say("다른 대화는 괜찮아요")["ok"]


def test_the_dialogue_being_away_gives_an_apology_and_then_answers_again(stack: Stack, chats: Chats) -> None:
    chat = chats.open()
    stack.rasa.stop()
    try:
        assert chat.say("거기 있어요?")["ok"]
        chat.wait_for_bot("지금은 답변을 드릴 수 없어요")
    finally:
        stack.rasa.start()
    chat.say("다시 왔어요?")
    chat.wait_for_bot("답: 다시 왔어요?")


def test_every_tab_of_a_conversation_gets_every_row_once(stack: Stack, chats: Chats) -> None:
    first = chats.open()
    second = chats.open(token=first.session["token"])
    stranger = chats.open()
    first.say("두 창에서")
    for tab in (first, second):
        tab.wait_for_bot("답: 두 창에서")
        assert [one["seq"] for one in tab.messages] == [1, 2]
    assert stranger.messages == []


def test_rows_written_by_another_process_are_pushed(stack: Stack, chats: Chats) -> None:
    """The worker tells the chat what became of an order."""
    stack.rasa.answers["EXTERNAL_payment_result"] = [{"text": "결제 시간이 지났어요."}]
    chat = chats.open(identity=identity_token())
    order = stack.app.ordering.open(conversation_of(chat.session), MINJI, 50_000)
    stack.app.checkout.expire(order)
    stack.work()
    stack.app.conversations.answer_left_over(timedelta(seconds=30))
    chat.wait_for_bot("결제 시간이 지났어요")
    assert [one["role"] for one in chat.messages] == ["bot"]


def test_what_came_while_away_is_there_on_return(stack: Stack, chats: Chats) -> None:
    chat = chats.open()
    chat.say("잠깐만요")
    chat.wait_for_bot("답: 잠깐만요")
    chat.close()
    conversation_id = conversation_of(chat.session)
    stack.app.conversations.say(conversation_id, client_id="another-tab", text="딴 창에서")
    stack.app.conversations.answer_all(conversation_id)
    back = chats.open(token=chat.session["token"], since=2).session
    assert [one["text"] for one in back["history"]] == ["딴 창에서", "답: 딴 창에서"]

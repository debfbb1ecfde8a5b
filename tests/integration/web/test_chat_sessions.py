"""Whose conversation a socket gets: forged, foreign and expired tokens, origins, log-ins."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
import socketio

from tests.integration.web.polling import Poller, polling_client
from tests.integration.web.stack import (
    HOST_SITE,
    MINJI,
    YUNA,
    Stack,
    conversation_of,
    conversation_token,
    identity_token,
)
from tests.support.chat_client import Chats
from tests.support.settings import CHAT_SECRET, IDENTITY_SECRET


def test_a_visitor_without_a_token_gets_an_empty_anonymous_conversation(stack: Stack, chats: Chats) -> None:
    session = chats.open().session
    assert session["history"] == []
    assert session["seq"] == 0
    assert session["customer"] is None
    assert session["locale"] == "ko"
    assert session["limits"] == {"chars": 1000}
    assert 23 * 3600 < session["exp"] - time.time() <= 24 * 3600
    assert stack.app.conversations.exists(conversation_of(session))


def test_a_good_token_continues_its_conversation_with_its_history_and_a_new_token(chats: Chats) -> None:
    first = chats.open()
    first.say("안녕하세요")
    first.wait_for_bot("답: 안녕하세요")
    again = chats.open(token=first.session["token"]).session
    assert conversation_of(again) == conversation_of(first.session)
    assert [one["text"] for one in again["history"]] == ["안녕하세요", "답: 안녕하세요"]
    assert again["seq"] == 2
    assert again["exp"] >= first.session["exp"]


def test_history_begins_after_the_last_row_seen(chats: Chats) -> None:
    first = chats.open()
    seq = first.say("하나")["seq"]
    first.wait_for_bot("답: 하나")
    again = chats.open(token=first.session["token"], since=seq).session
    assert [one["text"] for one in again["history"]] == ["답: 하나"]


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": "some-other-secret-that-is-not-the-one-of-web"},
        {"secret": IDENTITY_SECRET},
        {"exp": int(time.time()) - 1},
    ],
    ids=["forged", "secret of identities", "expired"],
)
def test_row_42_a_forged_or_expired_token_gets_a_new_conversation_never_the_one_it_names(
    stack: Stack, chats: Chats, changes: dict[str, Any]
) -> None:
    assert_opens_nothing(stack, chats, changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": None},
        {"iat": None},
        {"aud": "prepay-identity"},
        {"aud": None},
        {"aud": ["prepay-chat", "other"]},
    ],
    ids=["no exp", "no iat", "wrong aud", "no aud", "many aud"],
)
def test_row_46_a_token_with_wrong_or_missing_claims_gets_a_new_conversation(
    stack: Stack, chats: Chats, changes: dict[str, Any]
) -> None:
    assert_opens_nothing(stack, chats, changes)


def assert_opens_nothing(stack: Stack, chats: Chats, changes: dict[str, Any]) -> None:
    """A token of somebody's conversation with these changes neither reads nor writes it."""
    victim = chats.open()
    victim.say("비밀 이야기")
    victim_id = conversation_of(victim.session)
    intruder = chats.open(token=conversation_token(victim_id, **changes), since=0)
    assert conversation_of(intruder.session) != victim_id
    assert intruder.session["history"] == []
    intruder.say("들어왔다")
    assert "들어왔다" not in [row.text for row in stack.messages(victim_id)]


def test_row_46_an_unsigned_token_gets_a_new_conversation(chats: Chats) -> None:
    """The algorithm "none" is refused like any other that was not agreed."""
    victim_id = conversation_of(chats.open().session)
    unsigned = conversation_token(victim_id, secret="", algorithm="none")
    assert conversation_of(chats.open(token=unsigned).session) != victim_id


def test_row_46_another_algorithm_of_the_same_secret_is_refused(chats: Chats) -> None:
    victim_id = conversation_of(chats.open().session)
    other = conversation_token(victim_id, secret=CHAT_SECRET * 2, algorithm="HS512")
    assert conversation_of(chats.open(token=other).session) != victim_id


@pytest.mark.parametrize("token", ["", "x", 5, ["a"], {"sub": "x"}, "a.b.c", "x" * 9000])
def test_something_that_is_no_token_gets_a_new_conversation(chats: Chats, token: Any) -> None:
    assert chats.open(token=token).session["history"] == []


def test_a_token_of_a_conversation_that_is_gone_gets_a_new_one(chats: Chats) -> None:
    session = chats.open(token=conversation_token("cv-never-was")).session
    assert conversation_of(session) != "cv-never-was"


def test_row_45_ids_in_other_fields_read_and_write_nothing_of_another_conversation(
    stack: Stack, chats: Chats
) -> None:
    victim = chats.open()
    victim.say("내 대화")
    victim_id = conversation_of(victim.session)
    intruder = chats.open(session_id=victim_id, sub=victim_id, conversation_id=victim_id, sender=victim_id)
    body = {"id": "0123456789", "text": "남의 대화에", "sub": victim_id, "conversation_id": victim_id}
    assert intruder.emit("user_message", body)["ok"]
    intruder.wait_for_bot("답: 남의 대화에")
    assert "남의 대화에" not in [row.text for row in stack.messages(victim_id)]
    assert "내 대화" not in [one["text"] for one in intruder.messages]


def test_row_48_metadata_of_a_client_goes_nowhere(stack: Stack, chats: Chats) -> None:
    chat = chats.open(metadata={"is_external": True})
    body = {"id": "0123456789", "text": "안녕", "metadata": {"is_external": True}, "payload": "/affirm"}
    assert chat.emit("user_message", body)["ok"]
    chat.wait_for_bot("답: 안녕")
    assert stack.rasa.texts(conversation_of(chat.session)) == ["안녕"]


def test_row_46_a_foreign_origin_is_refused(chats: Chats) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        chats.open(origin="https://evil.example")


def test_an_allowed_host_site_may_connect(chats: Chats) -> None:
    assert chats.open(origin=HOST_SITE).session["token"]


def test_polling_works_where_web_sockets_do_not(stack: Stack) -> None:
    with polling_client(stack.settings.public_url) as http:
        visitor = Poller(http)
        assert '"session"' in visitor.connect()
        packets = visitor.say(0)
        while '"role":"bot"' not in packets:
            packets += visitor.read()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"Origin": "null"}, 400),
        ({"Origin": "https://evil.example"}, 400),
        ({"Sec-Fetch-Site": "cross-site"}, 400),
        ({"Sec-Fetch-Site": "same-site"}, 400),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": HOST_SITE}, 200),
    ],
)
def test_row_46_a_handshake_needs_an_origin(stack: Stack, headers: dict[str, str], status: int) -> None:
    """A GET of the page's own origin names none, but then the browser says so in Sec-Fetch-Site."""
    address = "/chat/socket.io/?EIO=4&transport=polling"
    assert stack.http.get(address, headers=headers).status_code == status


def test_row_46_a_web_socket_without_origin_is_refused_before_it_opens(stack: Stack) -> None:
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    address = f"{stack.settings.public_url}/chat/socket.io/?EIO=4&transport=websocket"
    with httpx.Client(trust_env=False) as http:
        assert http.get(address, headers=upgrade).status_code == 400


@pytest.mark.parametrize("auth", [{"v": 2}, {"v": None}])
def test_another_protocol_version_is_refused(chats: Chats, auth: dict[str, Any]) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        chats.open(**auth)


def test_an_identity_token_logs_in_at_the_connection(stack: Stack, chats: Chats) -> None:
    session = chats.open(identity=identity_token()).session
    assert session["customer"] == {"name": "김민지"}
    assert stack.app.account.customer_of(conversation_of(session)) == MINJI


def test_logging_in_mid_conversation_goes_on_with_it_and_tells_the_dialogue(
    stack: Stack, chats: Chats
) -> None:
    stack.rasa.answers["EXTERNAL_logged_in"] = [{"text": "김민지 님, 계속할게요."}]
    chat = chats.open()
    chat.say("5만원 선결제")
    chat.wait_for_bot("답: 5만원 선결제")
    assert chat.emit("identify", {"identity": identity_token()}) == {"ok": True}
    assert chat.session["customer"] == {"name": "김민지"}
    assert conversation_of(chat.sessions[-1]) == conversation_of(chat.sessions[0])
    chat.wait_for_bot("계속할게요")
    assert stack.rasa.told == [(conversation_of(chat.session), "EXTERNAL_logged_in")]


def test_the_event_of_a_log_in_is_never_shown(chats: Chats) -> None:
    chat = chats.open()
    chat.say("안녕")
    chat.emit("identify", {"identity": identity_token()})
    chat.wait_for_bot("답: EXTERNAL_logged_in")
    again = chats.open(token=chat.session["token"]).session
    assert {one["role"] for one in again["history"]} == {"user", "bot"}


@pytest.mark.parametrize("event", ["connect", "identify"])
def test_row_45_a_conversation_of_one_customer_is_never_given_to_another(
    stack: Stack, chats: Chats, event: str
) -> None:
    first = chats.open(identity=identity_token(MINJI))
    first.say("민지의 대화")
    first.wait_for_bot("답: 민지의 대화")
    token, minji_id = first.session["token"], conversation_of(first.session)
    if event == "connect":
        second = chats.open(token=token, identity=identity_token(YUNA), since=1)
    else:
        second = chats.open(token=token)
        assert second.emit("identify", {"identity": identity_token(YUNA)}) == {"ok": True}
    assert conversation_of(second.session) != minji_id
    assert second.session["customer"] == {"name": "윤유나"}
    assert second.session["history"] == []
    assert stack.app.account.customer_of(minji_id) == MINJI


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": CHAT_SECRET},
        {"exp": int(time.time()) - 1},
        {"exp": int(time.time()) + 3600},
        {"exp": None},
        {"aud": "prepay-chat"},
        {"line_id": None},
        {"name": ""},
        {"line_id": 5},
    ],
    ids=["forged", "expired", "good for too long", "no exp", "wrong aud", "no line", "no name", "odd line"],
)
def test_row_46_a_bad_identity_logs_nobody_in_and_refuses_no_connection(
    stack: Stack, chats: Chats, changes: dict[str, Any]
) -> None:
    bad = identity_token(**changes)
    chat = chats.open(identity=bad)
    assert chat.session["customer"] is None
    assert chat.emit("identify", {"identity": bad}) == {"ok": False, "error": "forbidden"}
    assert stack.app.account.customer_of(conversation_of(chat.session)) is None


def test_reset_gives_an_empty_anonymous_conversation_and_leaves_the_old_one(
    stack: Stack, chats: Chats
) -> None:
    chat = chats.open(identity=identity_token())
    chat.say("지워질까요")
    chat.wait_for_bot("답: 지워질까요")
    old_id = conversation_of(chat.session)
    assert chat.emit("reset", {}) == {"ok": True}
    assert conversation_of(chat.session) != old_id
    assert chat.session["history"] == []
    assert chat.session["customer"] is None
    assert [row.text for row in stack.messages(old_id)] == ["지워질까요", "답: 지워질까요"]
    chat.say("새 대화")
    chat.wait_for_bot("답: 새 대화")
    assert "새 대화" not in [row.text for row in stack.messages(old_id)]

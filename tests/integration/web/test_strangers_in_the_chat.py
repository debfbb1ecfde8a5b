"""Another person's conversation cannot be read or written by any id, token or header that a client can send."""

from __future__ import annotations

import base64
import hmac
import json
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.integration.web.guesses import EVENTS, FIELDS, UNKNOWN_EVENTS, headers_naming
from tests.integration.web.polling import SOCKET, Poller, polling_client, session_in
from tests.integration.web.stack import (
    YUNA,
    Stack,
    conversation_of,
    conversation_token,
    identity_token,
)
from tests.integration.web.victim import Victim, make_victim
from tests.support.buyer import Buyer
from tests.support.chat_client import Chat, Chats


@pytest.fixture
def victim(stack: Stack, chats: Chats, buyer: Buyer) -> Victim:
    """Somebody whose conversation is tried for."""
    return make_victim(stack, chats, buyer.verify)


@pytest.fixture
def others(stack: Stack) -> Iterator[Chats]:
    """Chats of somebody else, from another address."""
    opened = Chats(stack.settings.public_url)
    yield opened
    opened.close()


@pytest.fixture
def untouched(victim: Victim) -> Iterator[None]:
    """At the end everything of the victim stands as before, and the victim was told nothing."""
    stored, heard = victim.stored(), victim.heard()
    yield
    assert victim.stored() == stored
    assert victim.heard() == heard


def overheard(chat: Chat) -> list[Any]:
    """Collect, from now on, everything that a chat is sent besides what it collects itself."""
    heard: list[Any] = []
    chat._client.on("*", lambda *event: heard.append(event))
    return heard


def assert_knows_nothing(victim: Victim, *told: Any, known: str = "") -> None:
    """None of what was told holds anything of the victim's but what was known before."""
    text = json.dumps(told, ensure_ascii=False, default=str)
    text = text.replace(known, "") if known else text
    assert not [mark for mark in victim.marks() if mark in text]


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("logged_in", [False, True], ids=["visitor", "customer"])
def test_row_45_no_field_of_a_connection_opens_it(victim: Victim, others: Chats, logged_in: bool) -> None:
    own = {"identity": identity_token(YUNA)} if logged_in else {}
    for name, value in victim.known.items():
        chat = others.open(**{**dict.fromkeys(FIELDS, value), **own})
        assert conversation_of(chat.session) != victim.conversation_id, name
        assert chat.session["history"] == [], name
        assert chat.session["customer"] == ({"name": YUNA.name} if logged_in else None), name
        chat.say("남의 대화에 쓰기")
        chat.wait_for_bot("답: 남의 대화에 쓰기")
        assert_knows_nothing(victim, chat.sessions, chat.messages)


@pytest.mark.usefixtures("untouched")
def test_row_45_no_field_of_an_event_reads_or_writes_it(victim: Victim, others: Chats) -> None:
    for name, value in victim.known.items():
        chat = others.open(identity=identity_token(YUNA))
        heard, fields = overheard(chat), dict.fromkeys(FIELDS, value)
        acks = []
        for event in EVENTS:
            own = {"id": str(uuid.uuid4()), "text": "끼어들기", "index": 0, "value": "up"}
            acks.append(chat.emit(event, {**fields, **own}))
            acks.append(chat.emit(event, {**fields, "text": "끼어들기", "index": 0}))
        for event in UNKNOWN_EVENTS:
            chat._client.emit(event, {**fields, "text": "끼어들기"})
            chat._client.emit(event, value)
        chat.say("끝")
        chat.wait_for_bot("답: 끝")
        assert acks[0]["ok"], name
        assert_knows_nothing(victim, acks, heard, chat.sessions, chat.messages, known=value)


@pytest.mark.usefixtures("untouched")
def test_row_45_a_message_of_anothers_number_offers_its_buttons_to_nobody_else(
    victim: Victim, others: Chats
) -> None:
    """Rows are counted in every conversation, so numbers are no secret."""
    chat = others.open()
    for number in range(6):
        assert chat.choose({"id": str(number)}, 0)["error"] == "stale"
    assert victim.chat.choose({"id": "99"}, 0)["error"] == "stale"


def with_hmac(header: str, claims: str, key: bytes) -> str:
    """A token signed with a key that no library would take."""
    digest = hmac.digest(key, f"{header}.{claims}".encode(), "sha256")
    return f"{header}.{claims}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def bent_tokens(own: str, victim_id: str) -> dict[str, str]:
    """Somebody's own token, bent in every way that JWT libraries have fallen for; and tokens for other uses."""
    header, claims, signature = own.split(".")

    def part(body: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(body).encode()).rstrip(b"=").decode()

    wished = {**json.loads(base64.urlsafe_b64decode(claims + "==")), "sub": victim_id}
    key = base64.urlsafe_b64encode(b"k" * 32).decode()
    with_key = {
        "alg": "HS256",
        "jwk": {"kty": "oct", "k": key},
        "kid": "../../dev/null",
        "jku": "https://x.example",
    }
    unsigned = {
        f"alg {alg!r}": f"{part({'alg': alg, 'typ': 'JWT'})}.{part(wished)}.{end}"
        for alg in ("none", "None", "NONE", "nOnE", "", None)
        for end in ("", signature)
    }
    return {
        **unsigned,
        "other claims, own signature": f"{header}.{part(wished)}.{signature}",
        "no signature": f"{header}.{part(wished)}",
        "a key of its own": with_hmac(header, part(wished), b"k" * 32),
        "a key in the header": with_hmac(part(with_key), part(wished), b"k" * 32),
        "an empty key": with_hmac(header, part(wished), b""),
        "an identity of that name": identity_token(YUNA, sub=victim_id),
        "the id itself": victim_id,
    }


@pytest.mark.usefixtures("untouched")
def test_row_46_no_token_that_one_can_make_oneself_opens_it(victim: Victim, others: Chats) -> None:
    own = others.open(identity=identity_token(YUNA)).session["token"]
    for name, token in bent_tokens(own, victim.conversation_id).items():
        for field in ("token", "identity"):
            session = others.open(**{field: token}).session
            assert conversation_of(session) != victim.conversation_id, name
            assert session["history"] == [], name
            assert_knows_nothing(victim, session)


@pytest.mark.usefixtures("untouched")
def test_row_46_no_identity_that_one_can_make_oneself_is_anothers(victim: Victim, others: Chats) -> None:
    """The claims of the victim under any signature but the host site's."""
    chat = others.open()
    claims = {"line_id": victim.known["line"], "name": victim.known["name"]}
    own = identity_token(YUNA, **claims)
    for name, token in bent_tokens(own, victim.known["customer"]).items():
        if name != "an identity of that name":
            assert chat.emit("identify", {"identity": token}) == {"ok": False, "error": "forbidden"}, name
    assert chat.emit("identify", {"identity": conversation_token(victim.known["customer"], **claims)})[
        "error"
    ]
    assert {session["customer"] for session in chat.sessions} == {None}


@pytest.mark.usefixtures("untouched")
def test_row_45_no_header_and_no_cookie_of_a_handshake_opens_it(victim: Victim) -> None:
    for name, known in victim.known.items():
        with polling_client(victim.stack.settings.public_url, **headers_naming(known)) as http:
            packets = Poller(http, dict.fromkeys(FIELDS, known) | {"sid": ""}).connect()
        session = session_in(packets)
        assert conversation_of(session) != victim.conversation_id, name
        assert session["history"] == [], name
        assert_knows_nothing(victim, packets)


@pytest.mark.usefixtures("untouched")
def test_row_45_no_known_id_is_that_of_a_transport(victim: Victim) -> None:
    """The id of a transport is a key of its own, which only the client is told that made it."""
    packet = '42["user_message",{"id":"01234567","text":"끼어들기"}]'
    with polling_client(victim.stack.settings.public_url) as http:
        for name, value in victim.known.items():
            parameters = {"EIO": "4", "transport": "polling", "sid": value}
            for method, content in (("GET", None), ("POST", packet)):
                response = http.request(method, SOCKET, params=parameters, content=content)
                assert response.status_code == 400, (name, method)
                assert_knows_nothing(victim, response.text, known=value)


@pytest.mark.usefixtures("untouched")
def test_row_46_a_socket_that_was_not_taken_in_can_say_nothing(victim: Victim, stack: Stack) -> None:
    with polling_client(stack.settings.public_url) as http:
        hasty = Poller(http)
        before = len(stack.rasa.heard)
        hasty.write('420["user_message",{"id":"01234567","text":"아직 안 들어왔어요"}]')
        hasty.write(f'42/{victim.conversation_id},1["user_message",{{"id":"01234567","text":"다른 방"}}]')
        packets = hasty.connect()
        assert "43" not in [packet[:2] for packet in packets.split("\x1e")]
        assert '"ok":true' in hasty.say(2)
    assert [text for _, text in stack.rasa.heard[before:]] in ([], ["안녕"])


@pytest.mark.usefixtures("untouched")
def test_row_45_there_is_no_other_room_to_listen_in(victim: Victim) -> None:
    with polling_client(victim.stack.settings.public_url) as http:
        for namespace in ("admin", "chat", "*", *map(quote, victim.known.values())):
            poller = Poller(http)
            poller.write(f'40/{namespace},{{"v":1}}')
            answer = poller.read()
            assert answer.startswith("44"), namespace
            assert_knows_nothing(victim, answer, known=namespace)

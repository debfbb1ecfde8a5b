"""Limits per address, from addresses of their own so that other tests are not held up."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from prepayment.adapters.sql.tables import conversations
from tests.integration.sandbox.harness import wait_until
from tests.integration.web.polling import SOCKET, Poller, polling_client
from tests.integration.web.stack import Stack, conversation_of
from tests.support.chat_client import Chat, Chats
from web.chat.limits import CONNECTIONS, HANDSHAKES, PER_ADDRESS, PER_CONVERSATION


@pytest.fixture
def http(stack: Stack) -> Iterator[httpx.Client]:
    """A client on an address of this machine that no other test uses."""
    with polling_client(stack.settings.public_url) as client:
        yield client


def test_row_50_connections_of_an_address_are_limited_and_told_when_to_come_back(http: httpx.Client) -> None:
    answers = [Poller(http).connect() for _ in range(CONNECTIONS.amount + 1)]
    assert all('"session"' in answer for answer in answers[:-1])
    refusal = json.loads(answers[-1].removeprefix("44"))
    assert refusal["data"]["code"] == "rate_limited"
    assert 1 <= refusal["data"]["retry_after"] <= 60


def test_row_50_of_a_thousand_transports_an_address_opens_two_hundred_and_forty(
    stack: Stack, http: httpx.Client
) -> None:
    """Whether or not a chat comes of them; nobody else is held up."""
    opening = {"EIO": "4", "transport": "polling"}
    answers = [http.get(SOCKET, params=opening) for _ in range(1000)]
    assert [answer.status_code for answer in answers] == [200] * HANDSHAKES.amount + [429] * (
        1000 - HANDSHAKES.amount
    )
    assert all(1 <= int(answer.headers["retry-after"]) <= 60 for answer in answers[HANDSHAKES.amount :])
    with polling_client(stack.settings.public_url) as other:
        assert '"session"' in Poller(other).connect()


def test_row_50_messages_of_an_address_are_limited_over_all_its_conversations(http: httpx.Client) -> None:
    each = PER_CONVERSATION.amount
    for _ in range(PER_ADDRESS.amount // each):
        visitor = Poller(http)
        visitor.connect()
        for number in range(each):
            assert '"ok":true' in visitor.say(number)
    late = Poller(http)
    late.connect()
    assert '"rate_limited"' in late.say(0)


def shout(chat: Chat, times: int, acks: list[dict[str, Any]]) -> None:
    """Say something as often as that, without waiting for an answer."""
    for number in range(times):
        body = {"id": str(uuid.uuid4()), "text": f"빨리 {number}"}
        chat._client.emit("user_message", body, callback=acks.append)


def assert_limited(acks: list[dict[str, Any]], taken: int) -> None:
    """So many were taken, and all others were told when to come back."""
    assert Counter(ack["ok"] for ack in acks) == {True: taken, False: len(acks) - taken}
    refused = [ack for ack in acks if not ack["ok"]]
    assert {ack["error"] for ack in refused} == {"rate_limited"}
    assert all(1 <= ack["retry_after"] <= 10 for ack in refused)


def test_row_50_of_a_hundred_messages_at_once_a_conversation_takes_twenty(stack: Stack, chats: Chats) -> None:
    chat, acks = chats.open(), list[dict[str, Any]]()
    shout(chat, 100, acks)
    wait_until(lambda: len(acks) == 100)
    assert_limited(acks, PER_CONVERSATION.amount)
    rows = stack.messages(conversation_of(chat.session))
    assert len([row for row in rows if row.role == "user"]) == PER_CONVERSATION.amount
    assert chat.connected


def test_row_50_two_tabs_share_the_limit_of_their_conversation(chats: Chats) -> None:
    acks: list[dict[str, Any]] = []
    first = chats.open()
    tabs = [first, chats.open(token=first.session["token"])]
    for tab in tabs:
        shout(tab, 20, acks)
    wait_until(lambda: len(acks) == 40)
    assert_limited(acks, PER_CONVERSATION.amount)


def test_row_50_a_new_conversation_does_not_get_round_the_limit_of_connections(http: httpx.Client) -> None:
    """`reset` makes a conversation without a new connection, so it counts as one."""
    visitor = Poller(http)
    visitor.connect()
    packets = ""
    for number in range(CONNECTIONS.amount):
        visitor.write(f'42{number}["reset",{{}}]')
        while f"43{number}[" not in packets:
            packets += visitor.read()
    assert packets.count('"rate_limited"') == 1


def test_row_50_a_header_changes_nobodys_address(http: httpx.Client) -> None:
    """Without a proxy in the settings what a client says of its address counts for nothing."""
    answers = []
    for number in range(CONNECTIONS.amount + 1):
        http.headers.update(
            {"X-Forwarded-For": f"10.0.{number // 250}.{number % 250}", "X-Real-IP": "10.1.1.1"}
        )
        answers.append(Poller(http).connect())
    assert "rate_limited" in answers[-1]


def test_row_50_an_event_named_as_the_servers_own_does_nothing(stack: Stack, chats: Chats) -> None:
    """Else anybody could connect again and again on one connection, each time from an address of their choice."""
    chat = chats.open()
    for number in range(5):
        environ = {"asgi.scope": {"client": [f"10.9.9.{number}", 1]}}
        chat._client.emit("connect", (environ, {"v": 1}))
        chat._client.emit("disconnect", "client disconnect")
    assert chat.say("아직 있어요")["ok"]
    chat.wait_for_bot("답: 아직 있어요")
    assert len(chat.sessions) == 1
    with stack.app.database.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(conversations)).scalar_one() == 1

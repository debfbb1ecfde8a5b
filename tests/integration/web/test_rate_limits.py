"""Limits per address, from addresses of their own so that other tests are not held up."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.integration.web.polling import Poller, polling_client
from tests.integration.web.stack import Stack
from web.chat.limits import CONNECTIONS, PER_ADDRESS, PER_CONVERSATION


@pytest.fixture
def http(stack: Stack) -> Iterator[httpx.Client]:
    """A client on an address of this machine that no other test uses."""
    with polling_client(stack.settings.public_url) as client:
        yield client


def test_connections_of_an_address_are_limited_and_told_when_to_come_back(http: httpx.Client) -> None:
    answers = [Poller(http).connect() for _ in range(CONNECTIONS.amount + 1)]
    assert all('"session"' in answer for answer in answers[:-1])
    refusal = json.loads(answers[-1].removeprefix("44"))
    assert refusal["data"]["code"] == "rate_limited"
    assert 1 <= refusal["data"]["retry_after"] <= 60


def test_messages_of_an_address_are_limited_over_all_its_conversations(http: httpx.Client) -> None:
    each = PER_CONVERSATION.amount
    for _ in range(PER_ADDRESS.amount // each):
        visitor = Poller(http)
        visitor.connect()
        for number in range(each):
            assert '"ok":true' in visitor.say(number)
    late = Poller(http)
    late.connect()
    assert '"rate_limited"' in late.say(0)

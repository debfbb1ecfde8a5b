"""Tokens of open sockets are renewed long before they end, without a word to the customer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

import pytest

import web.chat.session_tokens
import web.chat.socket
from prepayment.settings import Settings
from tests.integration.sandbox.harness import free_port, wait_until
from tests.integration.web.own_site import own_site
from tests.integration.web.stack import Stack, conversation_of
from tests.support.chat_client import Chat, Chats

SHORT_SECONDS = 600


@pytest.fixture
def hasty_site(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A site whose tokens are good for ten minutes only, and which looks for old ones all the time."""
    monkeypatch.setattr(web.chat.session_tokens, "LIFETIME_SECONDS", SHORT_SECONDS)
    monkeypatch.setattr(web.chat.socket, "_RENEWAL_EVERY_SECONDS", 0.05)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = stack.settings.model_copy(
        update={"web_port": port, "public_url": url, "allowed_origins": (url,)}
    )
    with own_site(settings):
        yield settings


def rows_of(chat: Chat) -> list[str]:
    """Every row that a chat was told, with a new token or by itself, as the chat shows them: by seq, each once."""
    told = [row for session in list(chat.sessions) for row in session["history"]]
    rows = {row["seq"]: row["text"] for row in [*told, *list(chat.messages)]}
    return [rows[seq] for seq in sorted(rows)]


def is_answered_and_renewed(chat: Chat, text: str, sessions: int) -> bool:
    """Whether a text has its answer and the chat so many tokens."""
    return f"답: {text}" in rows_of(chat) and len(chat.sessions) >= sessions


def test_row_42_a_token_is_renewed_while_the_chat_is_open(hasty_site: Settings) -> None:
    """The conversation goes on, no row is lost, and the new token opens it."""
    chats = Chats(hasty_site.public_url)
    try:
        chat = chats.open()
        for text in ("하나", "둘"):
            told = len(chat.sessions)
            chat.say(text)
            wait_until(partial(is_answered_and_renewed, chat, text, told + 2))
        assert rows_of(chat) == ["하나", "답: 하나", "둘", "답: 둘"]
        renewed = chat.session
        assert conversation_of(renewed) == conversation_of(chat.sessions[0])
        assert renewed["exp"] - time.time() > SHORT_SECONDS - 60
        again = chats.open(token=renewed["token"]).session
        assert conversation_of(again) == conversation_of(renewed)
    finally:
        chats.close()

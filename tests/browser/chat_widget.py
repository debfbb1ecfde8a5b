"""The chat as a visitor of a host page meets it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from playwright.sync_api import BrowserContext, Frame, Locator, Page, expect

from prepayment.ports import Button, Reply
from tests.browser.waiting import wait_for
from tests.support.full_stack import FullStack

BARE = "/portal/embed/bare"
HOSTILE = "/portal/embed/hostile"
TOKEN = "prepay-chat-token"


class Widget:
    """The launcher, and the chat app in its frame, on one page."""

    def __init__(self, page: Page, stack: FullStack) -> None:
        self.page = page
        self._stack = stack
        self.host = page.locator("#prepay-chat-widget")
        self.launcher = self.host.locator("button.launcher")
        self.panel = self.host.locator(".panel")
        self.app = page.frame_locator("#prepay-chat-widget iframe")
        self.log = self.app.get_by_role("log")
        self.input = self.app.get_by_role("textbox")
        self.send = self.app.get_by_role("button", name="보내기", exact=True)
        self.reset = self.app.get_by_role("button", name="새 대화 시작")
        self.close = self.app.get_by_role("button", name="채팅 닫기")
        self.banner = self.app.locator(".banner")
        self.notice = self.app.locator(".notice")
        self.typing = self.app.locator(".typing")

    def open(self) -> Widget:
        """Press the launcher and wait for the connection."""
        self.launcher.click()
        return self.wait_until_online()

    def wait_until_online(self) -> Widget:
        """Wait for the chat to be shown and connected."""
        expect(self.input).to_be_visible()
        # The button for a new conversation works only while the server can be asked for one.
        expect(self.reset).to_be_enabled()
        return self

    @property
    def frame(self) -> Frame:
        """The chat app's frame, for scripts."""
        frame = next((one for one in self.page.frames if re.search(r"/chat\?", one.url)), None)
        assert frame is not None, "the chat has not been opened"
        return frame

    @property
    def conversation(self) -> str:
        """The conversation that the chat shows."""
        token = self.frame.evaluate(f"() => localStorage.getItem('{TOKEN}')")
        return self._stack.conversation_of({"token": token})

    def say(self, text: str) -> None:
        """Type a message and send it with the button."""
        self.input.fill(text)
        self.send.click()

    def log_in(self, customer: str = "minji") -> None:
        """Tell the chat who the customer is, as a host page's script does."""
        token = self._stack.identity_token(customer)
        self.page.evaluate("(token) => window.PrepayChat.identify(token)", token)
        expect(self.app.get_by_text(self._stack.customer(customer).name)).to_be_visible()

    def bubbles(self, role: str, text: str | re.Pattern[str] = "") -> Locator:
        """The bubbles of ``user`` or ``bot`` that hold a text."""
        return self.app.locator(f"article.row.{role}").filter(has_text=text)

    def choice(self, title: str | re.Pattern[str]) -> Locator:
        """The newest reply button with this title."""
        return self.log.get_by_role("button", name=title, exact=isinstance(title, str)).last

    def texts(self, role: str) -> list[str]:
        """What ``user`` or ``bot`` has said, as shown, oldest first."""
        return self.app.locator(f"article.row.{role} .bubble").all_inner_texts()

    def bot_says(self, text: str, *buttons: Button, wait: bool = True) -> None:
        """Let the bot say something by itself, as the worker does; ``wait`` for it to be shown."""
        before = self.bubbles("bot").count()
        bot_says(self._stack, self.conversation, Reply(text, buttons))
        if wait:
            expect(self.bubbles("bot")).to_have_count(before + 1)

    def stored(self, role: str) -> list[str]:
        """What the server keeps of the conversation."""
        rows = self._stack.app.conversations.messages(self.conversation)
        return [row.text for row in rows if row.role == role]

    def wait_for(self, condition: Callable[[], Any]) -> Any:
        """Poll until it gives something true, while the page goes on."""
        return wait_for(self.page, condition)


def visit(context: BrowserContext, stack: FullStack, path: str = BARE) -> Widget:
    """Go to a page with the chat on it; the chat stays closed."""
    page = context.new_page()
    page.goto(path)
    widget = Widget(page, stack)
    expect(widget.launcher).to_be_visible()
    return widget


def bot_says(stack: FullStack, conversation_id: str, *replies: Reply) -> Sequence[Any]:
    """Append replies to a conversation as the worker does, unasked; returns the rows."""
    with stack.app.database() as unit:
        rows = unit.conversations.add_replies(conversation_id, replies)
        unit.commit()
    return rows

"""A real Chromium for the tests that need one, and fresh profiles of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from scripts.browser import find_browser
from tests.browser.chat_frames import ChatFrames
from tests.browser.chat_widget import BARE, Widget
from tests.support.full_stack import FullStack
from tests.support.host_site import HostSite, host_site

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SLOW = 20_000  # milliseconds; only how long to wait before giving up
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
SIZES = {"desktop": DESKTOP, "phone": PHONE}

Contexts = Callable[..., BrowserContext]

expect.set_options(timeout=SLOW)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's Chromium, headless."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(find_browser()), args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def new_context(browser: Browser, stack: FullStack) -> Iterator[Contexts]:
    """Opens fresh browser profiles in Seoul; no script on any of their pages may fail."""
    errors: list[str] = []
    opened: list[BrowserContext] = []

    def open_one(**options: Any) -> BrowserContext:
        context = browser.new_context(
            **{
                **DESKTOP,
                "locale": "ko-KR",
                "timezone_id": "Asia/Seoul",
                "base_url": stack.settings.public_url,
                **options,
            }
        )
        context.set_default_timeout(SLOW)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()
    assert errors == []


@pytest.fixture
def desktop(new_context: Contexts) -> BrowserContext:
    """A profile on a desktop with mouse and keyboard."""
    return new_context()


@pytest.fixture
def phone(new_context: Contexts) -> BrowserContext:
    """A profile on a phone with a touch screen."""
    return new_context(**PHONE)


@pytest.fixture
def page(desktop: BrowserContext) -> Page:
    """An empty page on a desktop."""
    return desktop.new_page()


@pytest.fixture
def frames(page: Page) -> ChatFrames:
    """What the page's chat socket carries."""
    return ChatFrames(page)


@pytest.fixture
def widget(page: Page, frames: ChatFrames, stack: FullStack) -> Widget:
    """The chat on a bare page, open."""
    page.goto(BARE)
    return Widget(page, stack).open()


@pytest.fixture(scope="session")
def shop_site(session_stack: FullStack) -> Iterator[HostSite]:
    """A host site on another origin that may embed the chat."""
    with host_site(urlsplit(session_stack.settings.allowed_origins[-1]).port) as site:
        yield site


@pytest.fixture(scope="session")
def foreign_site() -> Iterator[HostSite]:
    """A site on another origin that may not."""
    with host_site() as site:
        yield site

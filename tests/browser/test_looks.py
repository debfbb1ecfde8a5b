"""Light and dark, a host's own colour, and the other language, all while the chat is open."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.axe import violations
from tests.browser.chat_widget import Widget, visit
from tests.browser.states import buttons
from tests.support.full_stack import FullStack
from tests.support.host_site import HostSite, host_page

HANGUL = re.compile("[가-힣]")
ACCENTS = ["#6b21a8", "#ffe812", "#0000ff", "#777777", "#ffffff", "#000000", "#ff5a5f"]
BACKGROUND = "(one) => getComputedStyle(one).backgroundColor"
LIGHT, DARK = "rgb(244, 246, 245)", "rgb(15, 21, 20)"


def hex_colour(css: str) -> str:
    """``rgb(107, 33, 168)`` as ``#6b21a8``."""
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", css)[:3])


def set_theme(page: Page, **wish: str | None) -> None:
    """Ask the widget for a look, as a host page's script does."""
    page.evaluate("(wish) => window.PrepayChat.setTheme(wish)", wish)


def expect_accent(widget: Widget, colour: str) -> None:
    """Wait until the button that sends has this colour."""
    widget.wait_for(lambda: hex_colour(widget.send.evaluate(BACKGROUND)) == colour)


def expect_background(widget: Widget, colour: str) -> None:
    """Wait until the chat has this background."""
    expect(widget.app.locator("body")).to_have_css("background-color", colour)


def test_row_61_dark_mode_follows_the_system_while_the_chat_is_open(
    desktop: BrowserContext, stack: FullStack
) -> None:
    widget = visit(desktop, stack).open()
    expect_background(widget, LIGHT)
    widget.page.emulate_media(color_scheme="dark")
    expect_background(widget, DARK)
    widget.page.emulate_media(color_scheme="light")
    expect_background(widget, LIGHT)


def test_row_61_a_host_decides_the_theme_while_the_chat_is_open(
    desktop: BrowserContext, stack: FullStack
) -> None:
    widget = visit(desktop, stack).open()
    set_theme(widget.page, theme="dark")
    expect_background(widget, DARK)
    widget.page.reload()
    widget.wait_until_online()
    expect_background(widget, LIGHT)
    widget.page.locator("script[src*=loader]").evaluate("(tag) => { tag.dataset.theme = 'dark'; }")
    expect_background(widget, DARK)
    set_theme(widget.page, theme="auto")
    expect_background(widget, LIGHT)


def test_row_61_what_the_script_tag_says_holds_from_the_start(
    desktop: BrowserContext, stack: FullStack, shop_site: HostSite
) -> None:
    source = f"{stack.settings.public_url}/static/loader.js"
    tag = f'<script async src="{source}" data-theme="dark" data-accent="#ffe812"></script>'
    widget = visit(desktop, stack, shop_site.put("/dark", host_page(tag)))
    assert hex_colour(widget.launcher.evaluate(BACKGROUND)) == "#ffe812"
    expect(widget.launcher).to_have_css("color", "rgb(0, 0, 0)")
    widget.open()
    expect_background(widget, DARK)
    widget.input.fill("말")
    assert hex_colour(widget.send.evaluate(BACKGROUND)) == "#ffe812"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_row_61_every_accent_is_applied_at_once_and_stays_readable(
    desktop: BrowserContext, stack: FullStack, theme: str
) -> None:
    widget = buttons(desktop, stack)
    set_theme(widget.page, theme=theme)
    widget.input.fill("말")
    widget.page.mouse.move(2, 2)
    for accent in ACCENTS:
        set_theme(widget.page, accent=accent)
        expect_accent(widget, accent)
        assert hex_colour(widget.launcher.evaluate(BACKGROUND)) == accent
        found = [line for line in violations(widget.frame) if line.startswith("color-contrast")]
        assert (accent, found) == (accent, [])
        assert violations(widget.page) == []
    set_theme(widget.page, accent=None)
    expect_accent(widget, {"light": "#0b6b5d", "dark": "#63cdbb"}[theme])


def test_row_61_in_english_no_word_of_ours_is_korean(
    desktop: BrowserContext, stack: FullStack, shop_site: HostSite
) -> None:
    source = f"{stack.settings.public_url}/static/loader.js"
    tag = f'<script async src="{source}" data-locale="en"></script>'
    widget = Widget(desktop.new_page(), stack)
    widget.page.goto(shop_site.put("/english", host_page(tag)))
    expect(widget.launcher).to_have_accessible_name("Open prepayment chat")
    widget.launcher.click()
    expect(widget.app.get_by_role("button", name="Start a new conversation")).to_be_enabled()
    expect(widget.app.locator("html")).to_have_attribute("lang", "en")
    words = widget.app.locator("body").evaluate(
        """(body) => [body.innerText, ...[...body.querySelectorAll("*")].flatMap((one) =>
            ["aria-label", "title", "placeholder"].map((name) => one.getAttribute(name) ?? ""))]"""
    )
    assert [one for one in words if HANGUL.search(one)] == []
    assert "Ask a question or type an amount" in words

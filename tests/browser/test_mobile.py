"""The chat on a phone: the whole screen, the keyboard, the page behind, and the way back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chat_widget import BARE, Widget, visit
from tests.support.full_stack import FullStack
from tests.support.host_site import HostSite, host_page

WIDTH, HEIGHT = 390, 844


@pytest.fixture
def page(phone: BrowserContext) -> Page:
    """An empty page of a phone."""
    return phone.new_page()


def long_page(stack: FullStack, style: str = "") -> str:
    """A host page that scrolls."""
    script = f'<script async src="{stack.settings.public_url}/static/loader.js"></script>'
    return host_page(f'<p style="height: 3000px">긴 글</p>{script}', head=f"<style>{style}</style>")


def top_of_panel(widget: Widget) -> tuple[float, float, float, float]:
    """Where the panel stands: left, top, width, height."""
    box = widget.panel.bounding_box()
    assert box is not None
    return (box["x"], box["y"], box["width"], box["height"])


def test_row_59_the_chat_covers_the_screen_and_ends_with_its_safe_area(
    phone: BrowserContext, stack: FullStack
) -> None:
    widget = visit(phone, stack)
    devtools = phone.new_cdp_session(widget.page)
    devtools.send("Emulation.setSafeAreaInsetsOverride", {"insets": {"bottom": 34, "bottomMax": 34}})
    widget.open()
    resting = "() => document.querySelector('#prepay-chat-widget').shadowRoot.getAnimations().length === 0"
    widget.wait_for(lambda: widget.page.evaluate(resting))
    assert top_of_panel(widget) == (0, 0, WIDTH, HEIGHT)
    expect(widget.launcher).to_be_hidden()
    expect(widget.panel).to_have_attribute("aria-modal", "true")
    foot = widget.app.locator(".composer").evaluate(
        "(one) => parseFloat(getComputedStyle(one).paddingBottom)"
    )
    assert foot >= 34


def test_row_59_the_input_is_large_enough_that_ios_does_not_zoom(
    phone: BrowserContext, stack: FullStack
) -> None:
    widget = visit(phone, stack).open()
    assert widget.input.evaluate("(box) => parseFloat(getComputedStyle(box).fontSize)") >= 16


def test_row_59_the_input_stays_above_a_keyboard_that_makes_the_window_smaller(
    phone: BrowserContext, stack: FullStack
) -> None:
    widget = visit(phone, stack).open()
    widget.bot_says("\n\n".join(f"{number}번째 문단이에요." for number in range(20)))
    widget.page.set_viewport_size({"width": WIDTH, "height": HEIGHT - 360})
    expect(widget.send).to_be_in_viewport(ratio=1)
    widget.wait_for(lambda: top_of_panel(widget)[3] == HEIGHT - 360)


def test_row_59_the_panel_fits_above_a_keyboard_that_covers_the_window(
    phone: BrowserContext, stack: FullStack
) -> None:
    """As on iOS: the window keeps its height and only the visual viewport shrinks and moves."""
    widget = visit(phone, stack).open()
    widget.page.evaluate(
        """() => {
            const { visualViewport } = window;
            Object.defineProperty(visualViewport, "height", { value: 444, configurable: true });
            Object.defineProperty(visualViewport, "offsetTop", { value: 60, configurable: true });
            visualViewport.dispatchEvent(new Event("resize"));
        }"""
    )
    widget.wait_for(lambda: top_of_panel(widget) == (0, 60, WIDTH, 444))
    box = widget.send.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 60 + 444


@pytest.mark.parametrize("style", ["", "html { overflow: scroll !important }"], ids=["plain", "own overflow"])
def test_row_59_the_page_behind_is_locked_and_comes_back_as_it_was(
    page: Page, stack: FullStack, shop_site: HostSite, style: str
) -> None:
    page.goto(shop_site.put("/long", long_page(stack, style)))
    widget = Widget(page, stack)
    page.evaluate("() => { document.documentElement.style.overflow = 'auto'; scrollTo(0, 700); }")
    before = page.evaluate("() => getComputedStyle(document.documentElement).overflowY")
    widget.open()
    assert page.evaluate("() => getComputedStyle(document.documentElement).overflowY") == "hidden"
    expect(page.locator("main")).to_have_js_property("inert", True)
    widget.close.click()
    expect(widget.panel).to_be_hidden()
    assert page.evaluate("() => [getComputedStyle(document.documentElement).overflowY, scrollY]") == [
        before,
        700,
    ]
    assert page.evaluate("() => document.documentElement.style.overflow") == "auto"
    expect(page.locator("main")).to_have_js_property("inert", False)


def test_row_60_back_closes_the_chat_and_only_then_leaves_the_page(page: Page, stack: FullStack) -> None:
    page.goto("/portal/login")
    page.goto(BARE)
    widget = Widget(page, stack).open()
    page.go_back()
    expect(widget.panel).to_be_hidden()
    assert page.url.endswith(BARE)
    expect(widget.launcher).to_be_focused()
    page.go_back()
    page.wait_for_url(re.compile("/portal/login$"))


def test_row_60_a_chat_that_was_closed_by_hand_leaves_no_step_behind(page: Page, stack: FullStack) -> None:
    page.goto("/portal/login")
    page.goto(BARE)
    widget = Widget(page, stack)
    for _ in range(2):
        widget.open()
        widget.close.click()
        expect(widget.panel).to_be_hidden()
    widget.wait_for(lambda: page.evaluate("() => !history.state?.prepayChatOpen"))
    page.go_back()
    page.wait_for_url(re.compile("/portal/login$"))


def test_row_60_the_page_hears_nothing_of_the_step(page: Page, stack: FullStack, shop_site: HostSite) -> None:
    """A page that counts its own steps, as those do that load nothing when one moves about in them."""
    page.goto(shop_site.put("/steps", long_page(stack)))
    page.evaluate(
        """() => {
            window.steps = [];
            history.replaceState({ own: 1 }, "", "#first");
            history.pushState({ own: 2 }, "", "#second");
            addEventListener("popstate", (event) => steps.push(event.state?.own ?? null));
        }"""
    )
    widget = Widget(page, stack).open()
    page.go_back()
    expect(widget.panel).to_be_hidden()
    assert page.evaluate("() => [steps, history.state, location.hash]") == [[], {"own": 2}, "#second"]
    page.go_back()
    widget.wait_for(lambda: page.evaluate("() => location.hash === '#first'"))
    assert page.evaluate("() => steps") == [1]


def test_row_60_on_a_desktop_back_is_the_pages_own(desktop: BrowserContext, stack: FullStack) -> None:
    page = desktop.new_page()
    page.goto("/portal/login")
    page.goto(BARE)
    Widget(page, stack).open()
    page.go_back()
    page.wait_for_url(re.compile("/portal/login$"))

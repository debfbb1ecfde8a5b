"""Every page of the checkout for everybody: by axe, by structure, on narrow screens, enlarged, without our colours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.axe import violations
from tests.browser.checkout.gallery import PAGES, Gallery
from tests.browser.conftest import DESKTOP, Contexts
from tests.browser.pictures import picture
from tests.browser.waiting import wait_for
from tests.integration.web.stack import Stack

PHONE: ViewportSize = {"width": 390, "height": 844}
NARROW: ViewportSize = {"width": 320, "height": 640}
# 1280 px enlarged to 200 %.
ENLARGED: ViewportSize = {"width": 640, "height": 430}
SIZES: dict[str, ViewportSize] = {
    "narrow": NARROW,
    "phone": PHONE,
    "enlarged": ENLARGED,
    "desktop": DESKTOP["viewport"],
}

SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }",
    "p { margin-bottom: 2em !important; }",
)
ADD_RULES = """(rules) => {
    const sheet = document.styleSheets[0];
    for (const rule of rules) sheet.insertRule(rule, sheet.cssRules.length);
}"""
REMOVE_RULES = """(count) => {
    const sheet = document.styleSheets[0];
    for (let left = count; left > 0; left -= 1) sheet.deleteRule(sheet.cssRules.length - 1);
}"""
# What needs scrolling sideways, or is cut off by what surrounds it.
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    return [...document.querySelectorAll("body, body *")]
        .filter((one) => !one.closest(".visually-hidden, svg, noscript"))
        .filter((one) => one.getBoundingClientRect().right > width + 0.5 || one.scrollWidth > one.clientWidth + 1
            && getComputedStyle(one).display !== "inline")
        .map((one) => one.outerHTML.slice(0, 120));
}"""
CONTROLS = "a, button, input, select, textarea, summary, [tabindex='0']"


@contextmanager
def one_page(browser: Browser, stack: Stack, **options: Any) -> Iterator[Page]:
    """One page in which all are looked at, one after the other; none of their scripts may fail."""
    errors: list[str] = []
    context = browser.new_context(
        base_url=stack.settings.public_url,
        locale="ko-KR",
        timezone_id="Asia/Seoul",
        viewport=PHONE,
        **options,
    )
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context.new_page()
    context.close()
    assert errors == []


@pytest.fixture(scope="module")
def visitor(browser: Browser, stack: Stack) -> Iterator[Page]:
    """A visitor with a touch screen."""
    with one_page(browser, stack, has_touch=True) as page:
        yield page


@pytest.fixture(scope="module")
def visitor_without_colours(browser: Browser, stack: Stack) -> Iterator[Page]:
    """A visitor whose system has colours of its own."""
    with one_page(browser, stack, forced_colors="active") as page:
        yield page


@pytest.fixture(scope="module", params=PAGES)
def shown(visitor: Page, gallery: Gallery, request: pytest.FixtureRequest) -> Page:
    """A page of the checkout."""
    visitor.goto(gallery.address(request.param))
    return visitor


@pytest.fixture(autouse=True)
def usual_look(visitor: Page) -> None:
    """A phone in light colours, unless the test wants another look."""
    visitor.emulate_media(color_scheme="light")
    visitor.set_viewport_size(PHONE)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_either_theme(shown: Page, theme: str) -> None:
    shown.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    assert violations(shown) == []


def test_a_page_has_a_language_a_title_one_main_heading_and_landmarks(shown: Page) -> None:
    assert shown.locator("html").get_attribute("lang") == "ko"
    heading = shown.get_by_role("heading", level=1)
    expect(heading).to_have_count(1)
    assert heading.inner_text().strip()
    assert shown.title().strip()
    for landmark in ("banner", "main", "contentinfo"):
        expect(shown.get_by_role(landmark)).to_have_count(1)
    levels = shown.locator("h1, h2, h3, h4").evaluate_all(
        "found => found.map((one) => Number(one.tagName[1]))"
    )
    assert levels == sorted(levels), "a level is skipped or out of order"


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_scrolled_sideways_or_cut_off(
    shown: Page, size: str, request: pytest.FixtureRequest
) -> None:
    """At 320 px, on a phone, at 200 % zoom, and on a desktop."""
    shown.set_viewport_size(SIZES[size])
    for theme in ("light", "dark"):
        shown.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        picture(shown, f"checkout-{request.node.callspec.params['shown'].replace(' ', '-')}-{theme}")
    assert shown.evaluate(TOO_WIDE) == []


def test_wider_letters_and_lines_fit_at_320_px(shown: Page) -> None:
    """Text spacing as WCAG 1.4.12 asks for."""
    shown.set_viewport_size(NARROW)
    shown.evaluate(ADD_RULES, list(SPACED))
    try:
        assert shown.evaluate(TOO_WIDE) == []
    finally:
        shown.evaluate(REMOVE_RULES, len(SPACED))


def test_what_is_touched_is_large_enough_for_a_thumb(shown: Page) -> None:
    for control in shown.locator(CONTROLS).all():
        box = control.bounding_box()
        assert box is None or (box["height"] >= 44 and box["width"] >= 44), control.inner_text()


@pytest.mark.parametrize("name", PAGES)
def test_without_our_colours_shapes_and_focus_can_still_be_seen(
    visitor_without_colours: Page, gallery: Gallery, name: str
) -> None:
    page = visitor_without_colours
    page.goto(gallery.address(name))
    assert violations(page) == []
    for shape in page.locator(".button, .now .dot, .badge, .alert, .note, .card").all():
        drawn = shape.evaluate("one => parseFloat(getComputedStyle(one).borderTopWidth) > 0")
        assert drawn, shape.evaluate("one => one.className")
    if page.locator(CONTROLS).count():
        page.keyboard.press("Tab")
        outline = page.locator(":focus-visible").evaluate("one => getComputedStyle(one).outlineStyle")
        assert outline == "solid"
    picture(page, f"checkout-{name.replace(' ', '-')}-forced")


@pytest.mark.parametrize("name", [name for name, (_, suffix) in PAGES.items() if suffix.endswith("#news")])
def test_after_a_return_the_focus_is_on_what_the_page_says_first(
    visitor: Page, gallery: Gallery, name: str
) -> None:
    visitor.goto("about:blank")
    visitor.goto(gallery.address(name))
    heading = visitor.get_by_role("heading", level=1)
    expect(heading).to_be_focused()
    described = heading.get_attribute("aria-describedby")
    assert described
    expect(visitor.locator(f"#{described}")).to_be_visible()
    assert visitor.evaluate("scrollY") == 0
    assert visitor.title().startswith(heading.inner_text())


@pytest.mark.parametrize("name", ["confirming", "unknown", "paid", "cancelling"])
def test_nothing_turns_for_those_who_want_no_motion(
    new_context: Contexts, gallery: Gallery, name: str
) -> None:
    running = "document.getAnimations().filter((one) => one.playState === 'running').length"
    still = new_context(reduced_motion="reduce").new_page()
    still.goto(gallery.address(name))
    wait_for(still, lambda: still.evaluate(running) == 0)
    moving = new_context(reduced_motion="no-preference").new_page()
    moving.goto(gallery.address(name))
    wait_for(moving, lambda: moving.evaluate(running) == 1)

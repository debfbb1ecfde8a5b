"""The demo site: the code to copy, the looks to choose, and the chat that it embeds itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.axe import violations
from tests.browser.chat_widget import Widget, visit
from tests.browser.conftest import SIZES, Contexts
from tests.browser.pictures import picture
from tests.support.full_stack import FullStack
from tests.support.host_site import HostSite, host_page


def test_the_code_to_copy_puts_the_chat_on_another_site(
    desktop: BrowserContext, stack: FullStack, shop_site: HostSite
) -> None:
    desktop.grant_permissions(["clipboard-read", "clipboard-write"])
    page = desktop.new_page()
    page.goto("/portal")
    page.get_by_role("button", name="코드 복사").click()
    expect(page.get_by_role("status").filter(has_text="복사했어요.")).to_be_visible()
    code = page.evaluate("() => navigator.clipboard.readText()")
    shop_site.put(
        "/portal/identity",
        f'{{"token": "{stack.identity_token("minji")}"}}',
        {"Content-Type": "application/json"},
    )
    widget = visit(desktop, stack, shop_site.put("/pasted", host_page(code))).open()
    expect(widget.app.get_by_text("김민지 님")).to_be_visible()


def test_without_leave_to_write_the_code_is_marked_to_be_copied_by_hand(desktop: BrowserContext) -> None:
    page = desktop.new_page()
    page.goto("/portal")
    page.evaluate("() => { Object.defineProperty(navigator, 'clipboard', { value: undefined }); }")
    page.get_by_role("button", name="코드 복사").click()
    expect(page.get_by_role("status").filter(has_text="골라 두었어요")).to_be_visible()
    assert page.evaluate("() => getSelection().toString()") == page.locator("#embed-code").inner_text()


def test_the_looks_one_chooses_show_in_the_chat_and_in_the_code(
    desktop: BrowserContext, stack: FullStack
) -> None:
    page = desktop.new_page()
    page.goto("/portal")
    widget = Widget(page, stack).open()
    page.get_by_label("밝기").select_option("어둡게")
    page.get_by_label("대표색").fill("#6b21a8")
    expect(widget.app.locator("html")).to_have_attribute("data-theme", "dark")
    expect(widget.launcher).to_have_css("background-color", "rgb(107, 33, 168)")
    code = page.locator("#embed-code")
    expect(code).to_contain_text('data-theme="dark" data-accent="#6b21a8"')
    expect(code).to_contain_text(f'src="{stack.settings.public_url}/static/loader.js"')


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", ["/portal", "/portal/login"])
def test_axe_finds_nothing_on_the_demo_site(
    new_context: Contexts, stack: FullStack, path: str, size: str, theme: str
) -> None:
    page = new_context(**SIZES[size], color_scheme=theme).new_page()
    page.goto(path)
    picture(page, f"portal-{theme}{path.replace('/', '-')}")
    assert violations(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")

"""Writing: lines, limits, what is pasted, and what was begun and left."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.chat_frames import ChatFrames
from tests.browser.chat_widget import Widget, visit
from tests.support.full_stack import FullStack

LIMIT = 1000


def test_row_23_shift_and_enter_begin_a_new_line(desktop: BrowserContext, stack: FullStack) -> None:
    widget = visit(desktop, stack).open()
    widget.page.keyboard.type("첫 줄")
    widget.page.keyboard.press("Shift+Enter")
    widget.page.keyboard.type("둘째 줄")
    expect(widget.input).to_have_value("첫 줄\n둘째 줄")
    assert widget.texts("user") == []
    widget.page.keyboard.press("Enter")
    expect(widget.bubbles("user")).to_have_count(1)
    assert widget.texts("user") == ["첫 줄\n둘째 줄"]
    widget.wait_for(lambda: widget.stored("user") == ["첫 줄\n둘째 줄"])


def test_row_23_on_touch_screens_enter_begins_a_new_line(phone: BrowserContext, stack: FullStack) -> None:
    widget = visit(phone, stack).open()
    widget.input.tap()
    widget.page.keyboard.type("첫 줄")
    widget.page.keyboard.press("Enter")
    widget.page.keyboard.type("둘째 줄")
    expect(widget.input).to_have_value("첫 줄\n둘째 줄")
    widget.send.tap()
    expect(widget.bubbles("user")).to_have_count(1)
    assert widget.texts("user") == ["첫 줄\n둘째 줄"]


@pytest.mark.parametrize("blank", ["", "   ", "\n\n", "\t \u3000"])
def test_row_25_blank_input_is_never_sent(widget: Widget, frames: ChatFrames, blank: str) -> None:
    widget.input.fill(blank)
    expect(widget.send).to_be_disabled()
    widget.input.press("Enter")
    widget.input.fill("말")
    widget.input.press("Enter")
    expect(widget.bubbles("user")).to_have_count(1)
    assert [body["text"] for body in frames.events("user_message", sent=True)] == ["말"]


def test_row_25_near_the_limit_a_counter_shows_and_at_the_limit_it_is_said(
    desktop: BrowserContext, stack: FullStack
) -> None:
    widget = visit(desktop, stack).open()
    counter = widget.app.locator(".counter")
    widget.input.fill("가" * 500)
    expect(counter).to_have_count(0)
    widget.input.fill("가" * 900)
    expect(counter).to_have_text("900/1,000")
    widget.input.fill("가" * LIMIT)
    widget.page.keyboard.type("나다")
    expect(counter).to_have_text("1,000/1,000")
    expect(widget.input).to_have_value("가" * LIMIT)
    full = widget.app.get_by_role("status").filter(has_text="1,000자까지 보낼 수 있어요")
    expect(full).to_have_count(1)
    widget.input.press("Enter")
    expect(widget.bubbles("bot")).to_have_count(1)
    assert widget.stored("user") == ["가" * LIMIT]


def test_row_25_a_megabyte_that_is_pasted_leaves_the_first_thousand_characters(
    desktop: BrowserContext, stack: FullStack
) -> None:
    desktop.grant_permissions(["clipboard-read", "clipboard-write"])
    widget = visit(desktop, stack)
    widget.page.evaluate("() => navigator.clipboard.writeText('가나다라 '.repeat(200_000))")
    widget.open()
    widget.page.keyboard.press("ControlOrMeta+v")
    expect(widget.input).to_have_value(re.compile(f"^[가나다라 ]{{{LIMIT}}}$"))
    widget.page.keyboard.press("Enter")
    expect(widget.bubbles("bot")).to_have_count(1)
    (text,) = widget.stored("user")
    assert text == ("가나다라 " * 200)[:LIMIT].strip()


@pytest.mark.parametrize("way", ["the chat's own button", "the launcher"])
def test_row_26_a_draft_is_there_again_after_closing_and_opening(
    desktop: BrowserContext, stack: FullStack, way: str
) -> None:
    widget = visit(desktop, stack).open()
    widget.input.fill("아직 다 쓰지 않은 말")
    (widget.close if way == "the chat's own button" else widget.launcher).click()
    expect(widget.panel).to_be_hidden()
    widget.launcher.click()
    expect(widget.input).to_have_value("아직 다 쓰지 않은 말")
    expect(widget.send).to_be_enabled()

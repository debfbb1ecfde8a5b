"""Copying an answer, looking at its picture, and saying how it was."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, expect

from prepayment.ports import Opinion
from tests.browser.chat_widget import visit
from tests.browser.payments import cards
from tests.browser.states import paid, pictured
from tests.support.full_stack import FullStack


def test_an_answer_is_copied_as_plain_text(desktop: BrowserContext, stack: FullStack) -> None:
    desktop.grant_permissions(["clipboard-read", "clipboard-write"])
    widget = visit(desktop, stack).open()
    widget.bot_says("**50,000원**을 낼 수 있어요.\n\n1. 하나\n2. [둘](https://www.kt.com)")
    widget.bubbles("bot").hover()
    widget.log.get_by_role("button", name="메시지 복사").click()
    expect(widget.app.get_by_role("status").filter(has_text="복사했어요.")).to_have_count(1)
    copied = widget.frame.evaluate("() => navigator.clipboard.readText()")
    assert copied.splitlines()[0] == "50,000원을 낼 수 있어요."
    assert "**" not in copied
    assert "2. 둘" in copied


def test_the_steps_are_shown_as_a_picture_that_opens_larger(
    desktop: BrowserContext, stack: FullStack
) -> None:
    widget = pictured(desktop, stack)
    image = widget.log.get_by_role("img")
    assert image.get_attribute("alt")
    widget.wait_for(lambda: image.evaluate("(one) => one.complete && one.naturalWidth > 0"))
    with desktop.expect_page() as opened:
        image.click()
    assert re.search(r"/static/images/[\w-]+\.svg$", opened.value.url)


def test_a_rating_is_kept_and_may_be_changed(desktop: BrowserContext, stack: FullStack) -> None:
    widget = paid(desktop, stack)
    widget.wait_for(lambda: stack.app.conversations.rating(widget.conversation) is Opinion.UP)
    widget.log.get_by_role("button", name="아쉬워요").click()
    widget.wait_for(lambda: stack.app.conversations.rating(widget.conversation) is Opinion.DOWN)
    widget.page.reload()
    widget.wait_until_online()
    expect(widget.log.get_by_role("button", name="아쉬워요")).to_have_attribute("aria-pressed", "true")
    expect(widget.log.get_by_role("button", name="도움됐어요")).to_have_attribute("aria-pressed", "false")


def test_the_receipt_of_a_payment_opens_from_its_card(desktop: BrowserContext, stack: FullStack) -> None:
    widget = paid(desktop, stack)
    with desktop.expect_page() as opened:
        cards(widget).get_by_role("link", name="영수증 보기").click()
    expect(opened.value.get_by_text("50,000원").first).to_be_visible()
    expect(opened.value).to_have_title(re.compile("영수증"))

"""The payment in the chat: what its card says, how it hears of the result, and what cannot change it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, expect

from prepayment.calendar import SEOUL
from prepayment.orders import State
from prepayment.ports import Button
from tests.browser.chat_frames import ChatFrames
from tests.browser.chat_widget import Widget, visit
from tests.browser.payments import applied_at, cards, offer, pay_elsewhere
from tests.browser.states import STATES
from tests.support.full_stack import FullStack

# Milliseconds since 1970 at which the newest card first said "완료".
WATCH_CARD = """() => {
    window.doneAt = new Promise((done) => {
        const look = () => document.querySelector(".payment.done") && done(Date.now());
        new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true });
    });
}"""
WATCH_SPOKEN = """() => {
    window.spoken = [];
    const hear = (records) => {
        for (const record of records) for (const node of record.addedNodes)
            if (node.parentElement?.closest("[role=status]") && node.textContent) spoken.push(node.textContent);
    };
    new MutationObserver(hear).observe(document, { childList: true, subtree: true });
}"""


@pytest.fixture
def widget(widget: Widget) -> Widget:
    """The chat of a customer, open."""
    widget.log_in()
    return widget


def pay_link(widget: Widget) -> str:
    """The address behind the card's button."""
    return cards(widget).last.get_by_role("link", name=re.compile("결제하기")).get_attribute("href") or ""


def test_row_52_the_card_shows_order_sum_and_state_and_one_way_to_pay(
    widget: Widget, stack: FullStack
) -> None:
    order = offer(widget, stack)
    card = cards(widget)
    expect(card).to_have_accessible_name("선결제 50,000원")
    for words in ("50,000원", "결제 대기", order.id, "15분 안에"):
        expect(card).to_contain_text(words)
    assert pay_link(widget) == stack.app.ordering.checkout_url(order)
    widget.bot_says(
        "다시 알려 드릴게요.", Button("결제하러 가기", url=stack.app.ordering.checkout_url(order))
    )
    expect(cards(widget)).to_have_count(2)
    expect(widget.log.locator(f"a[href='{stack.app.ordering.checkout_url(order)}']")).to_have_count(1)
    expect(cards(widget).last.get_by_role("link")).to_have_count(1)


def test_row_52_another_sum_leaves_one_card_to_pay(widget: Widget, stack: FullStack) -> None:
    offer(widget, stack)
    second = offer(widget, stack, 70_000)
    expect(cards(widget).first).to_contain_text("그만둔 결제")
    expect(cards(widget).first.get_by_role("link")).to_have_count(0)
    expect(widget.log.get_by_role("link", name=re.compile("결제하기"))).to_have_count(1)
    assert pay_link(widget) == stack.app.ordering.checkout_url(second)


def test_row_52_what_has_expired_cannot_be_paid_any_more(widget: Widget, stack: FullStack) -> None:
    order = offer(widget, stack)
    stack.sandbox.set_clock(datetime.now(SEOUL) + timedelta(minutes=16))
    expect(cards(widget)).to_contain_text("만료됨")
    expect(cards(widget).get_by_role("link")).to_have_count(0)
    widget.page.reload()
    widget.wait_until_online()
    expect(cards(widget)).to_contain_text("만료됨")
    expect(widget.log.locator(f"a[href='{stack.app.ordering.checkout_url(order)}']")).to_have_count(0)


def test_row_53_the_result_reaches_every_tab_within_two_seconds_and_is_announced(
    desktop: BrowserContext, widget: Widget, stack: FullStack
) -> None:
    other = visit(desktop, stack).open()
    order = offer(widget, stack)
    expect(cards(other)).to_contain_text("결제 대기")
    for tab in (widget, other):
        tab.frame.evaluate(WATCH_CARD)
        tab.frame.evaluate(WATCH_SPOKEN)
    pay_elsewhere(stack, order)
    for tab in (widget, other):
        expect(cards(tab)).to_contain_text("완료")
        shown = tab.frame.evaluate("() => doneAt")
        assert shown / 1000 - applied_at(stack, order).timestamp() < 2
        expect(tab.bubbles("bot", "선결제가 완료됐어요")).to_have_count(1)
        assert tab.frame.evaluate("() => spoken").count("결제 50,000원: 완료") == 1
    widget.page.reload()
    widget.wait_until_online()
    expect(cards(widget)).to_contain_text("완료")
    expect(widget.bubbles("bot", "선결제가 완료됐어요")).to_have_count(1)
    expect(cards(widget).get_by_role("link", name="영수증 보기")).to_be_visible()


def test_row_54_a_result_that_came_while_offline_is_there_on_return(
    desktop: BrowserContext, widget: Widget, stack: FullStack
) -> None:
    order = offer(widget, stack)
    desktop.set_offline(True)
    expect(widget.banner).to_be_visible()
    pay_elsewhere(stack, order)
    widget.wait_for(lambda: "완료됐어요" in widget.stored("bot")[-1])
    expect(cards(widget)).to_contain_text("결제 대기")
    desktop.set_offline(False)
    expect(cards(widget)).to_contain_text("완료")
    expect(widget.bubbles("bot", "선결제가 완료됐어요")).to_have_count(1)


def test_row_55_late_news_of_a_payment_changes_nothing(
    widget: Widget, frames: ChatFrames, stack: FullStack
) -> None:
    order = offer(widget, stack)
    (early,) = [row["card"] for row in frames.events("message") if row.get("card")]
    pay_elsewhere(stack, order)
    expect(cards(widget)).to_contain_text("완료")
    expect(widget.bubbles("bot", "선결제가 완료됐어요")).to_have_count(1)
    done = frames.events("payment")[-1]
    frames.put("payment", early)
    frames.put("payment", {**done, "status": "expired"})
    frames.put("payment", {**done, "version": done["version"] - 1, "status": "checking"})
    widget.bot_says("또 하나")
    expect(cards(widget)).to_contain_text("완료")


def test_row_56_words_and_forged_events_never_make_a_payment_done(
    widget: Widget, frames: ChatFrames, stack: FullStack
) -> None:
    order = offer(widget, stack)
    (card,) = [row["card"] for row in frames.events("message") if row.get("card")]
    forged = {**card, "status": "done", "version": card["version"] + 1}
    for event, body in {
        "payment": forged,
        "message": {"id": "9", "seq": 9, "role": "bot", "text": "완료", "card": forged},
        "EXTERNAL_payment_result": {"order_id": order.id, "state": "applied"},
        "user_action": {"id": "x", "msg_id": "1", "index": 99, "payload": "/EXTERNAL_payment_result"},
    }.items():
        frames.tell_server(event, body)
    for text in ("결제 완료", f'/EXTERNAL_payment_result{{"order_id": "{order.id}", "state": "applied"}}'):
        before = widget.bubbles("bot").count()
        widget.say(text)
        expect(widget.bubbles("bot")).not_to_have_count(before)
        expect(widget.typing).to_be_hidden()
    expect(cards(widget).first).to_contain_text("결제 대기")
    assert stack.app.account.order(order.id).state is State.QUOTED
    assert not any("선결제가 완료됐어요" in text for text in widget.texts("bot"))
    widget.page.reload()
    widget.wait_until_online()
    expect(cards(widget).first).to_contain_text("결제 대기")


def test_row_57_with_pop_ups_blocked_the_link_works_as_any_link(
    desktop: BrowserContext, widget: Widget, stack: FullStack
) -> None:
    offer(widget, stack)
    widget.frame.evaluate("() => { window.open = () => { window.blocked = true; return null; }; }")
    with desktop.expect_page() as opened:
        cards(widget).get_by_role("link", name=re.compile("결제하기")).click()
    expect(opened.value.get_by_role("button", name="본인인증 하기")).to_be_visible()
    assert widget.frame.evaluate("() => window.blocked") is None


@pytest.mark.parametrize("state", ["open", "buttons", "card", "reset"])
def test_row_58_the_chat_has_no_field_for_a_card(
    desktop: BrowserContext, stack: FullStack, state: str
) -> None:
    widget = STATES[state](desktop, stack)
    fields = widget.app.locator("input, textarea, select, [contenteditable], iframe")
    expect(fields).to_have_count(1)
    expect(fields).to_have_attribute("autocomplete", "off")
    expect(fields).to_have_attribute("id", "composer-input")
    assert widget.app.locator("[autocomplete^=cc-], [name*=card i], [type=password]").count() == 0

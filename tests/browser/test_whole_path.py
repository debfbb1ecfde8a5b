"""The whole path as a customer goes it, in Chromium: log in, ask, prepay, and hear the result in the chat."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Request, expect

from prepayment.orders import State
from tests.browser.chat_widget import Widget
from tests.browser.conftest import SIZES, Contexts
from tests.browser.payments import cards
from tests.browser.pictures import picture
from tests.browser.sandbox_windows import pay, verify
from tests.support.buyer import APPROVED, DECLINED
from tests.support.full_stack import FullStack

DIGITS = {card.replace(" ", "") for card in (APPROVED, DECLINED)}


@pytest.fixture(params=SIZES)
def context(new_context: Contexts, request: pytest.FixtureRequest) -> BrowserContext:
    """A fresh browser profile on a phone or a desktop."""
    return new_context(**SIZES[request.param])


def test_a_customer_asks_prepays_and_sees_the_result(context: BrowserContext, stack: FullStack) -> None:
    """From the log-in to ``applied`` in the ledger, with no card number anywhere but on the card page."""
    to_web: list[Request] = []
    context.on("request", lambda request: to_web.append(request) if own(request.url, stack) else None)
    page = context.new_page()
    page.goto("/")
    picture(page, "portal")
    page.goto("/portal/login")
    picture(page, "login")
    page.get_by_role("button", name=re.compile("김민지")).click()
    # The log-in leads to the site with the chat open.
    chat = Widget(page, stack).wait_until_online()

    chat.say("선결제가 뭐예요?")
    expect(chat.bubbles("bot", "30,000원부터")).to_be_visible()
    picture(page, "chat-answer")
    chat.say("5만원 선결제 해줘")
    expect(chat.bubbles("bot", "을 선결제할까요?")).to_be_visible()
    picture(page, "chat-confirm")
    chat.choice("네, 진행할게요").click()
    card = cards(chat)
    expect(card).to_contain_text("결제 대기")
    picture(page, "chat-card", ("dark", "light"))
    with context.expect_page() as opened:
        card.get_by_role("link", name=re.compile("결제하기")).click()
    checkout = opened.value
    expect(checkout.get_by_role("button", name="본인인증 하기")).to_be_visible()
    picture(checkout, "checkout-quoted")
    checkout.get_by_role("button", name="본인인증 하기").click()
    verify(checkout, "김민지", stack.phone_number("minji"))
    picture(checkout, "checkout-verified")
    checkout.get_by_role("button", name=re.compile("결제하기")).click()
    pay(checkout, DECLINED)
    expect(checkout.get_by_role("button", name=re.compile("다시"))).to_be_visible()
    picture(checkout, "checkout-declined")
    expect(chat.bubbles("bot", "승인하지 않았어요")).to_be_visible()
    checkout.get_by_role("button", name=re.compile("다시")).click()
    pay(checkout, APPROVED)
    expect(checkout.get_by_role("heading", name=re.compile("선결제가 끝났어요"))).to_be_visible()
    picture(checkout, "checkout-applied")

    page.bring_to_front()
    expect(chat.bubbles("bot", "선결제가 완료됐어요")).to_be_visible()
    expect(card.last).to_contain_text("완료")
    picture(page, "chat-result", ("dark", "light"))
    order = stack.newest_order(stack.customer("minji").line_id)
    assert order is not None
    assert order.state is State.APPLIED
    assert order.amount_won == 50_000
    with stack.app.database(write=False) as unit:
        assert unit.books.balances(order.id) == {
            "customer": -50_000,
            "gateway": 0,
            "carrier": 50_000,
        }
    assert_no_card_numbers(to_web, stack)


def own(url: str, stack: FullStack) -> bool:
    """Whether a request goes to our own server."""
    return url.startswith(stack.settings.public_url)


def assert_no_card_numbers(to_web: list[Request], stack: FullStack) -> None:
    """No card number reached web, Rasa, the actions, the worker, their logs or their databases."""
    sent = "".join(f"{r.url} {r.post_data or ''} {r.headers}" for r in to_web)
    own_files = [
        path
        for path in stack.settings.var_dir.rglob("*")
        if path.is_file() and not path.name.startswith("sandbox")
    ]
    assert {"prepayment.db", "tracker.db", "web.log"} <= {path.name for path in own_files}
    stored = b"".join(path.read_bytes() for path in own_files)
    for digits in DIGITS:
        spaced = " ".join(digits[place : place + 4] for place in range(0, 16, 4))
        for number in (digits, spaced, spaced.replace(" ", "-")):
            assert number not in sent
            assert number.encode() not in stored


def test_two_tabs_on_one_order_charge_once(context: BrowserContext, stack: FullStack) -> None:
    """Both windows are open with a card filled in; both are sent."""
    conversation = stack.app.conversations.create()
    customer = stack.customer("minji")
    stack.app.conversations.log_in(conversation, customer)
    order = stack.app.ordering.open(conversation, customer, 50_000)
    link = stack.app.ordering.checkout_url(order)
    first = context.new_page()
    first.goto(link)
    first.get_by_role("button", name="본인인증 하기").click()
    verify(first, customer.name, stack.phone_number("minji"))
    first.get_by_role("button", name=re.compile("결제하기")).click()
    expect(first.get_by_role("textbox", name="카드 번호")).to_be_visible()
    second = context.new_page()
    second.goto(link)
    second.get_by_role("button", name=re.compile("결제하기")).click()
    expect(second.get_by_role("textbox", name="카드 번호")).to_be_visible()

    pay(first, APPROVED)
    pay(second, APPROVED)

    expect(first.get_by_role("heading", name=re.compile("선결제가 끝났어요"))).to_be_visible()
    raw = stack.sandbox.control("GET", f"payments/{order.payment_id}")
    assert (raw["charges"], raw["charged_won"]) == (1, 50_000)

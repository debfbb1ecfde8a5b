"""The whole path as a customer goes it, in Chromium: log in, ask, prepay, and hear the result in the chat."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, Request, expect

from prepayment.orders import State
from tests.support.buyer import APPROVED, DECLINED
from tests.support.full_stack import FullStack

SLOW = 30_000  # milliseconds; only how long to wait before giving up
DIGITS = {card.replace(" ", "") for card in (APPROVED, DECLINED)}
SIZES = {"phone": (390, 844), "desktop": (1280, 860)}
# Where to keep pictures of what was seen; none are kept unless asked for.
PICTURES = os.environ.get("PICTURES_FOLDER")


@pytest.fixture(params=SIZES)
def context(browser: Browser, stack: FullStack, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A fresh browser profile at a phone's or a desktop's size, in Seoul."""
    width, height = SIZES[request.param]
    opened = browser.new_context(
        viewport={"width": width, "height": height},
        locale="ko-KR",
        timezone_id="Asia/Seoul",
        has_touch=request.param == "phone",
    )
    opened.set_default_timeout(SLOW)
    yield opened
    opened.close()


def picture(page: Page, name: str) -> None:
    """Keep a picture of a page when the run was asked to."""
    if PICTURES:
        size = page.viewport_size or {"width": 0}
        page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}.png")


def log_in(page: Page, customer: str) -> None:
    """Log in at the demo site by the customer's name."""
    page.goto("/portal/login")
    picture(page, "login")
    page.get_by_role("button", name=re.compile(customer)).click()


def open_chat(page: Page) -> FrameLocator:
    """Open the chat; returns its frame."""
    frame = page.frame_locator("iframe")
    if not page.locator("iframe:visible").count():
        page.get_by_role("button", name="채팅으로 선결제하기").click()
    expect(frame.get_by_role("textbox")).to_be_visible(timeout=SLOW)
    return frame


def say(chat: FrameLocator, text: str) -> None:
    """Type a message and press Enter."""
    box = chat.get_by_role("textbox")
    box.fill(text)
    chat.get_by_role("button", name="보내기").click()


def pay(page: Page, card: str) -> None:
    """Fill in the card page of the sandbox."""
    page.get_by_role("textbox", name="카드 번호").fill(card)
    page.get_by_label("유효기간").fill("12/49")
    page.get_by_label(re.compile("비밀번호")).fill("12")
    picture(page, "card")
    page.get_by_role("button", name=re.compile("결제하기")).click()


def verify(page: Page, name: str, phone_number: str) -> None:
    """Go through the identity page of the sandbox."""
    page.get_by_label("통신사").select_option(label="KT")
    page.get_by_label("이름").fill(name)
    page.get_by_label("생년월일").fill("19900517")
    page.get_by_label("휴대폰 번호").fill(phone_number)
    picture(page, "identity")
    page.locator("button[value=send]").click()
    code = page.locator("#one-time-code").inner_text()
    page.locator("input[name=code]").fill(code)
    page.locator("button[value=check]").click()


def test_a_customer_asks_prepays_and_sees_the_result(context: BrowserContext, stack: FullStack) -> None:
    """From the log-in to ``applied`` in the ledger, with no card number anywhere but on the card page."""
    to_web: list[Request] = []
    context.on("request", lambda request: to_web.append(request) if own(request.url, stack) else None)
    page = context.new_page()
    site = stack.settings.public_url
    page.goto(site)
    picture(page, "portal")
    page.goto(f"{site}/portal/login")
    picture(page, "login")
    page.get_by_role("button", name=re.compile("김민지")).click()
    chat = open_chat(page)

    say(chat, "선결제가 뭐예요?")
    expect(chat.get_by_text("30,000원부터", exact=False).first).to_be_visible(timeout=SLOW)
    picture(page, "chat-answer")
    say(chat, "5만원 선결제 해줘")
    expect(chat.get_by_text("을 선결제할까요?", exact=False)).to_be_visible(timeout=SLOW)
    picture(page, "chat-confirm")
    chat.get_by_role("button", name="네, 진행할게요").click()
    with context.expect_page() as opened:
        chat.get_by_role("link", name=re.compile("결제하러 가기")).click()
    picture(page, "chat-link")
    checkout = opened.value
    checkout.set_default_timeout(SLOW)
    expect(checkout.get_by_role("button", name="본인인증 하기")).to_be_visible()
    picture(checkout, "checkout-quoted")
    checkout.get_by_role("button", name="본인인증 하기").click()
    verify(checkout, "김민지", stack.phone_number("minji"))
    picture(checkout, "checkout-verified")
    checkout.get_by_role("button", name=re.compile("결제하기")).click()
    pay(checkout, DECLINED)
    expect(checkout.get_by_role("button", name=re.compile("다시"))).to_be_visible()
    picture(checkout, "checkout-declined")
    expect(chat.get_by_text("승인하지 않았어요", exact=False)).to_be_visible(timeout=SLOW)
    checkout.get_by_role("button", name=re.compile("다시")).click()
    pay(checkout, APPROVED)
    expect(checkout.get_by_role("heading", name=re.compile("선결제가 끝났어요"))).to_be_visible(timeout=SLOW)
    picture(checkout, "checkout-applied")

    page.bring_to_front()
    expect(chat.get_by_text("선결제가 완료됐어요", exact=False)).to_be_visible(timeout=SLOW)
    picture(page, "chat-result")
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

    expect(first.get_by_role("heading", name=re.compile("선결제가 끝났어요"))).to_be_visible(timeout=SLOW)
    raw = stack.sandbox.control("GET", f"payments/{order.payment_id}")
    assert (raw["charges"], raw["charged_won"]) == (1, 50_000)

"""A payment without a mouse: from the link to the receipt, through the windows of the sandbox, by keys alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from prepayment.orders import State
from tests.browser.checkout.gallery import Gallery, pay_path
from tests.support.buyer import APPROVED, DECLINED

MOST_TABS = 40
# A ring that somebody who sees can see.
RING = """one => {
    const {boxShadow, outlineStyle, outlineColor} = getComputedStyle(one);
    return boxShadow !== "none" || (outlineStyle !== "none" && !outlineColor.endsWith(", 0)"));
}"""


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until something has the focus, which must show."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            assert target.evaluate(RING), "the focus does not show"
            return
    raise AssertionError("cannot be reached with Tab")


def press(page: Page, name: str | re.Pattern[str], role: str = "button") -> None:
    """Go to a button (or link) and press Enter on it."""
    target = page.get_by_role("link" if role == "link" else "button", name=name)
    expect(target).to_be_visible()
    tab_to(page, target)
    page.keyboard.press("Enter")


def write(page: Page, label: str | re.Pattern[str], text: str) -> None:
    """Go to a field and type."""
    tab_to(page, page.get_by_label(label))
    page.keyboard.type(text)


def prove_identity(page: Page, name: str, phone_number: str) -> None:
    """The sandbox's identity pages."""
    operator = page.get_by_label("통신사")
    expect(operator).to_be_visible()
    tab_to(page, operator)
    page.keyboard.press("Home")
    expect(operator).to_have_value("KT")
    write(page, "이름", name)
    write(page, "생년월일", "19900517")
    write(page, "휴대폰 번호", phone_number)
    page.keyboard.press("Enter")
    code = page.locator("#one-time-code").inner_text()
    write(page, "인증번호", code)
    page.keyboard.press("Enter")


def fill_in_card(page: Page, number: str) -> None:
    """The sandbox's card page."""
    expect(page.get_by_label("유효기간")).to_be_visible()
    write(page, re.compile("^카드 번호"), number.replace(" ", ""))
    write(page, "유효기간", "12/49")
    write(page, re.compile("비밀번호"), "12")
    page.keyboard.press("Enter")


@pytest.mark.parametrize("width", [320, 1280])
def test_a_payment_is_made_by_keyboard_alone(page: Page, gallery: Gallery, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    order = gallery.quoted()
    news = page.get_by_role("heading", level=1)
    page.goto(pay_path(order))
    press(page, "본인인증 하기")
    prove_identity(page, *gallery.person(order))

    expect(news).to_have_text("본인인증이 끝났어요")
    expect(news).to_be_focused()
    press(page, "50,000원 결제하기")
    fill_in_card(page, DECLINED)

    expect(news).to_have_text("결제가 승인되지 않았어요")
    expect(news).to_be_focused()
    press(page, "다시 시도하기")
    fill_in_card(page, APPROVED)

    expect(news).to_have_text("결제는 끝났고, 한도를 되살리고 있어요")
    expect(news).to_be_focused()
    gallery.stack.work()
    expect(news).to_have_text("50,000원 선결제가 끝났어요")
    expect(news).to_be_focused()
    assert gallery.stack.order(order).state is State.APPLIED

    press(page, "영수증 보기", role="link")
    expect(news).to_have_text("선결제 영수증")
    tab_to(page, page.get_by_role("button", name="인쇄 · PDF 저장"))
    press(page, "결제 화면 보기", role="link")
    expect(news).to_have_text("50,000원 선결제가 끝났어요")


def test_giving_up_in_the_windows_is_done_and_taken_back_by_keyboard(page: Page, gallery: Gallery) -> None:
    order = gallery.quoted()
    news = page.get_by_role("heading", level=1)
    page.goto(pay_path(order))
    press(page, "본인인증 하기")
    press(page, "인증 취소하고 돌아가기")
    expect(news).to_have_text("본인인증 창이 닫혔어요")
    expect(news).to_be_focused()
    expect(news).to_have_accessible_description(re.compile("4번 더"))
    press(page, "다시 인증하기")
    prove_identity(page, *gallery.person(order))
    press(page, "50,000원 결제하기")
    press(page, "결제 취소하고 돌아가기")
    expect(news).to_have_text("결제가 아직 끝나지 않았어요")
    expect(news).to_be_focused()
    press(page, "다시 결제하기")
    expect(page.get_by_label("유효기간")).to_be_visible()

"""The sandbox's own pages as a customer fills them in: identity and card."""

from __future__ import annotations

import re

from playwright.sync_api import Page

from tests.browser.pictures import picture


def pay(page: Page, card: str) -> None:
    """Fill in the card page and send it."""
    page.get_by_role("textbox", name="카드 번호").fill(card)
    page.get_by_label("유효기간").fill("12/49")
    page.get_by_label(re.compile("비밀번호")).fill("12")
    picture(page, "card")
    page.get_by_role("button", name=re.compile("결제하기")).click()


def verify(page: Page, name: str, phone_number: str) -> None:
    """Go through the identity page with a line of KT."""
    page.get_by_label("통신사").select_option(label="KT")
    page.get_by_label("이름").fill(name)
    page.get_by_label("생년월일").fill("19900517")
    page.get_by_label("휴대폰 번호").fill(phone_number)
    picture(page, "identity")
    page.locator("button[value=send]").click()
    code = page.locator("#one-time-code").inner_text()
    page.locator("input[name=code]").fill(code)
    page.locator("button[value=check]").click()

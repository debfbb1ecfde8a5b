"""The receipt on paper, as a PDF, and without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.checkout.gallery import Gallery
from tests.browser.conftest import Contexts
from tests.browser.pictures import picture
from tests.browser.waiting import wait_for

PRINT = "인쇄 · PDF 저장"
RECEIPTS = ("receipt", "receipt of a cancelled payment")
# The colours in effect behind the text and of it.
COLOURS = """one => {
    const {color, backgroundColor} = getComputedStyle(one);
    return [color, backgroundColor];
}"""


@pytest.mark.parametrize("name", RECEIPTS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_printed_receipt_is_black_on_white_and_holds_nothing_to_press(
    page: Page, gallery: Gallery, name: str, theme: str
) -> None:
    page.goto(gallery.address(name))
    expect(page.get_by_role("button", name=PRINT)).to_be_visible()
    page.emulate_media(media="print", color_scheme="dark" if theme == "dark" else "light")
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("link")).to_have_count(0)
    receipt = page.get_by_role("article")
    assert receipt.evaluate(COLOURS) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    expect(receipt.get_by_text("50,000원")).to_be_visible()
    expect(receipt.get_by_text(gallery.order(name).id)).to_be_visible()
    assert violations(page) == []
    picture(page, f"checkout-print-{name.replace(' ', '-')}-{theme}")


@pytest.mark.parametrize("name", RECEIPTS)
def test_a_receipt_is_one_sheet_of_paper(page: Page, gallery: Gallery, name: str) -> None:
    page.goto(gallery.address(name))
    sheets = re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format="A4"))
    assert len(sheets) == 1


def test_the_button_prints(page: Page, gallery: Gallery) -> None:
    """The browser's own dialog would stop everything until somebody closes it."""
    page.add_init_script("window.printed = 0; window.print = () => { window.printed += 1; };")
    page.goto(gallery.address("receipt"))
    page.get_by_role("button", name=PRINT).click()
    wait_for(page, lambda: page.evaluate("window.printed === 1"))


@pytest.mark.parametrize("name", RECEIPTS)
def test_without_javascript_the_receipt_is_whole_and_offers_no_dead_button(
    new_context: Contexts, gallery: Gallery, name: str
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(gallery.address(name))
    expect(page.get_by_role("article")).to_contain_text(gallery.order(name).id)
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_text("브라우저 메뉴의 ‘인쇄’에서")).to_be_visible()


def test_a_cancelled_order_leads_to_its_receipt_and_back(page: Page, gallery: Gallery) -> None:
    page.goto(gallery.address("cancelled"))
    page.get_by_role("link", name="영수증 보기").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("취소된 선결제 영수증")
    page.get_by_role("link", name="결제 화면 보기").click()
    expect(heading).to_have_text("결제가 취소됐어요")

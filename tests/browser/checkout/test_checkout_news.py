"""What changes while a checkout page is open: it is said, and an old page cannot pay."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from prepayment.orders import Order
from prepayment.ports import Customer
from tests.browser.checkout.gallery import Gallery, pay_path
from tests.browser.conftest import Contexts

ACTION = "button[data-action]"


def heading_of(page: Page, text: str) -> None:
    """The page says this first, and the focus is there."""
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(text)
    expect(heading).to_be_focused()


def replace(gallery: Gallery, order: Order) -> None:
    """Another sum is named in the chat."""
    name, _ = gallery.person(order)
    gallery.stack.open_order(Customer(order.customer_id, order.line_id, name), 70_000)


def give_up(gallery: Gallery, order: Order) -> None:
    """The customer stops in the chat."""
    gallery.stack.app.ordering.withdraw(order.line_id, cause="customer_stopped")


def run_out(gallery: Gallery, order: Order) -> None:
    """The order's time is over."""
    gallery.stack.app.checkout.expire(order)


def pay_elsewhere(gallery: Gallery, order: Order) -> None:
    """The order is paid in another tab."""
    gallery.applied(order)


@pytest.mark.parametrize(
    ("end", "says"),
    [
        (run_out, "결제 시간이 지났어요"),
        (replace, "다른 주문으로 바뀌었어요"),
        (give_up, "그만둔 결제예요"),
        (pay_elsewhere, "50,000원 선결제가 끝났어요"),
    ],
)
@pytest.mark.parametrize("start", [Gallery.quoted, Gallery.verified])
def test_row_52_the_button_of_an_old_page_says_why_it_does_nothing_and_goes_away(
    page: Page,
    gallery: Gallery,
    start: Callable[[Gallery], Order],
    end: Callable[[Gallery, Order], None],
    says: str,
) -> None:
    order = start(gallery)
    page.goto(pay_path(order))
    expect(page.locator(ACTION)).to_be_enabled()
    end(gallery, order)
    page.locator(ACTION).click()
    expect(page.get_by_role("alert")).to_have_text(re.compile("더 진행할 수 없어요"))
    heading_of(page, says)
    expect(page.locator(ACTION)).to_have_count(0)
    assert page.url.startswith(gallery.stack.settings.public_url), "a window was opened"


def test_row_52_a_double_press_opens_one_window(page: Page, gallery: Gallery) -> None:
    order = gallery.verified()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    page.goto(pay_path(order))
    page.locator(ACTION).dblclick()
    expect(page.get_by_label("유효기간")).to_be_visible()
    assert [url for url in asked if url.endswith("/payment")] == [
        f"{gallery.stack.settings.public_url}{pay_path(order)}/payment"
    ]


def test_the_result_comes_by_itself_and_is_read_out(page: Page, gallery: Gallery) -> None:
    order = gallery.paid()
    page.goto(pay_path(order))
    expect(page.get_by_role("heading", level=1)).to_have_text("결제는 끝났고, 한도를 되살리고 있어요")
    gallery.stack.work()
    heading_of(page, "50,000원 선결제가 끝났어요")


def test_the_time_that_is_left_is_said_twice_and_its_end_takes_the_button_away(
    page: Page, gallery: Gallery
) -> None:
    order = gallery.verified()
    page.clock.install()
    page.goto(pay_path(order))
    said = page.locator("#status")
    countdown = page.get_by_role("timer")
    expect(countdown).to_have_text(re.compile("^14분"))
    expect(said).to_be_empty()
    page.clock.fast_forward("10:05")
    expect(said).to_have_text("결제 시간이 5분 남았어요.")
    expect(countdown).to_have_text(re.compile("^4분"))
    page.clock.fast_forward("04:00")
    expect(said).to_have_text("결제 시간이 1분 남았어요.")
    expect(page.locator(ACTION)).to_be_enabled()
    page.clock.fast_forward("01:00")
    expect(said).to_have_text("결제 시간이 지났어요. 지금 상태를 확인하고 있어요.")
    expect(page.locator(ACTION)).to_be_disabled()
    gallery.stack.app.checkout.expire(gallery.stack.order(order))
    page.clock.fast_forward("00:02")
    heading_of(page, "결제 시간이 지났어요")
    expect(page.locator(ACTION)).to_have_count(0)


def test_a_machine_that_slept_says_only_what_is_true_now(page: Page, gallery: Gallery) -> None:
    order = gallery.verified()
    page.clock.install()
    page.goto(pay_path(order))
    page.clock.fast_forward("14:10")
    expect(page.locator("#status")).to_have_text("결제 시간이 1분 남았어요.")


def test_a_page_that_is_looked_at_again_shows_how_it_stands_now(page: Page, gallery: Gallery) -> None:
    """Another tab was in front meanwhile."""
    order = gallery.quoted()
    page.goto(pay_path(order))
    give_up(gallery, order)
    expect(page.locator(ACTION)).to_be_visible()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    heading_of(page, "그만둔 결제예요")


def test_a_window_that_cannot_be_opened_is_an_alert_and_can_be_tried_again(
    page: Page, gallery: Gallery
) -> None:
    order = gallery.verified()
    page.goto(pay_path(order))
    page.route("**/v2/browser/payments", lambda route: route.abort())
    button = page.locator(ACTION)
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text(re.compile("결제된 금액은 없어요"))
    expect(button).to_be_focused()
    expect(button).to_be_enabled()
    page.unroute("**/v2/browser/payments")
    page.keyboard.press("Enter")
    expect(page.get_by_label("유효기간")).to_be_visible()


def test_no_answer_from_our_server_is_an_alert_and_can_be_tried_again(page: Page, gallery: Gallery) -> None:
    order = gallery.quoted()
    page.goto(pay_path(order))
    page.context.set_offline(True)
    page.locator(ACTION).click()
    expect(page.get_by_role("alert")).to_have_text(re.compile("연결이 원활하지 않아요"))
    page.context.set_offline(False)
    page.locator(ACTION).click()
    expect(page.get_by_label("통신사")).to_be_visible()


def test_a_page_that_waits_says_that_the_connection_is_gone_and_goes_on_when_it_is_back(
    page: Page, gallery: Gallery
) -> None:
    order = gallery.paid()
    page.goto(pay_path(order))
    said = page.locator("#connection")
    expect(said).to_be_empty()
    page.context.set_offline(True)
    expect(said).to_have_text("연결이 끊겼어요. 다시 연결되면 이어서 확인할게요.")
    page.context.set_offline(False)
    expect(said).to_have_text("다시 연결됐어요. 이어서 확인하고 있어요.")
    gallery.stack.work()
    heading_of(page, "50,000원 선결제가 끝났어요")


def test_what_could_not_be_known_is_asked_again_by_a_button_and_by_a_reload(
    page: Page, gallery: Gallery
) -> None:
    """And until then there is no button to pay with."""
    order = gallery.paying()
    for again in (page.get_by_role("button", name="지금 상태 확인하기").click, page.reload):
        page.goto(f"{pay_path(order)}?problem=outside_unavailable#news")
        heading_of(page, "잠시 연결이 원활하지 않아요")
        expect(page.locator(ACTION)).to_have_count(0)
        again()
        expect(page.get_by_role("heading", level=1)).to_have_text("결제가 아직 끝나지 않았어요")
        expect(page.locator(ACTION)).to_have_text("다시 결제하기")


def test_without_javascript_the_page_says_what_it_needs(new_context: Contexts, gallery: Gallery) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(pay_path(gallery.quoted()))
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_text("결제하려면 자바스크립트를 켜 주세요.")).to_be_visible()
    page.goto(gallery.address("unknown"))
    expect(page.get_by_text("잠시 뒤 화면을 새로 고치면 결과를 볼 수 있어요.")).to_be_visible()

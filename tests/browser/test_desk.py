"""The desk with a customer on the other side: asking for a person, talking, and going on with the bot."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from prepayment.ports import Ticket, TicketReason
from tests.browser.axe import violations
from tests.browser.chat_widget import Widget, visit
from tests.browser.conftest import SIZES, Contexts
from tests.browser.pictures import picture
from tests.browser.test_korean_input import PROCESS_KEY, InputMethod
from tests.support.full_stack import FullStack

NAME, PASSWORD = "이하나", "tulip-harbour-92-wander"


class Desk:
    """The staff's page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.log = page.get_by_role("log", name="대화 내용")
        self.box = page.get_by_role("textbox", name="고객에게 보낼 메시지")
        self.alert = page.get_by_role("alert")

    def log_in(self, staff_id: str) -> Desk:
        """Come in by the log-in page."""
        self.page.goto("/desk")
        self.page.get_by_label("아이디").fill(staff_id)
        self.page.get_by_label("비밀번호").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", name="기다리는 대화")).to_be_visible()
        return self

    def listed(self, ticket: Ticket) -> Locator:
        """A ticket in the lists."""
        return self.page.get_by_role("link", name=f"상담 {ticket.number}번")

    def show(self, ticket: Ticket) -> Desk:
        """Choose a conversation."""
        self.listed(ticket).click()
        expect(self.page.get_by_role("heading", name=f"상담 {ticket.number}번")).to_be_visible()
        return self

    def join(self, ticket: Ticket) -> Desk:
        """Begin to talk."""
        self.show(ticket).page.get_by_role("button", name="상담 시작").click()
        expect(self.box).to_be_visible()
        return self

    def say(self, text: str) -> None:
        """Write to the customer."""
        self.box.fill(text)
        self.page.get_by_role("button", name="보내기", exact=True).click()
        self.until_sent(text)

    def until_sent(self, text: str) -> None:
        """Wait for a message to be stored."""
        expect(self.messages("agent", text).first).to_be_visible()
        expect(self.log.get_by_text("보내는 중")).to_have_count(0)

    def messages(self, role: str, text: str = "") -> Locator:
        """What ``user``, ``bot`` or ``agent`` has said."""
        return self.log.locator(f".message.{role}", has_text=text)

    def leave(self) -> None:
        """End the talk, and mean it."""
        self.page.get_by_role("button", name="상담 끝내기").click()
        self.page.get_by_role("dialog").get_by_role("button", name="상담 끝내기").click()
        expect(self.page.get_by_text("맡은 상담이 없어요")).to_be_visible()


def account(stack: FullStack, name: str = NAME) -> str:
    """An account of its own, so that no other test's log-ins count against it; its log-in name."""
    staff_id = f"staff-{uuid.uuid4().hex[:12]}"
    return stack.app.staff.add(staff_id, name=name, password=PASSWORD, actor="operator:test").id


@pytest.fixture
def staff_id(stack: FullStack) -> str:
    """The log-in name of one of the staff."""
    return account(stack)


@pytest.fixture
def desk(new_context: Contexts, staff_id: str) -> Desk:
    """The desk on a desktop, logged in."""
    return Desk(new_context().new_page()).log_in(staff_id)


def waiting_ticket(stack: FullStack, *words: str) -> Ticket:
    """A customer who has said something and waits for a person."""
    conversation_id = stack.app.conversations.create()
    for number, text in enumerate(words or ("상담사 연결해 주세요",)):
        stack.app.conversations.say(conversation_id, client_id=f"client-{number:04}", text=text)
    return stack.app.hand_over.open(conversation_id, TicketReason.ASKED).ticket


def test_a_customer_talks_to_a_person_and_then_to_the_bot_again(
    stack: FullStack, desktop: BrowserContext, desk: Desk
) -> None:
    """The bot says nothing while the person is there, and answers at once when they have left."""
    widget: Widget = visit(desktop, stack).open()
    widget.log_in()
    widget.say("상담원 연결해 주세요")
    expect(widget.bubbles("bot", "상담")).to_be_visible()
    ticket = stack.app.hand_over.current(widget.conversation)
    assert ticket is not None

    desk.join(ticket)
    expect(desk.messages("user", "상담원 연결해 주세요")).to_be_visible()
    expect(widget.bubbles("bot", f"상담사 {NAME} 님이 들어왔어요")).to_be_visible()
    desk.say("안녕하세요, 무엇이 궁금하세요?")
    expect(widget.app.get_by_text("안녕하세요, 무엇이 궁금하세요?")).to_be_visible()
    before = len(widget.stored("bot"))
    widget.say("선결제가 뭐예요?")
    expect(desk.messages("user", "선결제가 뭐예요?")).to_be_visible()
    desk.say("이번 달에 쓴 소액결제를 미리 내는 거예요.")
    expect(widget.app.get_by_text("이번 달에 쓴 소액결제를 미리 내는 거예요.")).to_be_visible()
    expect(desk.listed(ticket)).not_to_contain_text("답을 기다려요")
    assert len(widget.stored("bot")) == before, "the bot was not silent"
    for theme in ("dark", "light"):
        desk.page.emulate_media(color_scheme=theme)
        assert violations(desk.page) == []
    picture(desk.page, "desk")

    desk.leave()
    expect(widget.bubbles("bot", "상담이 끝났어요")).to_be_visible()
    widget.say("선결제는 얼마부터 돼요?")
    expect(widget.bubbles("bot", "30,000원")).to_be_visible()
    assert desk.page.url.endswith("/desk")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_view_is_accessible_and_fits_its_screen(
    stack: FullStack, new_context: Contexts, size: str, theme: str
) -> None:
    """The log-in, the lists, a conversation before and after joining it, the question before leaving it."""
    ticket = waiting_ticket(stack, "아주 길게 말하는 고객이에요 " * 20, "가나다라" * 60)
    page = new_context(**SIZES[size], color_scheme=theme).new_page()
    page.goto("/desk/login")
    found = [*violations(page)]
    desk = Desk(page).log_in(account(stack))
    expect(desk.listed(ticket)).to_be_visible()
    found += violations(page)
    desk.show(ticket)
    expect(desk.messages("user")).to_have_count(2)
    found += violations(page)
    page.get_by_role("button", name="상담 시작").click()
    expect(desk.box).to_be_visible()
    desk.say("안녕하세요")
    found += violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["viewport"]["width"]
    page.get_by_role("button", name="상담 끝내기").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found += violations(page)
    assert found == []


def test_of_two_who_want_the_same_customer_the_second_is_told(
    stack: FullStack, new_context: Contexts, desk: Desk
) -> None:
    other = Desk(new_context().new_page()).log_in(account(stack, "최두리"))
    ticket = waiting_ticket(stack)
    desk.show(ticket)
    other.join(ticket)
    expect(desk.page.get_by_text("이미 다른 상담사가 맡았어요")).to_be_visible()
    expect(desk.listed(ticket)).to_have_count(0)
    expect(desk.log).to_be_hidden()


def test_the_whole_way_goes_by_keyboard(stack: FullStack, desk: Desk) -> None:
    ticket = waiting_ticket(stack)
    keyboard = desk.page.keyboard
    desk.listed(ticket).focus()
    keyboard.press("Enter")
    expect(desk.page.get_by_role("heading", name=f"상담 {ticket.number}번")).to_be_focused()
    start = desk.page.get_by_role("button", name="상담 시작")
    expect(start).to_be_visible()
    keyboard.press("Tab")
    expect(start).to_be_focused()
    keyboard.press("Enter")
    expect(desk.box).to_be_focused()
    keyboard.type("첫 줄")
    keyboard.press("Shift+Enter")
    keyboard.type("둘째 줄")
    keyboard.press("Enter")
    expect(desk.messages("agent").locator(".text")).to_have_text("첫 줄\n둘째 줄")
    expect(desk.box).to_have_value("")
    desk.page.get_by_role("button", name="상담 끝내기").focus()
    keyboard.press("Enter")
    keyboard.press("Escape")
    expect(desk.page.get_by_role("dialog")).to_be_hidden()
    expect(desk.box).to_be_visible()


def test_an_enter_that_ends_a_syllable_sends_the_whole_text_once(stack: FullStack, desk: Desk) -> None:
    ticket = waiting_ticket(stack)
    desk.join(ticket)
    method = InputMethod(desk.page)
    desk.box.focus()
    desk.page.keyboard.type("확인해 볼게")
    method.compose("ㅇ", "요")
    method.key("Enter", PROCESS_KEY)
    expect(desk.messages("agent")).to_have_count(0)
    method.commit("요")
    desk.until_sent("확인해 볼게요")
    expect(desk.messages("agent").locator(".text")).to_have_text("확인해 볼게요")
    expect(desk.box).to_have_value("")
    said = [
        one.text for one in stack.app.conversations.messages(ticket.conversation_id) if one.role == "agent"
    ]
    assert said == ["확인해 볼게요"]


def test_what_customers_type_is_shown_as_they_typed_it(stack: FullStack, desk: Desk) -> None:
    hostile = '<img src=x onerror="document.title=1"><b>굵게</b>'
    desk.show(waiting_ticket(stack, hostile))
    expect(desk.messages("user").locator(".text")).to_have_text(hostile)
    expect(desk.page.locator("img")).to_have_count(0)


def test_a_message_that_could_not_be_sent_is_sent_again_once(stack: FullStack, desk: Desk) -> None:
    """Also when it had arrived and only the answer was lost."""
    ticket = waiting_ticket(stack)
    desk.join(ticket)

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    desk.page.route("**/messages", lose_the_answer, times=1)
    desk.box.fill("들리세요?")
    desk.box.press("Enter")
    desk.page.get_by_role("button", name="다시 보내기").click()
    desk.until_sent("들리세요?")
    expect(desk.page.get_by_role("button", name="다시 보내기")).to_have_count(0)
    expect(desk.messages("agent", "들리세요?")).to_have_count(1)
    said = [
        one.text for one in stack.app.conversations.messages(ticket.conversation_id) if one.role == "agent"
    ]
    assert said == ["들리세요?"]


def test_the_page_goes_on_by_itself_after_the_connection_was_lost(stack: FullStack, desk: Desk) -> None:
    ticket = waiting_ticket(stack, "하나")
    desk.show(ticket)
    expect(desk.messages("user")).to_have_count(1)
    stack.processes.stop("web")
    expect(desk.page.get_by_text("연결이 끊겼어요")).to_be_visible()
    stack.app.conversations.say(ticket.conversation_id, client_id="client-later", text="둘")
    stack.processes.start("web")
    expect(desk.messages("user", "둘")).to_have_count(1)
    expect(desk.messages("user")).to_have_count(2)
    expect(desk.page.get_by_text("연결이 끊겼어요")).to_have_count(0)


def test_a_disabled_account_is_shown_the_log_in(stack: FullStack, desk: Desk, staff_id: str) -> None:
    stack.app.staff.set_active(staff_id, False, actor="operator:test")
    expect(desk.page.get_by_role("heading", name="상담사 로그인")).to_be_visible()


def test_on_a_phone_the_list_and_a_conversation_take_turns(stack: FullStack, phone: BrowserContext) -> None:
    ticket = waiting_ticket(stack)
    desk = Desk(phone.new_page()).log_in(account(stack)).show(ticket)
    expect(desk.listed(ticket)).to_be_hidden()
    desk.page.get_by_role("link", name="목록").click()
    expect(desk.listed(ticket)).to_be_visible()
    expect(desk.log).to_be_hidden()
    desk.page.go_back()
    expect(desk.log).to_be_visible()

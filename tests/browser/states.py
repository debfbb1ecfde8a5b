"""The states a chat can be in, and how to get it there."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from prepayment.ports import Button
from tests.browser.chat_frames import ChatFrames
from tests.browser.chat_widget import Widget, visit
from tests.browser.payments import cards, offer, pay_elsewhere
from tests.support.full_stack import FullStack

CHOICES = (
    Button("어떻게 하나요?", payload="/faq_methods"),
    Button("지금 선결제하기", payload="/request_prepayment"),
)
RICH = """**선결제**는 이렇게 해요. [KT닷컴](https://www.kt.com)에서도 돼요.

1. 로그인해요
2. `요금조회`로 가요

| 방법 | 좋은 점 | 아쉬운 점 |
|---|---|---|
| 홈페이지 | 언제든지 할 수 있어요 | 본인인증이 필요해요 |
| 고객센터 | 상담하며 할 수 있어요 | 기다릴 수 있어요 |

---

- 30,000원부터 돼요"""


def closed(context: BrowserContext, stack: FullStack) -> Widget:
    """The launcher alone."""
    return visit(context, stack)


def unread(context: BrowserContext, stack: FullStack) -> Widget:
    """Closed again, with something that was not read."""
    widget = visit(context, stack).open()
    widget.close.click()
    widget.bot_says("새 소식이 있어요.", wait=False)
    expect(widget.host.locator(".badge")).to_be_visible()
    return widget


def opened(context: BrowserContext, stack: FullStack) -> Widget:
    """Open, nothing said."""
    return visit(context, stack).open()


def buttons(context: BrowserContext, stack: FullStack) -> Widget:
    """Everything that text can hold, choices that are past, choices, a link."""
    widget = visit(context, stack).open()
    widget.log_in()
    widget.bot_says("지난 질문이에요.", *CHOICES)
    widget.say("안녕하세요")
    expect(widget.bubbles("bot")).to_have_count(2)
    link = Button("결제하러 가기", url=f"{stack.settings.public_url}/pay/none")
    widget.bot_says(RICH, *CHOICES, link)
    return widget


def _tapped(context: BrowserContext, stack: FullStack) -> tuple[Widget, ChatFrames]:
    """The open chat, and what its socket carries."""
    page = context.new_page()
    frames = ChatFrames(page)
    page.goto("/portal/embed/bare")
    return Widget(page, stack).open(), frames


def writing(context: BrowserContext, stack: FullStack) -> Widget:
    """The bot writes; the customer has filled the box."""
    widget, frames = _tapped(context, stack)
    frames.put("typing", {"on": True, "ttl_ms": 30_000})
    widget.input.fill("가" * 1000)
    expect(widget.typing).to_be_visible()
    return widget


def errors(context: BrowserContext, stack: FullStack) -> Widget:
    """A message that could not be sent, and a notice."""
    widget, frames = _tapped(context, stack)
    frames.answer_page = lambda one: (
        {"ok": False, "error": "unavailable", "retry_after": 5} if one.event == "user_message" else None
    )
    widget.say("보내지지 않는 말")
    expect(widget.app.get_by_role("button", name="다시 보내기")).to_be_visible()
    frames.put("error", {"code": "unavailable", "retry": True})
    expect(widget.notice).to_be_visible()
    return widget


def offline(context: BrowserContext, stack: FullStack) -> Widget:
    """Without a network, with a message that waits for one."""
    widget = visit(context, stack).open()
    context.set_offline(True)
    widget.say("나중에 보내 주세요")
    expect(widget.banner).to_be_visible()
    expect(widget.app.get_by_text("전송 대기")).to_be_visible()
    return widget


def unseen(context: BrowserContext, stack: FullStack) -> Widget:
    """Scrolled up while something new came."""
    widget = visit(context, stack).open()
    for number in range(12):
        widget.bot_says(f"{number}번째 안내예요.\n\n둘째 문단이에요.", wait=False)
    expect(widget.bubbles("bot")).to_have_count(12)
    widget.log.evaluate("(log) => log.scrollTo(0, 0)")
    widget.bot_says("새로 온 말이에요.")
    expect(widget.app.get_by_role("button", name="새 메시지")).to_be_visible()
    return widget


def card(context: BrowserContext, stack: FullStack) -> Widget:
    """A card that waits for its payment, after one that was given up."""
    widget = visit(context, stack).open()
    widget.log_in()
    offer(widget, stack)
    offer(widget, stack, 70_000)
    return widget


def paid(context: BrowserContext, stack: FullStack) -> Widget:
    """A payment that is done, its result, and the question how it was, answered."""
    widget = visit(context, stack).open()
    widget.log_in()
    pay_elsewhere(stack, offer(widget, stack))
    expect(cards(widget)).to_contain_text("완료")
    widget.log.get_by_role("button", name="도움됐어요").click()
    expect(widget.log.get_by_role("status")).to_have_text("의견 고마워요.")
    return widget


def pictured(context: BrowserContext, stack: FullStack) -> Widget:
    """An answer with a picture of the steps."""
    widget = visit(context, stack).open()
    widget.say("홈페이지에서 선결제하는 방법")
    expect(widget.log.get_by_role("img")).to_be_visible()
    return widget


def loading(context: BrowserContext, stack: FullStack) -> Widget:
    """Opened, while the chat itself has not come yet."""
    context.route("**/chat?*", lambda _: None)
    widget = visit(context, stack)
    widget.launcher.click()
    expect(widget.host.locator(".cover")).to_be_visible()
    return widget


def resetting(context: BrowserContext, stack: FullStack) -> Widget:
    """Asked whether to begin a new conversation."""
    widget = visit(context, stack).open()
    widget.say("안녕하세요")
    expect(widget.bubbles("bot")).to_have_count(1)
    widget.reset.click()
    expect(widget.app.get_by_role("dialog")).to_be_visible()
    return widget


STATES: dict[str, Callable[[BrowserContext, FullStack], Widget]] = {
    "closed": closed,
    "unread": unread,
    "open": opened,
    "buttons": buttons,
    "writing": writing,
    "error": errors,
    "offline": offline,
    "unseen": unseen,
    "card": card,
    "paid": paid,
    "pictured": pictured,
    "loading": loading,
    "reset": resetting,
}

"""The chat for people who use a keyboard or a screen reader, or who need it larger or still."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from prepayment.ports import Button
from tests.browser.chat_frames import ChatFrames
from tests.browser.chat_widget import Widget, visit
from tests.browser.conftest import PHONE, SIZES, Contexts
from tests.browser.states import RICH, STATES
from tests.support.full_stack import FullStack

# Elements added to the log, with what it was announcing at that moment.
WATCH_LOG = """() => {
    window.added = [];
    new MutationObserver((records) => {
        for (const record of records) for (const node of record.addedNodes) {
            const log = node.parentElement?.closest("[role=log]");
            if (node.nodeType !== Node.ELEMENT_NODE || !log) continue;
            const own = node.closest("[aria-live]").getAttribute("aria-live");
            const live = own === "off" || node.matches("[aria-live=off]") ? "off" : own;
            added.push({ live, text: node.innerText, hidden: node.closest("[aria-hidden=true]") !== null });
        }
    }).observe(document, { childList: true, subtree: true });
}"""


def announced(widget: Widget) -> list[str]:
    """What a screen reader would have been told by the log since it is watched."""
    added: list[dict[str, Any]] = widget.frame.evaluate("() => added")
    return [one["text"] for one in added if one["live"] == "polite" and not one["hidden"]]


def test_row_9_the_launcher_is_a_button_that_says_what_it_does_and_what_is_unread(
    desktop: BrowserContext, stack: FullStack
) -> None:
    widget = visit(desktop, stack)
    expect(widget.launcher).to_have_role("button")
    expect(widget.launcher).to_have_accessible_name("선결제 도우미 채팅 열기")
    expect(widget.launcher).to_have_attribute("aria-expanded", "false")
    widget.open()
    expect(widget.launcher).to_have_accessible_name("선결제 도우미 채팅 닫기")
    expect(widget.launcher).to_have_attribute("aria-expanded", "true")
    widget.launcher.click()
    widget.bot_says("하나", wait=False)
    widget.bot_says("둘", wait=False)
    expect(widget.launcher).to_have_accessible_name("선결제 도우미 채팅 열기, 새 메시지 2개")
    widget.launcher.click()
    widget.launcher.click()
    expect(widget.launcher).to_have_accessible_name("선결제 도우미 채팅 열기")


@pytest.mark.parametrize("where", ["in the chat", "on the page"])
def test_row_10_opening_focuses_the_input_and_escape_goes_back_to_the_launcher(
    desktop: BrowserContext, stack: FullStack, where: str
) -> None:
    widget = visit(desktop, stack).open()
    expect(widget.input).to_be_focused()
    if where == "on the page":
        widget.launcher.focus()
    widget.page.keyboard.press("Escape")
    expect(widget.panel).to_be_hidden()
    expect(widget.launcher).to_be_focused()
    widget.page.keyboard.press("Enter")
    expect(widget.input).to_be_focused()


def tab_to(widget: Widget, name: str) -> None:
    """Press Tab until the element with a name has the focus."""
    for _ in range(40):
        widget.page.keyboard.press("Tab")
        focused = widget.app.locator(":focus")
        if focused.count() and name in (focused.get_attribute("aria-label") or focused.text_content() or ""):
            return
    raise AssertionError(f"Tab does not lead to {name}")


def test_row_11_the_whole_way_goes_by_keyboard(desktop: BrowserContext, stack: FullStack) -> None:
    widget = visit(desktop, stack)
    keyboard = widget.page.keyboard
    widget.page.get_by_role("link").focus()
    keyboard.press("Tab")
    keyboard.press("Enter")
    widget.wait_until_online()
    widget.log_in()
    keyboard.type("5만원 선결제 해줘")
    keyboard.press("Enter")
    expect(widget.choice("네, 진행할게요")).to_be_visible()
    widget.log.focus()
    tab_to(widget, "네, 진행할게요")
    keyboard.press("Enter")
    expect(widget.log.get_by_role("link")).to_be_visible()
    expect(widget.input).to_be_focused()
    widget.log.focus()
    tab_to(widget, "결제하")
    with desktop.expect_page() as checkout:
        keyboard.press("Enter")
    expect(checkout.value.get_by_role("button", name="본인인증 하기")).to_be_visible()
    checkout.value.close()
    widget.page.bring_to_front()
    widget.log.focus()
    keyboard.press("Shift+Tab")
    keyboard.press("Shift+Tab")
    expect(widget.reset).to_be_focused()
    keyboard.press("Enter")
    tab_to(widget, "새로 시작")
    keyboard.press("Enter")
    expect(widget.bubbles("user")).to_have_count(0)
    expect(widget.input).to_be_focused()
    keyboard.press("Escape")
    expect(widget.panel).to_be_hidden()
    expect(widget.launcher).to_be_focused()


def reachable(widget: Widget) -> set[str]:
    """Where Tab leads from the input on, among the page's own link, the launcher and the chat."""
    where = set()
    for _ in range(14):
        widget.page.keyboard.press("Tab")
        active = widget.page.evaluate(
            """() => {
                const active = document.activeElement;
                return (active.shadowRoot ?? document).activeElement.tagName;
            }"""
        )
        where.add(active)
    return where


def test_row_12_on_a_desktop_the_focus_goes_on_from_the_chat_to_the_page(
    desktop: BrowserContext, stack: FullStack
) -> None:
    assert {"IFRAME", "BUTTON", "A"} <= reachable(visit(desktop, stack).open())


def test_row_12_on_a_phone_it_stays_in_the_chat(phone: BrowserContext, stack: FullStack) -> None:
    widget = visit(phone, stack).open()
    widget.input.focus()
    assert reachable(widget) - {"BODY"} == {"IFRAME"}
    widget.close.click()
    widget.page.get_by_role("link").focus()
    assert widget.page.evaluate("() => document.activeElement.tagName") == "A"


def test_row_13_a_new_message_is_announced_once(widget: Widget, frames: ChatFrames) -> None:
    expect(widget.log).to_have_accessible_name("대화 내용")
    expect(widget.log).to_have_attribute("aria-live", "polite")
    widget.bot_says("어제까지의 말이에요.")
    widget.frame.evaluate(WATCH_LOG)
    for on in (True, False):
        frames.put("typing", {"on": on, "ttl_ms": 30_000})
        expect(widget.typing).to_be_visible(visible=on)
    expect(widget.log.locator("[aria-hidden=true] .typing, .typing[aria-hidden=true]")).to_have_count(1)
    widget.bot_says("선결제가 **완료**됐어요.\n\n- 하나\n- 둘", Button("더 보기", payload="/greet"))
    (said,) = announced(widget)
    assert "완료" in said
    assert "하나" in said
    assert "더 보기" in said


def test_row_13_the_history_announces_nothing(desktop: BrowserContext, stack: FullStack) -> None:
    widget = visit(desktop, stack).open()
    for text in ("하나", "둘", "셋"):
        widget.bot_says(text)
    desktop.add_init_script(f"({WATCH_LOG})()")
    widget.page.reload()
    widget.wait_until_online()
    expect(widget.bubbles("bot")).to_have_count(3)
    assert widget.frame.evaluate("() => added.length") >= 3
    assert announced(widget) == []
    widget.bot_says("넷")
    assert len(announced(widget)) == 1


def test_row_14_errors_are_alerts_and_the_state_of_the_line_is_a_status(
    desktop: BrowserContext, stack: FullStack
) -> None:
    broken = STATES["error"](desktop, stack)
    alerts = broken.app.get_by_role("alert")
    expect(alerts.filter(has_text="답변을 만들지 못했어요")).to_have_count(1)
    expect(alerts.filter(has=broken.app.get_by_role("button", name="다시 보내기"))).to_have_count(1)
    without_line = STATES["offline"](desktop, stack)
    expect(without_line.app.get_by_role("status").filter(has_text="연결이 끊겼어요")).to_have_count(1)


UNMARKED = """() => {
    const looks = (one) => [one, one.parentElement].map((each) => {
        const { boxShadow, outline, borderColor } = getComputedStyle(each);
        return [boxShadow, outline, borderColor].join();
    }).join();
    const targets = [...document.querySelectorAll("button, a, textarea, [tabindex='0']")];
    const open = document.querySelector("dialog[open]");
    const here = targets.filter((one) => one.checkVisibility() && !one.disabled && (!open || open.contains(one)));
    return here.filter((one) => {
        document.activeElement.blur();
        const before = looks(one);
        one.focus();
        return document.activeElement !== one || looks(one) === before;
    }).map((one) => one.outerHTML.slice(0, 90));
}"""


@pytest.mark.parametrize("state", ["buttons", "error", "unseen", "reset"])
def test_row_15_everything_that_takes_the_focus_shows_it(
    desktop: BrowserContext, stack: FullStack, state: str
) -> None:
    widget = STATES[state](desktop, stack)
    # Rings are shown to those who use the keyboard.
    widget.page.keyboard.press("Tab")
    assert widget.frame.evaluate(UNMARKED) == []


TOO_SMALL = """(least) => [...document.querySelectorAll("button, a, textarea, select, input")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("p, li, td"))
    .map((one) => [one.getBoundingClientRect(), one])
    .filter(([box]) => box.width < least || box.height < least)
    .map(([box, one]) => `${Math.round(box.width)}x${Math.round(box.height)} ${one.outerHTML.slice(0, 90)}`)"""


@pytest.mark.parametrize(("size", "least"), [("desktop", 24), ("phone", 44)])
@pytest.mark.parametrize("state", ["buttons", "error", "unseen", "reset"])
def test_row_15_targets_are_large_enough(
    new_context: Contexts, stack: FullStack, state: str, size: str, least: int
) -> None:
    """24 px with a mouse, 44 px with fingers; links within sentences are exempt."""
    widget = STATES[state](new_context(**SIZES[size]), stack)
    assert widget.frame.evaluate(TOO_SMALL, least) == []
    box = widget.launcher.bounding_box() if size == "desktop" else {"width": least, "height": least}
    assert box is not None
    assert min(box["width"], box["height"]) >= least


WIDE = """() => {
    const root = document.documentElement;
    const log = document.querySelector("[role=log]");
    const wide = [root, log].filter((one) => one && one.scrollWidth > one.clientWidth).map((one) => one.tagName);
    const beyond = [...document.querySelectorAll("body *")].filter((one) => {
        const box = one.getBoundingClientRect();
        return one.checkVisibility() && !one.closest(".table, .visually-hidden") && box.right > root.clientWidth + 1;
    });
    return [...wide, ...beyond.map((one) => one.outerHTML.slice(0, 90))];
}"""
LONG = "https://example.com/" + "very-long-path/" * 12 + " 가나다라마바사아자차카타파하" * 3 + " " + "ㅋ" * 90


@pytest.mark.parametrize(
    "screen",
    [
        {"viewport": {"width": 320, "height": 568}},
        {**PHONE, "viewport": {"width": 320, "height": 568}},
        # 200 % on a window of 1280 x 860
        {"viewport": {"width": 640, "height": 430}, "device_scale_factor": 2},
    ],
    ids=["320 px", "320 px touch", "200 %"],
)
def test_row_16_nothing_has_to_be_scrolled_sideways(
    new_context: Contexts, stack: FullStack, screen: dict[str, Any]
) -> None:
    widget = visit(new_context(**screen), stack).open()
    widget.bot_says(f"{RICH}\n\n{LONG}", Button("아주 " * 20 + "긴 선택지", payload="/greet"))
    widget.say(LONG)
    expect(widget.bubbles("user")).to_be_visible()
    widget.input.fill(LONG)
    assert widget.frame.evaluate(WIDE) == []
    assert widget.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    for part in (widget.input, widget.send, widget.close):
        expect(part).to_be_in_viewport(ratio=1)


MOVING = """() => document.getAnimations()
    .filter((one) => one.playState === "running" && one.effect.getComputedTiming().duration > 1).length"""
# Opens the chat and tells whether anything about it moves for longer than a millisecond.
MOVES_AT_OPENING = """() => new Promise((done) => {
    const root = document.querySelector("#prepay-chat-widget").shadowRoot;
    root.querySelector(".launcher").click();
    const moves = () => root.getAnimations().some((one) => one.effect.getComputedTiming().duration > 1);
    requestAnimationFrame(() => done(moves()));
})"""


def test_row_17_nothing_moves_for_those_who_want_less_motion(new_context: Contexts, stack: FullStack) -> None:
    moving, still = (
        STATES["writing"](new_context(reduced_motion=wish), stack) for wish in ("no-preference", "reduce")
    )
    assert moving.frame.evaluate(MOVING) > 0
    assert still.frame.evaluate(MOVING) == 0
    for widget, moves in ((moving, True), (still, False)):
        widget.launcher.click()
        expect(widget.panel).to_be_hidden()
        assert widget.page.evaluate(MOVES_AT_OPENING) == moves


def test_row_18_the_language_is_said_and_each_bubble_says_whose_it_is(
    desktop: BrowserContext, stack: FullStack
) -> None:
    widget = visit(desktop, stack).open()
    expect(widget.host).to_have_attribute("lang", "ko")
    expect(widget.app.locator("html")).to_have_attribute("lang", "ko")
    widget.say("안녕하세요")
    expect(widget.bubbles("bot")).to_have_count(1)
    assert (widget.bubbles("user").text_content() or "").strip().startswith("나:")
    assert (widget.bubbles("bot").text_content() or "").strip().startswith("선결제 도우미:")
    name = widget.bubbles("user").locator(".visually-hidden").first
    box = name.bounding_box()
    assert box is not None
    assert box["width"] * box["height"] <= 1

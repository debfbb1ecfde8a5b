"""Lines that break, servers that restart, tabs, storage, tokens: nothing is lost and nothing is said twice."""

from __future__ import annotations

import time
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from prepayment.ports import Reply
from tests.browser.chat_frames import ChatFrames
from tests.browser.chat_widget import BARE, HOSTILE, TOKEN, Widget, bot_says, visit
from tests.browser.conftest import Contexts
from tests.browser.states import CHOICES
from tests.support.full_stack import FullStack
from tests.support.tokens import signed


def test_row_36_what_is_written_offline_waits_and_is_sent_once(
    desktop: BrowserContext, widget: Widget, frames: ChatFrames
) -> None:
    desktop.set_offline(True)
    widget.say("안녕하세요")
    expect(widget.banner).to_contain_text("연결이 끊겼어요")
    expect(widget.bubbles("user", "전송 대기")).to_have_count(1)
    desktop.set_offline(False)
    expect(widget.bubbles("bot")).to_have_count(1)
    expect(widget.banner).to_have_count(0)
    expect(widget.app.get_by_text("전송 대기")).to_have_count(0)
    assert len(frames.events("user_message", sent=True)) == 1
    assert widget.stored("user") == ["안녕하세요"]
    assert widget.texts("user") == ["안녕하세요"]


def test_row_37_without_an_acknowledgement_it_can_be_sent_again_and_counts_once(
    page: Page, frames: ChatFrames, stack: FullStack
) -> None:
    page.clock.install()
    page.goto(BARE)
    widget = Widget(page, stack).open()
    frames.lost_from_server = lambda one: (
        one.kind == "ack" or (one.event == "message" and one.body["role"] == "user")
    )
    widget.say("안녕하세요")
    expect(widget.bubbles("bot")).to_have_count(1)
    page.clock.fast_forward(11_000)
    again = widget.app.get_by_role("button", name="다시 보내기")
    expect(again).to_be_visible()
    frames.lost_from_server = lambda _: False
    again.click()
    expect(again).to_have_count(0)
    first, second = frames.events("user_message", sent=True)
    assert first == second
    assert widget.stored("user") == ["안녕하세요"]
    assert widget.texts("user") == ["안녕하세요"]
    widget.bot_says("또 하나")
    assert len(widget.stored("bot")) == 2


def test_row_38_a_restart_in_the_middle_of_a_turn_leaves_no_gap_and_no_double(
    widget: Widget, frames: ChatFrames, stack: FullStack
) -> None:
    widget.bot_says("먼저 온 말")
    with stack.processes.held("rasa"):
        widget.say("안녕하세요")
        expect(widget.typing).to_be_visible()
        widget.wait_for(lambda: widget.stored("user") == ["안녕하세요"])
        stopping = Thread(target=stack.processes.stop, args=("web",))
        stopping.start()
        expect(widget.banner).to_be_visible()
        seen = max(row["seq"] for row in frames.events("message"))
    stopping.join()
    bot_says(stack, widget.conversation, Reply("다시 시작하는 동안 온 말"))
    stack.processes.start("web")
    expect(widget.bubbles("bot", "동안 온 말")).to_have_count(1)
    expect(widget.banner).to_have_count(0)
    assert frames.connects()[-1]["since"] == seen
    expect(widget.bubbles("bot")).to_have_count(3)
    assert len(widget.stored("bot")) == 3
    assert widget.texts("user") == widget.stored("user") == ["안녕하세요"]


WAITS = """
    Math.random = () => %s;
    window.waited = new Promise((done) => {
        let broken;
        window.WebSocket = class extends WebSocket {
            constructor(...given) {
                super(...given);
                if (broken) done(performance.now() - broken);
                this.addEventListener("close", () => (broken ??= performance.now()));
            }
        };
    });
"""


def test_row_38_not_all_come_back_at_the_same_moment(new_context: Contexts, stack: FullStack) -> None:
    waits = []
    for luck in (0.89, 0.99):
        context = new_context()
        frames = ChatFrames(context)
        context.add_init_script(WAITS % luck)
        widget = visit(context, stack).open()
        frames.cut()
        waits.append(widget.frame.evaluate("() => waited"))
    assert waits[1] - waits[0] > 200


def test_row_39_a_reload_and_a_second_page_of_the_site_show_the_same_conversation(
    desktop: BrowserContext, widget: Widget, stack: FullStack
) -> None:
    widget.bot_says("무엇을 도와드릴까요?", *CHOICES)
    widget.choice("어떻게 하나요?").click()
    expect(widget.bubbles("bot")).to_have_count(2)
    said = (widget.texts("user"), widget.texts("bot"))
    widget.page.reload()
    widget.wait_until_online()
    expect(widget.bubbles("bot")).to_have_count(2)
    assert (widget.texts("user"), widget.texts("bot")) == said
    widget.page.goto(HOSTILE)
    widget.wait_until_online()
    expect(widget.bubbles("bot")).to_have_count(2)
    assert (widget.texts("user"), widget.texts("bot")) == said
    expect(widget.choice("지금 선결제하기")).to_be_visible()


def test_row_40_two_tabs_stay_in_step(desktop: BrowserContext, widget: Widget, stack: FullStack) -> None:
    other = visit(desktop, stack).open()
    assert other.conversation == widget.conversation
    widget.bot_says("무엇을 도와드릴까요?", *CHOICES)
    expect(other.choice("어떻게 하나요?")).to_be_enabled()
    widget.choice("어떻게 하나요?").click()
    expect(other.bubbles("bot").first.locator(".choice").first).to_be_disabled()
    other.say("고마워요")
    for tab in (widget, other):
        expect(tab.bubbles("bot")).to_have_count(3)
        assert tab.texts("user") == ["어떻게 하나요?", "고마워요"]
    assert widget.texts("bot") == other.texts("bot")


def test_row_40_a_new_conversation_in_one_tab_is_the_other_tabs_too(
    desktop: BrowserContext, widget: Widget, stack: FullStack
) -> None:
    other = visit(desktop, stack).open()
    widget.say("안녕하세요")
    expect(other.bubbles("bot")).to_have_count(1)
    widget.reset.click()
    widget.app.get_by_role("button", name="새로 시작").click()
    expect(other.bubbles("bot")).to_have_count(0)
    widget.say("두 번째 대화예요")
    expect(other.bubbles("user", "두 번째 대화예요")).to_have_count(1)
    assert other.conversation == widget.conversation


def test_row_41_without_storage_the_chat_works_for_the_page(
    desktop: BrowserContext, stack: FullStack
) -> None:
    desktop.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name,"
        " { get() { throw new DOMException('denied', 'SecurityError'); } });"
    )
    frames = ChatFrames(desktop)
    widget = visit(desktop, stack).open()
    widget.say("안녕하세요")
    expect(widget.bubbles("bot")).to_have_count(1)
    frames.cut()
    widget.say("다시 왔어요")
    expect(widget.bubbles("bot")).to_have_count(2)
    first, second = frames.events("session")
    assert stack.conversation_of(first) == stack.conversation_of(second)
    assert widget.texts("user") == ["안녕하세요", "다시 왔어요"]


def put_token(widget: Widget, token: str) -> None:
    """Let the browser hold a token when the page is loaded again."""
    widget.frame.evaluate("([key, token]) => localStorage.setItem(key, token)", [TOKEN, token])
    widget.page.reload()
    widget.wait_until_online()


def test_row_42_a_token_is_renewed_without_a_word(widget: Widget, stack: FullStack) -> None:
    widget.bot_says("먼저 온 말")
    conversation, now = widget.conversation, int(time.time())
    secret = stack.settings.chat_token_secret.get_secret_value()
    ending = signed(secret, sub=conversation, aud="prepay-chat", iat=now, exp=now + 60)
    put_token(widget, ending)
    expect(widget.bubbles("bot", "먼저 온 말")).to_have_count(1)
    assert widget.conversation == conversation
    assert widget.frame.evaluate(f"() => localStorage.getItem('{TOKEN}')") != ending
    expect(widget.notice).to_have_count(0)


def test_row_42_a_session_that_the_server_no_longer_knows_is_taken_up_again_without_loss(
    widget: Widget, frames: ChatFrames
) -> None:
    conversation = widget.conversation
    frames.answer_page = lambda one: (
        {"ok": False, "error": "expired"}
        if one.event == "user_message" and len(frames.connects()) == 1
        else None
    )
    widget.say("안녕하세요")
    expect(widget.bubbles("bot")).to_have_count(1)
    assert len(frames.connects()) == 2
    assert widget.conversation == conversation
    assert widget.stored("user") == ["안녕하세요"]
    assert widget.texts("user") == ["안녕하세요"]


@pytest.mark.parametrize("fault", ["expired", "forged", "without an end", "nonsense"])
def test_row_42_a_bad_token_begins_a_new_conversation_and_shows_nothing_of_any_other(
    widget: Widget, stack: FullStack, fault: str
) -> None:
    widget.bot_says("남의 비밀")
    conversation, now = widget.conversation, int(time.time())
    secret = stack.settings.chat_token_secret.get_secret_value()
    claims: dict[str, Any] = {"sub": conversation, "aud": "prepay-chat", "iat": now - 90, "exp": now + 3600}
    tokens = {
        "expired": signed(secret, **{**claims, "exp": now - 1}),
        "forged": signed("another secret of the same length as ours", **claims),
        "without an end": signed(secret, **{**claims, "exp": None}),
        "nonsense": "nonsense",
    }
    put_token(widget, tokens[fault])
    widget.wait_for(lambda: widget.conversation != conversation)
    expect(widget.bubbles("bot")).to_have_count(0)
    widget.say("안녕하세요")
    expect(widget.bubbles("bot")).to_have_count(1)
    assert "안녕하세요" not in [row.text for row in stack.app.conversations.messages(conversation)]


def test_row_43_a_new_conversation_begins_empty_after_it_was_confirmed(
    widget: Widget, stack: FullStack
) -> None:
    widget.log_in()
    widget.say("안녕하세요")
    expect(widget.bubbles("bot")).to_have_count(1)
    before = widget.conversation
    widget.reset.click()
    widget.app.get_by_role("button", name="계속 대화하기").click()
    expect(widget.bubbles("bot")).to_have_count(1)
    assert widget.conversation == before
    widget.reset.click()
    dialog = widget.app.get_by_role("dialog")
    expect(dialog).to_have_accessible_name("새 대화를 시작할까요?")
    widget.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert widget.conversation == before
    widget.reset.click()
    widget.app.get_by_role("button", name="새로 시작").click()
    expect(widget.bubbles("bot")).to_have_count(0)
    expect(widget.bubbles("user")).to_have_count(0)
    widget.wait_for(lambda: widget.conversation != before)
    assert widget.stored("bot") == []
    expect(widget.input).to_be_focused()


def test_row_44_who_is_too_fast_is_told_how_long_to_wait(widget: Widget) -> None:
    for number in range(22):
        widget.input.fill(f"{number}번째")
        widget.input.press("Enter")
    expect(widget.notice).to_contain_text("메시지를 너무 빨리 보내셨어요.")
    expect(widget.notice).to_contain_text("초 뒤에 다시 보내 주세요.")
    expect(widget.app.get_by_role("button", name="다시 보내기").first).to_be_visible()
    expect(widget.bubbles("user")).to_have_count(22)

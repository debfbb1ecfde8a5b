"""A person of the staff in the chat: seen and heard to be one, counted, kept, and answered by nobody else."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

from prepayment.ports import TicketReason
from tests.browser.axe import violations
from tests.browser.chat_frames import ChatFrames
from tests.browser.chat_widget import Widget
from tests.browser.conftest import SIZES, Contexts
from tests.browser.pictures import picture
from tests.browser.test_accessibility import WATCH_LOG, announced
from tests.support.full_stack import FullStack

AGENT, NAME = "kim", "김상담"


class Agent:
    """Somebody of the staff who has joined a chat."""

    def __init__(self, widget: Widget, stack: FullStack) -> None:
        self._hand_over, self._said = stack.app.hand_over, 0
        self.number = self._hand_over.open(widget.conversation, TicketReason.ASKED).ticket.number
        self._hand_over.join(self.number, agent=AGENT, name=NAME)
        expect(widget.bubbles("bot", f"상담사 {NAME} 님이 들어왔어요")).to_have_count(1)

    def say(self, text: str) -> None:
        """Write into the chat."""
        self._said += 1
        self._hand_over.say(self.number, agent=AGENT, client_id=f"say-{self._said}", text=text)


@pytest.fixture
def agent(widget: Widget, stack: FullStack) -> Agent:
    """An agent in the open chat."""
    return Agent(widget, stack)


def test_an_agents_words_stand_under_the_name_as_they_were_typed(widget: Widget, agent: Agent) -> None:
    agent.say("안녕하세요\n**카드** 오류를 볼게요 <b>네</b>")
    agent.say("잠시만요")
    expect(widget.bubbles("agent")).to_have_count(2)
    assert widget.texts("agent") == ["안녕하세요\n**카드** 오류를 볼게요 <b>네</b>", "잠시만요"]
    expect(widget.app.locator(".who")).to_have_count(1)
    expect(widget.app.locator(".who")).to_contain_text(f"상담사 {NAME}")


def test_an_agent_is_told_from_the_bot_without_colour(widget: Widget, agent: Agent) -> None:
    """By the name with a picture before it, and by a bar at the side."""
    agent.say("안녕하세요")
    expect(widget.app.locator(".who svg")).to_be_visible()
    sides = [
        widget.bubbles(role).locator(".bubble").evaluate("(one) => getComputedStyle(one).borderLeftWidth")
        for role in ("bot", "agent")
    ]
    assert sides == ["0px", "4px"]


def test_what_an_agent_says_is_announced_once_with_the_name(widget: Widget, agent: Agent) -> None:
    agent.say("안녕하세요")
    expect(widget.bubbles("agent")).to_have_count(1)
    widget.frame.evaluate(WATCH_LOG)
    agent.say("카드가 안 되시나요?")
    expect(widget.bubbles("agent")).to_have_count(2)
    (heard,) = announced(widget)
    assert f"상담사 {NAME}" in heard
    assert "카드가 안 되시나요?" in heard


def test_an_agents_message_counts_as_unread_and_is_there_after_a_reload(widget: Widget, agent: Agent) -> None:
    widget.close.click()
    agent.say("계세요?")
    expect(widget.host.locator(".badge")).to_have_text("1")
    widget.page.reload()
    # The panel was closed; whoever opens it sees everything.
    widget.open()
    expect(widget.bubbles("agent", "계세요?")).to_have_count(1)
    expect(widget.app.locator(".who")).to_contain_text(NAME)


def test_the_customer_and_the_agent_talk_and_the_bot_says_nothing(
    widget: Widget, agent: Agent, frames: ChatFrames
) -> None:
    widget.say("카드가 안 돼요")
    expect(widget.bubbles("user")).to_have_count(1)
    agent.say("어떤 오류가 나오나요?")
    expect(widget.bubbles("agent")).to_have_count(1)
    widget.say("인증번호가 안 와요")
    expect(widget.bubbles("user")).to_have_count(2)
    widget.wait_for(lambda: widget.stored("user") == ["카드가 안 돼요", "인증번호가 안 와요"])
    assert len(widget.stored("bot")) == 1
    assert frames.events("typing") == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_in_a_talk_with_an_agent(
    new_context: Contexts, stack: FullStack, size: str, theme: str
) -> None:
    context: BrowserContext = new_context(**SIZES[size], color_scheme=theme)
    page = context.new_page()
    page.goto("/portal/embed/bare")
    widget = Widget(page, stack).open()
    widget.say("상담사와 이야기하고 싶어요")
    agent = Agent(widget, stack)
    agent.say("안녕하세요, 무엇을 도와드릴까요?")
    agent.say("화면에 나온 오류 문구를 알려 주세요.")
    expect(widget.bubbles("agent")).to_have_count(2)
    picture(page, f"agent-{theme}")
    assert violations(widget.frame) == []

"""Enter while a syllable, or a Japanese word, is still being composed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat_frames import ChatFrames
from tests.browser.chat_widget import Widget

PROCESS_KEY = 229  # what browsers say while an input method has the key


class InputMethod:
    """Chromium's own input method, driven as the operating system does."""

    def __init__(self, page: Page) -> None:
        self._devtools = page.context.new_cdp_session(page)

    def compose(self, *steps: str) -> None:
        """Show each step as text that is still being composed."""
        for text in steps:
            place = {"selectionStart": len(text), "selectionEnd": len(text)}
            self._devtools.send("Input.imeSetComposition", {"text": text, **place})

    def commit(self, text: str) -> None:
        """End the composition with this text."""
        self._devtools.send("Input.insertText", {"text": text})

    def key(self, key: str, code: int) -> None:
        """Press and release a key that the input method sees first."""
        for kind in ("rawKeyDown", "keyUp"):
            self._devtools.send(
                "Input.dispatchKeyEvent",
                {"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code},
            )


@pytest.fixture
def widget(widget: Widget) -> Widget:
    """The chat, open, the focus in its input."""
    expect(widget.input).to_be_focused()
    return widget


@pytest.fixture
def method(page: Page, widget: Widget) -> InputMethod:
    """The input method of the page."""
    return InputMethod(page)


def assert_sent_once(widget: Widget, frames: ChatFrames, text: str) -> None:
    """The text went out whole and once, and nothing is left in the box."""
    expect(widget.bubbles("bot").first).to_be_visible()
    assert [body["text"] for body in frames.events("user_message", sent=True)] == [text]
    assert widget.stored("user") == [text]
    expect(widget.input).to_have_value("")


def test_row_19_one_enter_sends_what_is_composed_once(
    widget: Widget, frames: ChatFrames, method: InputMethod
) -> None:
    """Chrome: the key comes while the syllable is composed, then the composition ends."""
    widget.page.keyboard.type("선결제가 뭐예")
    method.compose("ㅇ", "요")
    method.key("Enter", PROCESS_KEY)
    assert frames.events("user_message", sent=True) == []
    method.commit("요")
    assert_sent_once(widget, frames, "선결제가 뭐예요")


def test_row_19_the_line_break_of_the_enter_that_sends_is_not_written(
    widget: Widget, frames: ChatFrames
) -> None:
    """Some browsers write it between the key and the end of the composition, all in one task."""
    prevented = widget.input.evaluate(
        """(box) => {
            const at = (type, init) => box.dispatchEvent(new CompositionEvent(type, { bubbles: true, ...init }));
            const input = (inputType) => new InputEvent("beforeinput", { inputType, bubbles: true, cancelable: true });
            box.value = "네";
            box.dispatchEvent(new InputEvent("input", { bubbles: true }));
            at("compositionstart", { data: "" });
            at("compositionupdate", { data: "네" });
            const init = { key: "Enter", keyCode: 229, isComposing: true, bubbles: true, cancelable: true };
            box.dispatchEvent(new KeyboardEvent("keydown", init));
            const texts = ["insertCompositionText", "insertLineBreak"].map(input);
            for (const one of texts) box.dispatchEvent(one);
            at("compositionend", { data: "네" });
            return texts.map((one) => one.defaultPrevented);
        }"""
    )
    assert prevented == [False, True]
    assert_sent_once(widget, frames, "네")


def test_row_20_a_second_key_event_for_the_same_enter_sends_nothing_more(
    widget: Widget, frames: ChatFrames, method: InputMethod
) -> None:
    method.compose("ㅎ", "하", "한")
    method.key("Enter", PROCESS_KEY)
    method.commit("한")
    method.key("Enter", 13)
    assert_sent_once(widget, frames, "한")


def test_row_21_safaris_order_sends_once(widget: Widget, frames: ChatFrames) -> None:
    """The composition ends first, then the key comes with code 229 and says that nothing is composed."""
    widget.input.evaluate(
        """(box) => {
            const at = (type, data) => box.dispatchEvent(new CompositionEvent(type, { data, bubbles: true }));
            at("compositionstart", "");
            for (const data of ["ㅇ", "요"]) {
                at("compositionupdate", data);
                box.value = `뭐예${data}`;
                box.dispatchEvent(new InputEvent("input", { data, bubbles: true }));
            }
            at("compositionend", "요");
            const init = { key: "Enter", keyCode: 229, isComposing: false, bubbles: true, cancelable: true };
            box.dispatchEvent(new KeyboardEvent("keydown", init));
            box.dispatchEvent(new KeyboardEvent("keyup", init));
        }"""
    )
    assert_sent_once(widget, frames, "뭐예요")


def test_row_22_in_japanese_the_first_enter_confirms_and_the_second_sends(
    widget: Widget, frames: ChatFrames, method: InputMethod
) -> None:
    method.compose("に", "にほ", "にほん", "日本")
    method.key("Enter", PROCESS_KEY)
    method.commit("日本")
    expect(widget.input).to_have_value("日本")
    widget.page.wait_for_timeout(100)
    assert frames.events("user_message", sent=True) == []
    widget.page.keyboard.press("Enter")
    assert_sent_once(widget, frames, "日本")


def test_row_22_safaris_order_does_not_send_japanese_either(widget: Widget, frames: ChatFrames) -> None:
    widget.input.evaluate(
        """(box) => {
            const at = (type, data) => box.dispatchEvent(new CompositionEvent(type, { data, bubbles: true }));
            at("compositionstart", "");
            at("compositionupdate", "日本");
            box.value = "日本";
            box.dispatchEvent(new InputEvent("input", { data: "日本", bubbles: true }));
            at("compositionend", "日本");
            const init = { key: "Enter", keyCode: 229, isComposing: false, bubbles: true, cancelable: true };
            box.dispatchEvent(new KeyboardEvent("keydown", init));
        }"""
    )
    widget.page.wait_for_timeout(100)
    assert frames.events("user_message", sent=True) == []
    expect(widget.input).to_have_value("日本")


def test_row_24_the_button_sends_the_last_syllable_too(
    widget: Widget, frames: ChatFrames, method: InputMethod
) -> None:
    widget.page.keyboard.type("안녕하세")
    method.compose("ㅇ", "요")
    widget.send.click()
    assert_sent_once(widget, frames, "안녕하세요")

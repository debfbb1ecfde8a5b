"""What the bot's text may look like, and what nothing in it may ever do."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from prepayment.ports import Button
from tests.browser.chat_frames import ChatFrames
from tests.browser.chat_widget import Widget
from tests.browser.states import RICH
from tests.support.full_stack import FullStack

HOSTILE_URLS = [
    "javascript:window.pwned=1",
    "JaVaScRiPt:window.pwned=1",
    "java\tscript:window.pwned=1",
    " javascript:window.pwned=1",
    "\x01javascript:window.pwned=1",
    "&#106;avascript:window.pwned=1",
    "javascript&colon;window.pwned=1",
    "%6Aavascript:window.pwned=1",
    "data:text/html,<script>window.pwned=1</script>",
    "DATA:text/html;base64,PHNjcmlwdD53aW5kb3cucHduZWQ9MTwvc2NyaXB0Pg==",
    "vbscript:msgbox(1)",
    "blob:https://example.com/1",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example\\",
]
HOSTILE_TEXTS = [
    "<img src=x onerror='window.pwned=1'>",
    "<script>window.pwned=1</script>",
    "<svg onload='window.pwned=1'></svg>",
    "<a href='javascript:window.pwned=1'>눌러 주세요</a>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "![그림](x' onerror='window.pwned=1)",
    "![그림](https://evil.example/track.png)",
    "<style>*{display:none}</style>",
]


def row(number: int, **parts: Any) -> dict[str, Any]:
    """A message as the server sends them, with parts that it never would."""
    return {"id": str(number), "seq": number, "role": "bot", "ts": "2026-05-17T12:00:00+09:00", **parts}


def assert_harmless(widget: Widget, frames: ChatFrames) -> None:
    """Press whatever there is; nothing ran, nothing was fetched, and every link is a web address."""
    for link in widget.log.get_by_role("link").all():
        href = link.get_attribute("href") or ""
        assert re.match(r"https?://", href), href
    assert widget.log.locator("script, style, iframe, svg[onload], [onerror], object, embed").count() == 0
    for name in widget.frame.evaluate("() => [...document.querySelectorAll('img')].map((one) => one.src)"):
        assert name.startswith(widget.page.url.partition("/portal")[0]), name
    assert widget.frame.evaluate("() => window.pwned") is None
    assert widget.page.evaluate("() => window.pwned") is None


def test_row_29_bold_lists_links_and_tables_are_drawn(widget: Widget) -> None:
    widget.bot_says(RICH)
    bubble = widget.bubbles("bot").locator(".bubble")
    expect(bubble.locator("strong")).to_have_text("선결제")
    assert bubble.locator("ol > li").all_inner_texts() == ["로그인해요", "요금조회로 가요"]
    expect(bubble.locator("ul > li")).to_have_text("30,000원부터 돼요")
    expect(bubble.get_by_role("link")).to_have_attribute("href", "https://www.kt.com/")
    expect(bubble.get_by_role("columnheader")).to_have_count(3)
    expect(bubble.get_by_role("cell")).to_have_count(6)


def test_row_29_html_in_a_text_is_shown_as_it_was_written(widget: Widget, frames: ChatFrames) -> None:
    for text in HOSTILE_TEXTS:
        widget.bot_says(text, wait=False)
    expect(widget.bubbles("bot")).to_have_count(len(HOSTILE_TEXTS))
    assert_harmless(widget, frames)
    shown = widget.texts("bot")
    assert [text for text in HOSTILE_TEXTS if text not in shown and not text.startswith("![")] == []


@pytest.mark.parametrize("url", HOSTILE_URLS, ids=ascii)
def test_row_29_hostile_addresses_are_inert_wherever_they_stand(
    widget: Widget, frames: ChatFrames, stack: FullStack, url: str
) -> None:
    card = {
        "type": "payment",
        "order_id": "1",
        "version": 1,
        "amount_won": 50_000,
        "status": "pending",
        "expires_in_seconds": 600,
        "url": url,
        "receipt_url": url,
    }
    link = {"title": "버튼", "kind": "link", "url": url}
    image = {"url": url, "alt": "그림", "width": 10, "height": 10}
    frames.put("message", row(901, text=f"[글]({url}) <{url}>", buttons=[link]))
    frames.put("message", row(902, text="그림", buttons=[], image=image))
    frames.put("message", row(903, text="카드", buttons=[], card=card))
    done = {**card, "order_id": "2", "status": "done", "url": None}
    frames.put("message", row(904, text="영수증", buttons=[], card=done))
    expect(widget.bubbles("bot")).to_have_count(4)
    for link_ in widget.log.get_by_role("link").all():
        assert "evil" not in (link_.get_attribute("href") or "").partition("/pay")[0].partition("?")[0]
        link_.click(modifiers=["ControlOrMeta"])
    assert_harmless(widget, frames)


def test_row_30_links_open_in_a_new_tab_that_knows_nothing_of_the_chat(
    widget: Widget, desktop: BrowserContext, stack: FullStack
) -> None:
    link = Button("결제하러 가기", url=f"{stack.settings.public_url}/pay/none")
    widget.bot_says(f"[여기]({stack.settings.public_url}/portal)를 보세요.", link)
    links = widget.log.get_by_role("link").all()
    assert len(links) == 2
    for one in links:
        expect(one).to_have_attribute("target", "_blank")
        assert set((one.get_attribute("rel") or "").split()) >= {"noopener", "noreferrer"}
        expect(one).to_contain_text("(새 창)")
        with desktop.expect_page() as opened:
            one.click()
        opened.value.wait_for_load_state()
        assert opened.value.evaluate("() => [window.opener, document.referrer]") == [None, ""]


# For each word of the bubble: on how many lines it stands.
LINES_OF_WORDS = """(bubble) => {
    const text = document.createTreeWalker(bubble, NodeFilter.SHOW_TEXT);
    const found = {};
    for (let node = text.nextNode(); node; node = text.nextNode())
        for (const match of node.data.matchAll(/\\S+/g)) {
            const range = document.createRange();
            range.setStart(node, match.index);
            range.setEnd(node, match.index + match[0].length);
            found[match[0]] = new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
        }
    return found;
}"""


def test_row_34_korean_is_broken_between_words_and_only_what_does_not_fit_within(widget: Widget) -> None:
    words = "소액결제로 구매하신 금액만큼 선결제하시면 이용한도가 되살아나서 다시 사용하실 수 있습니다 " * 3
    too_long = "가" * 60
    widget.bot_says(f"{words} {too_long}")
    bubble = widget.bubbles("bot").locator(".bubble")
    lines = bubble.evaluate(LINES_OF_WORDS)
    assert lines.pop(too_long) > 1
    assert set(lines.values()) == {1}
    box = bubble.bounding_box()
    assert box is not None
    assert box["height"] > 100
    style = bubble.evaluate("(one) => [getComputedStyle(one).wordBreak, getComputedStyle(one).overflowWrap]")
    assert style == ["keep-all", "anywhere"]


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_row_34_words_in_a_table_stay_whole(widget: Widget, width: int) -> None:
    widget.page.set_viewport_size({"width": width, "height": 860})
    widget.bot_says(RICH)
    table = widget.bubbles("bot").get_by_role("table")
    lines = table.evaluate(LINES_OF_WORDS)
    assert {"홈페이지", "고객센터", "본인인증이"} <= set(lines)
    assert [word for word, count in lines.items() if count > 1] == []


def test_row_35_times_and_sums_are_written_as_koreans_do(widget: Widget, frames: ChatFrames) -> None:
    at = ("2026-05-17T00:05:00+00:00", "2026-05-17T15:30:00+00:00")
    for number, (role, moment) in enumerate(zip(("user", "bot"), at, strict=True), start=901):
        frames.put("message", {**row(number, text="말", buttons=[]), "role": role, "ts": moment})
    times = widget.app.locator("time")
    expect(times).to_have_count(2)
    assert times.all_inner_texts() == ["오전 9:05", "오전 12:30"]
    days = widget.app.locator(".day").all_inner_texts()
    assert [day.strip() for day in days] == ["5월 17일 일요일", "5월 18일 월요일"]
    widget.log_in()
    widget.say("이번 달 얼마 썼어?")
    expect(widget.bubbles("bot", re.compile(r"\d{1,3},\d{3}원"))).to_have_count(1)

"""The script tag on pages that are kind, hostile, strict, foreign, or whose chat server is down."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Locator, Page, Request, Route, ViewportSize, expect

from prepayment.adapters.sql.tables import conversations
from tests.browser.axe import settled
from tests.browser.chat_widget import BARE, HOSTILE, Widget, visit
from tests.browser.conftest import Contexts
from tests.browser.pictures import different_pixels, picture
from tests.browser.states import pictured
from tests.support.full_stack import FullStack
from tests.support.host_site import HostSite, host_page

COLLECT_VIOLATIONS = """
    window.violations = [];
    const collect = (event) => violations.push(`${event.effectiveDirective} ${event.blockedURI}`);
    addEventListener("securitypolicyviolation", collect, true);
"""
TALL = ViewportSize(width=1280, height=1240)


def script(stack: FullStack, attributes: str = "") -> str:
    """The tag as it is pasted into host pages."""
    return f'<script async src="{stack.settings.public_url}/static/loader.js" {attributes}></script>'


def origin(url: str) -> str:
    """Scheme, host and port of an address; a socket's count as those of its page."""
    parts = urlsplit(url)
    return f"{parts.scheme.replace('ws', 'http')}://{parts.netloc}"


def test_row_1_one_script_tag_on_a_bare_page_shows_the_launcher(
    desktop: BrowserContext, stack: FullStack
) -> None:
    widget = visit(desktop, stack, BARE)
    assert widget.page.locator("script").count() == 1
    expect(widget.launcher).to_be_in_viewport(ratio=1)
    widget.open()


def test_row_1_the_script_included_twice_makes_one_widget(desktop: BrowserContext, stack: FullStack) -> None:
    widget = visit(desktop, stack, HOSTILE)
    assert widget.page.locator("script[src*=loader]").count() == 2
    widget.open()
    expect(widget.host).to_have_count(1)
    expect(widget.launcher).to_have_count(1)
    expect(widget.host.locator("iframe")).to_have_count(1)


def still_picture(widget: Widget, element: Locator) -> bytes:
    """A picture of an element's place, once two in a row are the same."""
    box = element.bounding_box()
    assert box is not None
    taken = [b""]

    def same_again() -> bytes:
        taken.append(widget.page.screenshot(clip=box, animations="disabled"))
        return taken[-1] if taken[-1] == taken[-2] else b""

    return bytes(widget.wait_for(same_again))


def looks(widget: Widget, name: str) -> dict[str, bytes]:
    """Pictures of the launcher, closed and open, and of the panel."""
    closed = still_picture(widget, widget.launcher)
    widget.open()
    widget.input.fill("안녕하세요")
    widget.page.mouse.move(5, 5)
    settled(widget.page)
    found = {
        "closed": closed,
        "open": still_picture(widget, widget.launcher),
        "panel": still_picture(widget, widget.panel),
    }
    picture(widget.page, name)
    return found


def test_row_2_hostile_styles_change_nothing_that_one_could_see(
    new_context: Contexts, stack: FullStack
) -> None:
    context = new_context(viewport=TALL, reduced_motion="reduce")
    expected = looks(visit(context, stack, BARE), "host-bare")
    hostile = visit(context, stack, HOSTILE)
    assert hostile.page.evaluate("() => getComputedStyle(document.documentElement).fontSize") == "62px"
    found = looks(hostile, "host-hostile")
    blank = context.new_page()
    assert {part: different_pixels(blank, found[part], expected[part]) for part in expected} == dict.fromkeys(
        expected, 0
    )
    # An arrow where the bubble was is seen.
    assert different_pixels(blank, expected["closed"], expected["open"]) > 0


def use_everything(widget: Widget) -> None:
    """Open, log in, ask, choose, look at the link, begin to reset, close."""
    widget.open()
    widget.log_in()
    widget.say("5만원 선결제 해줘")
    widget.choice("네, 진행할게요").click()
    expect(widget.app.get_by_role("link", name=re.compile("결제하"))).to_be_visible()
    widget.reset.click()
    widget.app.get_by_role("button", name="계속 대화하기").click()
    widget.close.click()
    expect(widget.panel).to_be_hidden()


def test_row_3_a_strict_policy_of_the_host_and_our_own_are_never_violated(
    desktop: BrowserContext, stack: FullStack, shop_site: HostSite
) -> None:
    own = stack.settings.public_url
    policy = f"default-src 'none'; script-src {own}; frame-src {own}"
    strict = shop_site.put("/strict", host_page(script(stack)), {"Content-Security-Policy": policy})
    desktop.add_init_script(COLLECT_VIOLATIONS)
    widget = visit(desktop, stack, strict)
    use_everything(widget)
    assert widget.page.evaluate("() => violations") == []
    assert widget.frame.evaluate("() => violations") == []

    # Both policies were in force and both collectors at work.
    widget.page.evaluate("() => document.body.setAttribute('style', 'color: red')")
    widget.wait_for(lambda: widget.page.evaluate("() => violations.length === 1"))
    refused = "() => { try { document.body.innerHTML = '<b></b>'; return ''; } catch (error) { return error.name; } }"
    assert widget.frame.evaluate(refused) == "TypeError"
    reported = "() => violations.some((one) => one.startsWith('require-trusted-types-for'))"
    widget.wait_for(lambda: widget.frame.evaluate(reported))


def test_row_3_the_hostile_page_has_a_policy_that_the_chat_keeps(
    desktop: BrowserContext, stack: FullStack
) -> None:
    desktop.add_init_script(COLLECT_VIOLATIONS)
    widget = visit(desktop, stack, HOSTILE).open()
    assert widget.page.evaluate("() => violations") == []
    own = widget.page.evaluate("() => [io, html, Widget, start, script, t]")
    assert own == [f"the page's own {name}" for name in ("io", "html", "Widget", "start", "script", "t")]


def test_row_4_nothing_but_the_loader_is_asked_for_before_the_first_open(
    desktop: BrowserContext, stack: FullStack, shop_site: HostSite
) -> None:
    asked: list[Request] = []
    desktop.on("request", lambda request: asked.append(request))
    tag = script(stack, 'data-identity-url="/who"')
    widget = visit(desktop, stack, shop_site.put("/quiet", host_page(tag)))
    widget.page.wait_for_load_state("networkidle")
    to_us = [one.url for one in asked if origin(one.url) == stack.settings.public_url]
    assert to_us == [f"{stack.settings.public_url}/static/loader.js"]
    assert not any(one.url.endswith("/who") for one in asked)


def test_row_5_nobody_but_the_host_and_we_are_asked_for_anything(
    desktop: BrowserContext, stack: FullStack, shop_site: HostSite
) -> None:
    asked: list[str] = []
    desktop.on("request", lambda request: asked.append(request.url))
    desktop.on("page", lambda page: page.on("websocket", lambda socket: asked.append(socket.url)))
    use_everything(visit(desktop, stack, shop_site.put("/shop", host_page(script(stack)))))
    assert any(url.startswith("ws") for url in asked)
    assert {origin(url) for url in asked} == {stack.settings.public_url, shop_site.url}


def test_row_6_a_page_that_is_not_allowed_cannot_frame_the_chat(
    desktop: BrowserContext, stack: FullStack, foreign_site: HostSite
) -> None:
    said: list[str] = []
    desktop.on("console", lambda message: said.append(message.text))
    sockets: list[str] = []
    desktop.on("page", lambda page: page.on("websocket", lambda socket: sockets.append(socket.url)))
    widget = visit(desktop, stack, foreign_site.put("/", host_page(script(stack))))
    widget.launcher.click()
    widget.wait_for(lambda: any("frame-ancestors" in text for text in said))
    expect(widget.input).to_have_count(0)
    assert sockets == []


@pytest.mark.parametrize("may_embed", [True, False])
def test_row_6_a_greeting_from_a_parent_of_a_wrong_origin_is_ignored(
    desktop: BrowserContext, stack: FullStack, shop_site: HostSite, foreign_site: HostSite, may_embed: bool
) -> None:
    """Even where a browser does not know ``frame-ancestors``: the header is taken away on its way to this one."""

    def without_policy(page: Page) -> None:
        def take_away(route: Route) -> None:
            answer = route.fetch()
            kept = {name: text for name, text in answer.headers.items() if name != "content-security-policy"}
            route.fulfill(response=answer, headers=kept)

        page.route(re.compile(r"/chat\?"), take_away)

    desktop.on("page", without_policy)
    site = shop_site if may_embed else foreign_site
    widget = visit(desktop, stack, site.put("/greet", host_page(script(stack))))
    token = stack.identity_token("minji")
    widget.page.evaluate("(token) => window.PrepayChat.identify(token)", token)
    widget.open()
    widget.page.evaluate("(token) => window.PrepayChat.identify(token)", token)
    # By keyboard: a host that is not heard keeps its cover over the frame.
    widget.input.fill("안녕하세요")
    widget.input.press("Enter")
    expect(widget.bubbles("bot").first).to_be_visible()
    with stack.app.database.engine.connect() as connection:
        customers = connection.execute(sa.select(conversations.c.customer_id)).scalars().all()
    assert customers == (["minji"] if may_embed else [None])


def test_row_6_other_windows_can_neither_speak_to_the_chat_nor_for_it(
    desktop: BrowserContext, stack: FullStack, shop_site: HostSite
) -> None:
    """A frame of the host's own origin, which can reach the chat's window, tries; then the host itself does."""
    greet = """<script>
      window.answers = [];
      window.greet = (page) => {
        const chat = page.querySelector("#prepay-chat-widget").shadowRoot.querySelector("iframe").contentWindow;
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = (event) => answers.push(event.data.type);
        chat.postMessage({ type: "prepay-chat:hello", visible: true }, "*", [port2]);
      };
    </script>"""
    shop_site.put("/nosy", host_page(greet))
    page = host_page(script(stack) + greet + '<iframe src="/nosy"></iframe>')
    widget = visit(desktop, stack, shop_site.put("/two-frames", page)).open()
    nosy = next(one for one in widget.page.frames if one.url.endswith("/nosy"))
    nosy.evaluate("() => greet(parent.document)")
    nosy.evaluate("() => parent.postMessage({ type: 'close' }, '*')")
    nosy.evaluate("() => parent.postMessage({ type: 'unread', count: 7 }, '*')")
    expect(widget.panel).to_be_visible()
    widget.close.click()
    expect(widget.panel).to_be_hidden()
    expect(widget.launcher).to_have_accessible_name("선결제 도우미 채팅 열기")
    assert nosy.evaluate("() => answers") == []

    widget.open()
    widget.page.evaluate("() => greet(document)")
    widget.close.click()
    widget.wait_for(lambda: widget.page.evaluate("() => answers.includes('close')"))


def test_row_7_a_host_page_works_while_the_chat_server_is_down(
    new_context: Contexts, stack: FullStack, shop_site: HostSite
) -> None:
    """No script of the page fails (every context checks that), before and after the loader came."""
    address = shop_site.put("/down", host_page(script(stack)))
    widget = visit(new_context(), stack, address)
    stack.processes.stop("web")
    widget.launcher.click()
    expect(widget.panel).to_be_visible()
    widget.launcher.click()
    expect(widget.panel).to_be_hidden()
    widget.page.get_by_role("link", name="더 보기").click()
    assert widget.page.url.endswith("#more")
    # A visitor who has never been here has no copy of the loader.
    late = Widget(new_context().new_page(), stack)
    late.page.goto(address)
    late.page.get_by_role("link", name="더 보기").click()
    assert late.page.url.endswith("#more")
    expect(late.launcher).to_have_count(0)
    stack.processes.start("web")
    late.page.reload()
    late.open()


# What browsers count as content that jumped, without any press having asked for it.
WATCH_SHIFTS = """
    window.shifts = [];
    const note = (list) => {
        for (const one of list.getEntries())
            if (!one.hadRecentInput) shifts.push([one.value, ...one.sources.map((source) => source.node?.outerHTML)]);
    };
    new PerformanceObserver(note).observe({ type: "layout-shift", buffered: true });
"""


def test_nothing_on_the_page_or_in_the_chat_jumps(desktop: BrowserContext, stack: FullStack) -> None:
    """While the loader comes, the chat opens, and its last conversation with a picture is laid down again."""
    desktop.add_init_script(WATCH_SHIFTS)
    widget = pictured(desktop, stack)
    widget.page.reload()
    widget.wait_until_online()
    image = widget.log.get_by_role("img")
    widget.wait_for(lambda: image.evaluate("(one) => one.complete && one.naturalWidth > 0"))
    widget.page.wait_for_timeout(300)
    assert widget.page.evaluate("() => shifts") == []
    assert widget.frame.evaluate("() => shifts") == []
    widget.frame.evaluate("() => document.querySelector('.top').style.setProperty('margin-top', '90px')")
    widget.wait_for(lambda: widget.frame.evaluate("() => shifts.length > 0"))

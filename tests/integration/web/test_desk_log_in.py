"""Who gets to the desk: log-in, its limits, sessions and their end."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from prepayment.bootstrap import bootstrap
from tests.integration.web.desk_visitor import (
    COOKIE,
    OURS,
    PASSWORD,
    DeskVisitor,
    account,
    cookie,
    desk_visitor,
    until,
    waiting_ticket,
)
from tests.integration.web.stack import MINJI, Stack, conversation_token, identity_token
from tests.support.settings import CHAT_SECRET, IDENTITY_SECRET
from tests.support.tokens import signed
from web.app import make_application
from web.desk_session import PER_ACCOUNT, PER_ADDRESS


@pytest.fixture
def visitor(stack: Stack) -> Iterator[DeskVisitor]:
    """Somebody at the log-in."""
    with desk_visitor(stack) as one:
        yield one


def is_inside(visitor: DeskVisitor) -> bool:
    """Whether the desk takes this browser for somebody of the staff."""
    return visitor.http.get("/desk").status_code == 200


def test_without_a_session_the_page_leads_to_the_log_in(visitor: DeskVisitor) -> None:
    answer = visitor.http.get("/desk")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/login")
    page = visitor.http.get("/desk/login")
    assert page.status_code == 200
    assert "상담사 로그인" in page.text


def test_the_right_password_opens_the_desk(stack: Stack, visitor: DeskVisitor) -> None:
    member = account(stack, "최두리")
    answer = visitor.log_in(f" {member.id.upper()} ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    page = visitor.http.get("/desk")
    assert page.status_code == 200
    assert "최두리" in page.text
    assert visitor.http.get("/desk/login").status_code == 303
    assert [event.kind for event in stack.app.staff.events(member.id)] == ["logged_in", "added"]


@pytest.mark.parametrize("password", ["", "x", PASSWORD[:-1], PASSWORD + "x", "가" * 5000])
def test_a_wrong_password_says_no_more_than_that(stack: Stack, visitor: DeskVisitor, password: str) -> None:
    known = visitor.log_in(account(stack).id, password)
    unknown = visitor.log_in("nobody-here", password)
    assert known.status_code == unknown.status_code == 403
    assert "맞지 않아요" in known.text
    assert "set-cookie" not in known.headers
    assert not is_inside(visitor)


def test_an_unknown_account_costs_as_much_as_a_known_one(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that nobody finds out by the time it takes which accounts there are."""
    member, disabled = account(stack), account(stack)
    stack.app.staff.set_active(disabled.id, False, actor="operator:test")
    stack.app.staff.log_in("nobody-here", "to get what is made once")
    derived: list[dict[str, Any]] = []
    scrypt = hashlib.scrypt

    def counted(*arguments: Any, **options: Any) -> bytes:
        derived.append(options)
        return scrypt(*arguments, **options)

    monkeypatch.setattr(hashlib, "scrypt", counted)
    for staff_id in (member.id, disabled.id, "nobody-here", "NOT/an id", ""):
        derived.clear()
        assert stack.app.staff.log_in(staff_id, "wrong, but long enough") is None
        assert [(one["n"], one["r"], one["p"]) for one in derived] == [(2**15, 8, 3)], staff_id


def test_what_was_typed_comes_back_escaped_and_without_the_password(visitor: DeskVisitor) -> None:
    page = visitor.log_in('"><script>alert(1)</script>', "the-password-itself").text
    assert "<script>alert" not in page
    assert "&#34;&gt;&lt;script&gt;" in page
    assert "the-password-itself" not in page


def test_neither_passwords_nor_what_else_is_typed_are_logged_or_stored(
    stack: Stack, visitor: DeskVisitor
) -> None:
    """A password typed into the field of the log-in name neither."""
    member = account(stack)
    assert visitor.log_in(member.id, "a-secret-typed-wrong").status_code == 403
    assert visitor.log_in("a-secret-in-the-wrong-field", "x").status_code == 403
    assert visitor.log_in(member.id).status_code == 303
    assert f"a log-in of {member.id} was refused" in stack.log()
    kept = stack.stored_bytes()
    for secret in ("a-secret-typed-wrong", "a-secret-in-the-wrong-field", PASSWORD):
        assert secret.encode() not in kept


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(stack: Stack, visitor: DeskVisitor) -> None:
    set_cookie = visitor.log_in(account(stack).id).headers["set-cookie"]
    parts = {part.strip().lower() for part in set_cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/desk", f"max-age={8 * 3600}"} <= parts
    assert "secure" not in parts  # a site on plain http could never read it again


def test_on_an_https_site_the_cookie_is_never_sent_in_the_clear(stack: Stack) -> None:
    member = account(stack)
    app = bootstrap(stack.settings.model_copy(update={"public_url": "https://chat.example.com"}))

    async def log_in() -> httpx.Response:
        transport = httpx.ASGITransport(make_application(app))
        async with httpx.AsyncClient(transport=transport, base_url="https://chat.example.com") as client:
            form = {"staff_id": member.id, "password": PASSWORD}
            return await client.post("/desk/login", data=form, headers=OURS)

    answer = asyncio.run(log_in())
    app.close()
    assert answer.status_code == 303
    assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "forged",
    [
        {"secret": CHAT_SECRET},
        {"secret": IDENTITY_SECRET},
        {"aud": "prepay-chat"},
        {"aud": "prepay-identity"},
        {"exp": 1},
        {"generation": 2},
        {"generation": 0},
        {"generation": "1"},
        {"generation": None},
        {"sub": "nobody-here"},
        {"sub": ""},
    ],
    ids=str,
)
def test_a_forged_foreign_or_old_cookie_is_none(
    stack: Stack, visitor: DeskVisitor, forged: dict[str, Any]
) -> None:
    visitor.http.cookies.set(COOKIE, cookie(account(stack), **forged), path="/desk")
    assert not is_inside(visitor)
    assert visitor.http.get("/desk/feed").status_code == 401
    assert visitor.post("tickets/1/join").status_code == 401


def test_what_customers_hold_opens_nothing(stack: Stack, visitor: DeskVisitor) -> None:
    """Their conversation's token, their identity, the demo site's cookie, garbage."""
    account(stack)
    ticket = waiting_ticket(stack)
    portal = signed(IDENTITY_SECRET, sub="minji", aud="prepay-portal", iat=1, exp=2**33)
    held = [conversation_token(ticket.conversation_id), identity_token(MINJI), portal, "x", "a.b.c", ""]
    for token in held:
        visitor.http.cookies.set(COOKIE, token, path="/desk")
        assert not is_inside(visitor)
        assert visitor.http.get("/desk/feed", params={"ticket": ticket.number}).status_code == 401
        assert visitor.join(ticket).status_code == 401


@pytest.mark.parametrize(
    "path", ["login", "logout", "tickets/1/join", "tickets/1/messages", "tickets/1/leave"]
)
@pytest.mark.parametrize(
    "headers",
    [
        {"X-None": "1"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_other_sites_can_do_nothing_even_with_the_cookie(
    stack: Stack, visitor: DeskVisitor, path: str, headers: dict[str, str]
) -> None:
    visitor.enter(account(stack))
    answer = visitor.post(path, {"id": "staff-message", "text": "안녕하세요"}, **headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert is_inside(visitor)


def test_disabling_an_account_ends_its_sessions_and_its_feed(stack: Stack, visitor: DeskVisitor) -> None:
    member = account(stack)
    visitor.enter(member)
    with visitor.feed() as events:
        until(events, "board")
        stack.app.staff.set_active(member.id, False, actor="operator:test")
        assert until(events, "ended") == [{}]
    assert not is_inside(visitor)
    assert visitor.log_in(member.id).status_code == 403
    stack.app.staff.set_active(member.id, True, actor="operator:test")
    assert not is_inside(visitor), "enabling brings no old session back"
    assert visitor.log_in(member.id).status_code == 303


def test_another_password_ends_every_session(stack: Stack, visitor: DeskVisitor) -> None:
    member = account(stack)
    visitor.enter(member)
    stack.app.staff.set_password(member.id, "another-password-77", actor="operator:test")
    assert not is_inside(visitor)
    assert visitor.log_in(member.id).status_code == 403
    assert visitor.log_in(member.id, "another-password-77").status_code == 303


def test_logging_out_ends_the_session_wherever_its_cookie_went(stack: Stack, visitor: DeskVisitor) -> None:
    member = account(stack)
    assert visitor.log_in(member.id).status_code == 303
    taken = visitor.http.cookies.get(COOKIE, path="/desk")
    assert taken is not None
    answer = visitor.post("logout")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/login")
    assert not is_inside(visitor)
    with desk_visitor(stack) as thief:
        thief.http.cookies.set(COOKIE, taken, path="/desk")
        assert not is_inside(thief)


def test_guessing_is_stopped_for_the_account_from_everywhere_and_for_the_address(
    stack: Stack, visitor: DeskVisitor
) -> None:
    """Then even the right password is not looked at; other accounts from elsewhere are not held up."""
    guessed, other = account(stack), account(stack)
    answers = [visitor.log_in(guessed.id, f"guess {number}") for number in range(PER_ADDRESS.amount)]
    statuses = [answer.status_code for answer in answers]
    assert statuses == [403] * PER_ACCOUNT.amount + [429] * (PER_ADDRESS.amount - PER_ACCOUNT.amount)
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 15 * 60
    assert visitor.log_in(other.id).status_code == 429, "the address has had its tries"
    with desk_visitor(stack) as elsewhere:
        assert elsewhere.log_in(guessed.id).status_code == 429, "the account has had its tries"
        assert elsewhere.log_in(other.id).status_code == 303

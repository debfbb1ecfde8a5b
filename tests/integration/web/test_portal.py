"""The demo host site: log-in, and the identity it hands to the chat."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from tests.integration.web.stack import Stack
from tests.support.settings import IDENTITY_SECRET
from tests.support.tokens import signed

# Pages that embed the chat, and how often each has the script.
EXAMPLES = {"/portal/embed/bare": 1, "/portal/embed/hostile": 2}
SAME_SITE = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


def log_in(stack: Stack, customer_id: str = "minji", **form: str) -> str:
    """Log in; returns where the browser is sent."""
    response = stack.http.post("/portal/login", data={"customer_id": customer_id, **form}, headers=SAME_SITE)
    assert response.status_code == 303, response.text
    return response.headers["location"]


@pytest.mark.parametrize("path", ["/", "/portal"])
def test_a_visitor_sees_the_front_page(stack: Stack, path: str) -> None:
    page = stack.http.get(path)
    assert page.status_code == 200
    assert "데모 사이트" in page.text
    assert stack.http.get("/portal/identity").status_code == 204


def test_the_log_in_lists_the_demo_customers(stack: Stack) -> None:
    page = stack.http.get("/portal/login").text
    for shown in ("김민지", "윤유나", "010-0000-1001", 'value="/portal#chat"'):
        assert shown in page


def test_logging_in_shows_the_usage_and_hands_out_an_identity(stack: Stack) -> None:
    assert log_in(stack) == "/portal#chat"
    page = stack.http.get("/portal").text
    for shown in ("김민지", "180,000원", "300,000원", "120,000원"):
        assert shown in page
    answer = stack.http.get("/portal/identity")
    assert answer.headers["cache-control"] == "no-store"
    claims = jwt.decode(
        answer.json()["token"], IDENTITY_SECRET, algorithms=["HS256"], audience="prepay-identity"
    )
    assert (claims["sub"], claims["line_id"], claims["name"]) == ("minji", "line-1001", "김민지")
    assert claims["exp"] - claims["iat"] <= 300


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(stack: Stack) -> None:
    response = stack.http.post("/portal/login", data={"customer_id": "minji"}, headers=SAME_SITE)
    cookie = response.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_logging_out_forgets_the_customer(stack: Stack) -> None:
    log_in(stack)
    assert stack.http.post("/portal/logout", headers=SAME_SITE).headers["location"] == "/portal"
    assert stack.http.get("/portal/identity").status_code == 204


@pytest.mark.parametrize("path", ["/portal/login", "/portal/logout"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ],
)
def test_other_sites_can_neither_log_in_nor_out(stack: Stack, path: str, headers: dict[str, str]) -> None:
    response = stack.http.post(path, data={"customer_id": "minji"}, headers=headers)
    assert response.status_code == 403
    assert "set-cookie" not in response.headers


def test_the_own_origin_is_enough_for_browsers_without_sec_fetch_site(stack: Stack) -> None:
    headers = {"Origin": stack.settings.public_url}
    assert stack.http.post("/portal/logout", headers=headers).status_code == 303


def test_an_unknown_customer_is_not_logged_in(stack: Stack) -> None:
    response = stack.http.post("/portal/login", data={"customer_id": "nobody"}, headers=SAME_SITE)
    assert response.status_code == 422
    assert "찾지 못했어요" in response.text


@pytest.mark.parametrize(
    ("wished", "gone_to"),
    [
        ("/portal", "/portal"),
        ("https://evil.example/", "/portal#chat"),
        ("//evil.example/", "/portal#chat"),
        ("/\\evil.example/", "/portal#chat"),
        ("/\t/evil.example/", "/portal#chat"),
        ("javascript:alert(1)", "/portal#chat"),
    ],
)
def test_after_the_log_in_one_stays_on_the_site(stack: Stack, wished: str, gone_to: str) -> None:
    assert log_in(stack, next=wished) == gone_to


@pytest.mark.parametrize("audience", ["prepay-identity", "prepay-chat"])
def test_a_token_for_another_use_is_no_cookie(stack: Stack, audience: str) -> None:
    claims: dict[str, Any] = {
        "sub": "minji",
        "line_id": "line-1001",
        "name": "김민지",
        "aud": audience,
        "iat": 1,
        "exp": 2**33,
    }
    stack.http.cookies.set("portal_session", signed(IDENTITY_SECRET, **claims))
    assert stack.http.get("/portal/identity").status_code == 204


def test_while_the_carrier_is_away_the_page_comes_without_sums(stack: Stack) -> None:
    log_in(stack)
    stack.sandbox.fault("carrier.month", "unavailable")
    page = stack.http.get("/portal")
    assert page.status_code == 200
    assert "불러올 수 없어요" in page.text


def test_the_front_page_has_the_code_to_copy_and_leads_to_pages_that_use_it(stack: Stack) -> None:
    page = stack.http.get("/portal").text
    loader = f"{stack.settings.public_url}/static/loader.js"
    assert f'&lt;script async src="{loader}" data-identity-url="/portal/identity"&gt;&lt;/script&gt;' in page
    for path in EXAMPLES:
        assert f'href="{path}"' in page


@pytest.mark.parametrize(("path", "tags"), EXAMPLES.items())
def test_a_page_that_embeds_the_chat_allows_it_and_little_else(stack: Stack, path: str, tags: int) -> None:
    page = stack.http.get(path)
    own = stack.settings.public_url
    assert page.text.count(f'<script async src="{own}/static/loader.js"></script>') == tags
    policy = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-src"] == f"{own}/chat"
    named = [source for name in ("script-src", "style-src") for source in policy.get(name, "").split()]
    for source in named:
        assert stack.http.get(source.removeprefix(own)).status_code == 200
    assert "connect-src" not in policy

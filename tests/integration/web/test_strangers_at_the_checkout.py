"""Another person's payment cannot be read, changed or paid by any id, token or header that a client can send."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from prepayment.orders import Order, State
from tests.integration.web.guesses import NAMES, headers_naming
from tests.integration.web.http_description import operations
from tests.integration.web.stack import MINJI, YUNA, Stack, identity_token
from tests.integration.web.victim import PHONE_NUMBER, SECRET_WORDS, Victim, make_victim
from tests.support.buyer import Buyer
from tests.support.chat_client import Chats

YUNA_PHONE = "01000001007"
# It plays a host site where everybody may choose whom to be, from a list that shows everybody.
DEMO_LOG_IN = ("post", "/portal/login")


@pytest.fixture
def victim(stack: Stack, chats: Chats, buyer: Buyer) -> Victim:
    """Somebody whose payment is tried for; the identity is proven, so that only the card is missing."""
    victim = make_victim(stack, chats, buyer.verify)
    assert victim.order.state is State.VERIFIED
    return victim


@pytest.fixture
def untouched(victim: Victim) -> Iterator[None]:
    """At the end everything of the victim stands as before, and nothing was charged."""
    stored = victim.stored()
    yield
    assert victim.stored() == stored
    assert victim.order.payment_id not in victim.stack.sandbox.books()["payments"]


@pytest.fixture
def thief(stack: Stack) -> Iterator[httpx.Client]:
    """Somebody else's browser, which follows wherever it is sent."""
    with httpx.Client(
        base_url=stack.settings.public_url,
        trust_env=False,
        timeout=30,
        follow_redirects=True,
        headers={"Accept": "text/html", "Sec-Fetch-Site": "same-origin"},
    ) as client:
        yield client


def told(response: httpx.Response) -> str:
    """All that answers said, those on the way included, without the addresses that were asked for."""
    answers = [*response.history, response]
    return "".join(f"{answer.headers} {answer.text}" for answer in answers)


def assert_knows_nothing(victim: Victim, text: str) -> None:
    """The text holds neither the link, nor the sum, the name and the number of the line."""
    marks = (victim.order.checkout_token, "50,000원", f"-{PHONE_NUMBER[-4:]}", SECRET_WORDS)
    assert not [mark for mark in marks if mark in text]


def everywhere(value: str) -> dict[str, Any]:
    """A request that names a value wherever a server might look."""
    return {"params": dict.fromkeys(NAMES, value), "headers": headers_naming(value)}


@pytest.mark.usefixtures("untouched")
def test_row_45_no_route_gives_it_to_somebody_who_names_it(
    victim: Victim, thief: httpx.Client, description: dict[str, Any]
) -> None:
    """Every route there is, with each id in its path, query, headers, cookies, form and JSON."""
    for value in victim.known.values():
        named = dict.fromkeys(NAMES, value)
        for method, path in operations(description):
            if (method, path) == DEMO_LOG_IN:
                continue
            address = re.sub(r"\{[^}]+\}", quote(value, safe=""), path)
            bodies: list[dict[str, Any]] = [{}] if method == "get" else [{"json": named}, {"data": named}]
            for body in bodies:
                response = thief.request(method, address, **everywhere(value), **body)
                assert response.status_code < 500, (method, address)
                if path.startswith("/pay/"):
                    assert response.status_code in (400, 404), (method, address)
                if path != DEMO_LOG_IN[1]:
                    assert_knows_nothing(victim, told(response).replace(value, ""))


def nearly(token: str) -> dict[str, str]:
    """What resembles a token: cut, longer, in other letters, with signs that mean something to somebody."""
    return {
        "cut": token[:-1],
        "its end": token[1:],
        "longer": f"{token}x",
        "twice": token * 2,
        "other case": token.swapcase(),
        "blank after": f"{token} ",
        "line break after": f"{token}\n",
        "nothing after": f"{token}\0",
        "full width": token.translate({ord(c): ord(c) + 0xFEE0 for c in token if c.isalnum()}),
        "any": "%",
        "as many of any": "_" * len(token),
        "star": "*",
        "quote": "' OR '1'='1",
        "dot": ".",
        "up": f"../pay/{token[:-1]}",
    }


@pytest.mark.usefixtures("untouched")
def test_row_45_what_resembles_its_link_opens_nothing(victim: Victim, thief: httpx.Client) -> None:
    for name, token in nearly(victim.order.checkout_token).items():
        for method, end in (("GET", ""), ("GET", "/status"), ("POST", "/identity"), ("POST", "/payment")):
            response = thief.request(method, f"/pay/{quote(token, safe='')}{end}")
            assert response.status_code in (404, 405), (name, end)
            assert_knows_nothing(victim, told(response))


@pytest.fixture
def own(stack: Stack, victim: Victim) -> Order:
    """An order of the thief's own."""
    order = stack.open_order(YUNA, 40_000)
    assert order.line_id != victim.order.line_id
    return order


@pytest.mark.usefixtures("untouched")
def test_row_45_the_checkout_of_ones_own_order_takes_no_id_of_anothers(
    victim: Victim, stack: Stack, thief: httpx.Client, own: Order
) -> None:
    home = f"/pay/{own.checkout_token}"
    for value in victim.known.values():
        for path in ("identity/return", "payment/return"):
            assert_knows_nothing(victim, told(thief.get(f"{home}/{path}", **everywhere(value))))
        response = thief.post(f"{home}/payment", json=dict.fromkeys(NAMES, value), **everywhere(value))
        assert response.status_code == 409
        assert_knows_nothing(victim, told(response))
    response = thief.post(f"{home}/identity", json=victim.known, **everywhere(victim.known["identity"]))
    assert not [known for known in victim.known.values() if len(known) > 8 and known in response.text]
    assert stack.order(own).verified_at is None
    assert stack.order(own).state is State.QUOTED


@pytest.mark.usefixtures("untouched")
def test_row_45_anothers_proof_of_identity_opens_no_card_window(
    victim: Victim, thief: httpx.Client, own: Order
) -> None:
    """The victim's verification is good, but it is the victim's."""
    home = f"/pay/{own.checkout_token}"
    thief.get(f"{home}/identity/return", params={"identityVerificationId": victim.known["identity"]})
    response = thief.post(f"{home}/payment")
    assert response.status_code == 409
    assert "sdk" not in response.text


@pytest.mark.usefixtures("untouched")
def test_row_45_an_own_payment_pays_nothing_of_anothers(
    victim: Victim, stack: Stack, buyer: Buyer, own: Order
) -> None:
    """The card window's return, carried to the address that its ids would lead to."""
    buyer.verify(own, YUNA_PHONE, YUNA.name)
    returned = httpx.URL(buyer.card_return(own))
    result = dict(returned.params)
    for token in (*victim.known.values(), victim.order.checkout_token[:-1]):
        response = buyer.web.get(
            f"/pay/{quote(token, safe='')}/payment/return",
            params={**result, "paymentId": victim.order.payment_id},
            follow_redirects=True,
        )
        assert response.status_code == 404
    assert stack.order(own).state is not State.PAID


def test_row_45_who_finds_a_link_cannot_pay_without_the_owners_phone(stack: Stack, buyer: Buyer) -> None:
    """The link is a key to the page, but the card needs a proof of identity, and an own one does not fit."""
    order = stack.open_order(MINJI)
    assert buyer.verify(order, YUNA_PHONE, YUNA.name).status_code == 200
    assert stack.order(order).verified_at is None
    assert buyer.web.post(f"/pay/{order.checkout_token}/payment").status_code == 409


@pytest.mark.usefixtures("untouched")
def test_row_45_another_customers_order_does_not_show_in_ones_own_chat(
    victim: Victim, stack: Stack, chats: Chats
) -> None:
    """Neither in the history of a session nor among its payments."""
    session = chats.open(identity=identity_token(YUNA)).session
    assert session["history"] == []
    assert session.get("payments", []) == []
    assert_knows_nothing(victim, str(session))

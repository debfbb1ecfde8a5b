"""What PortOne may say of a verification and the sandbox never does: taken only for what it is worth."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from prepayment.errors import IdentityExpired, IdentityNotCompleted, IdentityUnavailable, IdentityUnfinished
from prepayment.orders import Order, State
from prepayment.service.identity import Identity
from tests.integration.adapters.building import make_gateway, verified_identity
from tests.integration.adapters.wire_server import WireServer, serve
from tests.integration.money.shop import MINJI, NOON, PHONES, Shop
from tests.integration.sandbox.harness import IDENTITY_CHANNEL_KEY


@pytest.fixture
def portone() -> Iterator[WireServer]:
    """A server in PortOne's place with answers to choose."""
    with serve() as server:
        yield server


@pytest.fixture
def identity(shop: Shop, portone: WireServer) -> Iterator[Identity]:
    """The identity step of a shop whose payment adapter speaks with that server."""
    gateway = make_gateway(portone.url)
    yield Identity(replace(shop.parts, gateway=gateway), shop.app.checkout)
    gateway.close()


@pytest.fixture
def order(shop: Shop, identity: Identity) -> Order:
    """An order with a window open."""
    opened = shop.open_order()
    identity.start(opened.checkout_token)
    return shop.order(opened)


def wire_time(moment: datetime) -> str:
    """A moment as PortOne writes it."""
    return moment.isoformat()


def verified(order: Order, **changes: Any) -> dict[str, Any]:
    """The verification of the order's own line, as the SDK itself writes it."""
    body = verified_identity(str(order.identity_id), IDENTITY_CHANNEL_KEY)
    person = body["verifiedCustomer"] | {"phoneNumber": PHONES[MINJI.line_id]}
    return body | {
        "verifiedCustomer": person,
        "customData": order.id,
        "verifiedAt": wire_time(NOON - timedelta(seconds=5)),
        **changes,
    }


def test_a_good_verification_of_this_kind_is_taken(
    shop: Shop, identity: Identity, order: Order, portone: WireServer
) -> None:
    """So that what is refused below is refused for its one difference."""
    portone.answers(200, verified(order))
    assert identity.finish(order.checkout_token).state is State.VERIFIED


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "HALF_VERIFIED"},
        {"status": None},
        {"channel": {"type": "TEST", "key": "channel-key-of-anybody"}},
        {"channel": None},
        {"customData": None},
        {"customData": "order0001"},
        {"id": "iv-of-another"},
        {"verifiedCustomer": {"name": "김민지"}},
        {"verifiedCustomer": {"phoneNumber": None}},
        {"verifiedCustomer": None},
        {"verifiedAt": None},
        {"verifiedAt": "2031-05-17T12:00:00"},
    ],
)
def test_a_verification_that_lacks_its_proof_proves_nothing(
    changes: dict[str, Any],
    shop: Shop,
    identity: Identity,
    order: Order,
    portone: WireServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is no mismatch either: the customer may try again."""
    portone.answers(200, verified(order, **changes))
    with caplog.at_level(logging.INFO), pytest.raises(IdentityNotCompleted):
        identity.finish(order.checkout_token)
    assert (shop.state(order), shop.order(order).identity_attempts) == (State.QUOTED, 1)
    assert PHONES[MINJI.line_id] not in caplog.text
    assert "김민지" not in caplog.text


@pytest.mark.parametrize(
    "page", [(500, "<h1>Internal Server Error</h1>"), (200, "<h1>Log in</h1>"), (429, "slow down")]
)
def test_an_answer_that_is_none_leaves_everything_open(
    page: tuple[int, str], shop: Shop, identity: Identity, order: Order, portone: WireServer
) -> None:
    portone.answers_page(*page)
    with pytest.raises(IdentityUnavailable) as raised:
        identity.finish(order.checkout_token)
    assert raised.value.__cause__ is raised.value.__context__ is None
    portone.answers(200, verified(order))
    assert identity.finish(order.checkout_token).state is State.VERIFIED


def test_a_verification_that_portone_does_not_know_yet_is_unfinished(
    identity: Identity, order: Order, portone: WireServer
) -> None:
    portone.answers(404, {"type": "IDENTITY_VERIFICATION_NOT_FOUND"})
    with pytest.raises(IdentityUnfinished):
        identity.finish(order.checkout_token)


@pytest.mark.parametrize(("seconds", "taken"), [(570, True), (601, False)])
def test_ten_minutes_are_counted_from_the_verification(
    seconds: int, taken: bool, identity: Identity, order: Order, shop: Shop, portone: WireServer
) -> None:
    shop.set_clock(NOON + timedelta(minutes=10))
    at = shop.app.clock.now() - timedelta(seconds=seconds)
    portone.answers(200, verified(order, verifiedAt=wire_time(at)))
    if taken:
        assert identity.finish(order.checkout_token).verified_at == at
    else:
        with pytest.raises(IdentityExpired):
            identity.finish(order.checkout_token)


def test_a_clock_that_is_ahead_of_ours_makes_no_verification_last_longer(
    shop: Shop, identity: Identity, order: Order, portone: WireServer
) -> None:
    portone.answers(200, verified(order, verifiedAt=wire_time(NOON + timedelta(hours=1))))
    taken = identity.finish(order.checkout_token)
    assert taken.verified_at is not None
    assert taken.verified_at <= shop.app.clock.now()
    shop.advance(minutes=10, seconds=1)
    assert not shop.app.checkout.identity_valid(shop.order(order))

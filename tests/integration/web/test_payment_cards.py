"""Payments in the chat: shown as they stand in the ledger, live, in every tab, whatever a message said then."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from prepayment.orders import UNPAID, Order, State
from prepayment.ports import Image, Opinion, Reply
from tests.integration.sandbox.harness import wait_until
from tests.integration.store.building import walk
from tests.integration.store.test_orders import PATHS
from tests.integration.web.stack import MINJI, YUNA, Stack, conversation_of, identity_token
from tests.support.chat_client import Chat, Chats

# The states that a customer is told by their own name.
NAMED = {State.EXPIRED, State.WITHDRAWN, State.CANCELLING, State.CANCELLED}
STATUS = {
    state: "pending"
    if state in UNPAID
    else "done"
    if state is State.APPLIED
    else state.value
    if state in NAMED
    else "checking"
    for state in State
}


def _offer(stack: Stack, chat: Chat) -> tuple[Order, dict[str, Any]]:
    """Let the bot offer a payment, as the dialogue does; the order and the message that links to it."""
    order = stack.app.ordering.open(conversation_of(chat.session), MINJI, 50_000)
    url = stack.app.ordering.checkout_url(order)
    stack.rasa.answers["5만원"] = [
        {"text": "아래에서 결제해 주세요.", "buttons": [{"title": "결제하러 가기", "payload": url}]}
    ]
    chat.say("5만원")
    return order, chat.wait_for_bot("아래에서")


def _has_version(chat: Chat, version: int) -> bool:
    return any(one["version"] == version for one in chat.payments)


def _move(stack: Stack, order: Order, state: State) -> Order:
    return walk(stack.app.database, order, *PATHS[state])


def test_a_message_that_links_to_a_payment_carries_its_card(stack: Stack, chats: Chats) -> None:
    chat = chats.open(identity=identity_token())
    order, message = _offer(stack, chat)
    card = message["card"]
    assert 0 < card.pop("expires_in_seconds") <= 15 * 60
    assert card == {
        "type": "payment",
        "order_id": order.id,
        "version": order.version,
        "amount_won": 50_000,
        "status": "pending",
        "url": stack.app.ordering.checkout_url(order),
        "receipt_url": None,
    }
    assert [button["kind"] for button in message["buttons"]] == ["link"]
    assert "card" not in chat.messages[0]


@pytest.mark.parametrize("state", State)
def test_a_card_says_how_the_payment_stands_now(stack: Stack, chats: Chats, state: State) -> None:
    """And never more: nothing is done before it is applied."""
    chat = chats.open(identity=identity_token())
    order, _ = _offer(stack, chat)
    moved = _move(stack, order, state)
    again = chats.open(token=chat.session["token"])
    (card,) = again.session["payments"]
    assert (card["status"], card["version"]) == (STATUS[state], moved.version)
    assert (card["url"] is not None) is (STATUS[state] in {"pending", "checking"})
    assert (card["receipt_url"] is not None) is (state is State.APPLIED)
    assert (card["expires_in_seconds"] is not None) is (STATUS[state] == "pending")
    assert again.session["history"][-1]["card"] == card


def test_a_payment_that_goes_on_is_pushed_to_every_tab(stack: Stack, chats: Chats) -> None:
    first = chats.open(identity=identity_token())
    order, _ = _offer(stack, first)
    second = chats.open(token=first.session["token"])
    moved = _move(stack, order, State.APPLIED)
    for tab in (first, second):
        wait_until(partial(_has_version, tab, moved.version))
        versions = [one["version"] for one in tab.payments]
        assert versions == sorted(set(versions))
        assert (tab.payments[-1]["status"], tab.payments[-1]["order_id"]) == ("done", order.id)


def test_a_tab_that_was_away_hears_of_a_payment_it_had_seen_before(stack: Stack, chats: Chats) -> None:
    """The message itself is older than what it asks for."""
    chat = chats.open(identity=identity_token())
    order, message = _offer(stack, chat)
    chat.close()
    _move(stack, order, State.APPLIED)
    back = chats.open(token=chat.session["token"], since=message["seq"])
    assert back.session["history"] == []
    assert [card["status"] for card in back.session["payments"]] == ["done"]


def test_an_order_past_its_time_is_expired_before_anybody_has_swept_it(stack: Stack, chats: Chats) -> None:
    chat = chats.open(identity=identity_token())
    _offer(stack, chat)
    stack.sandbox.control("PUT", "clock", {"offset_seconds": 16 * 60})
    try:
        (card,) = chats.open(token=chat.session["token"]).session["payments"]
    finally:
        stack.sandbox.control("PUT", "clock", {"offset_seconds": 0})
    assert (card["status"], card["url"]) == ("expired", None)


def test_nobody_hears_of_anothers_payment(stack: Stack, chats: Chats) -> None:
    chat, other = chats.open(identity=identity_token()), chats.open(identity=identity_token(YUNA))
    order, _ = _offer(stack, chat)
    other.say("안녕")
    other.wait_for_bot("답: 안녕")
    _move(stack, order, State.APPLIED)
    wait_until(lambda: chat.payments)
    assert other.payments == []
    assert other.session["payments"] == []


def test_a_picture_comes_from_our_own_site_with_its_words_and_size(stack: Stack, chats: Chats) -> None:
    chat = chats.open()
    picture = Image("/static/images/steps-website.svg", "순서", 700, 786)
    with stack.app.database() as unit:
        unit.conversations.add_replies(
            conversation_of(chat.session), [Reply("이렇게 해요.", image=picture, ends=True)]
        )
        unit.commit()
    message = chat.wait_for_bot("이렇게")
    url = f"{stack.settings.public_url}/static/images/steps-website.svg"
    assert message["image"] == {"url": url, "alt": "순서", "width": 700, "height": 786}
    assert message["ends"] is True
    answer = stack.http.get(url)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")


def test_an_opinion_is_kept_and_can_be_changed(stack: Stack, chats: Chats) -> None:
    chat = chats.open()
    assert chat.session["rating"] is None
    assert chat.emit("rate", {"value": "up"}) == {"ok": True}
    assert chat.emit("rate", {"value": "down"}) == {"ok": True}
    assert chats.open(token=chat.session["token"]).session["rating"] == "down"
    assert stack.app.conversations.rating(conversation_of(chat.session)) is Opinion.DOWN


@pytest.mark.parametrize("body", [{}, {"value": "maybe"}, {"value": 1}, {"value": None}, {"value": ["up"]}])
def test_what_is_no_opinion_is_refused(stack: Stack, chats: Chats, body: dict[str, Any]) -> None:
    chat = chats.open()
    assert chat.emit("rate", body) == {"ok": False, "error": "bad_request"}
    assert stack.app.conversations.rating(conversation_of(chat.session)) is None

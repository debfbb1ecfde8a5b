"""Talking to Rasa over its REST channel and its trigger_intent call."""

from __future__ import annotations

import logging
from typing import Any, Literal

import pytest

from prepayment.adapters.rasa import RasaAssistant
from prepayment.errors import Misconfigured, NotSent, OutcomeUnknown, OutsideError
from prepayment.ports import Button, Image, Reply
from tests.integration.adapters.building import RASA_TOKEN, assert_tells_nothing_personal
from tests.integration.adapters.wire_server import WireServer

SENDER = "conversation/1"


def part(**fields: Any) -> dict[str, Any]:
    return {"recipient_id": SENDER, **fields}


PARTS = [
    part(text="선결제는 네 가지 방법이 있어요."),
    part(image="http://example.com/card.png"),
    part(custom={"kind": "card"}),
    part(text=" 얼마를 선결제할까요? ", buttons=[{"title": "전액", "payload": "/inform{}"}]),
    part(
        text="결제하러 가기",
        buttons=[
            {"title": "결제", "payload": "https://pay.example/pay/x"},
            {"title": "로컬", "payload": "HTTP://localhost:8000/pay/x"},
            {"title": None, "payload": "/affirm"},
            {"title": "짝 없음"},
            "no button",
        ],
    ),
    part(text="   "),
    part(text=None),
]
REPLIES = (
    Reply("선결제는 네 가지 방법이 있어요."),
    Reply("얼마를 선결제할까요?", (Button("전액", payload="/inform{}"),)),
    Reply(
        "결제하러 가기",
        (Button("결제", url="https://pay.example/pay/x"), Button("로컬", url="HTTP://localhost:8000/pay/x")),
    ),
)


def test_an_answer_is_its_bubbles_in_order(wire: WireServer, rasa: RasaAssistant) -> None:
    wire.answers(200, PARTS)
    assert rasa.answer(SENDER, "선결제 어떻게 해요?") == REPLIES
    request = wire.received[0]
    assert (request.method, request.path) == ("POST", "/webhooks/rest/webhook")
    assert request.json() == {"sender": SENDER, "message": "선결제 어떻게 해요?"}


def test_an_event_gets_the_bubbles_it_led_to(wire: WireServer, rasa: RasaAssistant) -> None:
    wire.answers(200, {"tracker": {"sender_id": SENDER}, "messages": PARTS})
    assert rasa.inject(SENDER, "EXTERNAL_payment_result", {"order_id": "order1"}) == REPLIES
    request = wire.received[0]
    path, _, query = request.path.partition("?")
    assert (request.method, path) == ("POST", "/conversations/conversation%2F1/trigger_intent")
    assert set(query.split("&")) == {f"token={RASA_TOKEN}", "include_events=NONE"}
    assert request.json() == {"name": "EXTERNAL_payment_result", "entities": {"order_id": "order1"}}


PICTURE = {"image": {"path": "/static/images/a.svg", "alt": "순서", "width": 700, "height": 500}}


def test_pictures_and_endings_belong_to_the_bubble_before(wire: WireServer, rasa: RasaAssistant) -> None:
    """Rasa tells the ``custom`` part of a response by itself, after its text."""
    parts = [
        {"text": "이렇게 해요."},
        {"custom": PICTURE},
        {"text": "안녕히 가세요."},
        {"custom": {"ends": True}},
    ]
    wire.answers(200, parts)
    assert rasa.answer(SENDER, "홈페이지로 어떻게 해?") == (
        Reply("이렇게 해요.", image=Image("/static/images/a.svg", "순서", 700, 500)),
        Reply("안녕히 가세요.", ends=True),
    )


@pytest.mark.parametrize(
    "custom",
    [
        "text",
        [],
        {},
        {"image": "a.svg"},
        {"image": {"path": "/a.svg"}},
        {"ends": "yes"},
        {"image": {**PICTURE["image"], "width": "7"}},
    ],
)
def test_a_custom_part_that_is_not_ours_changes_nothing(
    wire: WireServer, rasa: RasaAssistant, custom: object
) -> None:
    wire.answers(200, [{"custom": custom}, {"text": "네."}, {"custom": custom}])
    assert rasa.answer(SENDER, "응") == (Reply("네."),)


def test_silence_is_no_replies(wire: WireServer, rasa: RasaAssistant) -> None:
    wire.answers(200, [])
    assert rasa.answer(SENDER, "?") == ()


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, {"status": "failure"}, Misconfigured),
        (403, {"status": "failure"}, Misconfigured),
        (409, {"message": "No agent loaded."}, NotSent),
        (404, {"message": "The intent does not exist."}, OutcomeUnknown),
        (500, {"message": "홍길동 01098765432"}, OutcomeUnknown),
        (204, None, OutcomeUnknown),
        (200, None, OutcomeUnknown),
        (200, {"tracker": {}}, OutcomeUnknown),
        (200, {"messages": None}, OutcomeUnknown),
        (200, ["홍길동 01098765432"], OutcomeUnknown),
    ],
)
def test_other_answers_are_outside_errors(
    status: int, body: Any, expected: type[OutsideError], wire: WireServer, rasa: RasaAssistant
) -> None:
    wire.answers(status, body)
    with pytest.raises(expected) as raised:
        rasa.answer(SENDER, "네")
    assert_tells_nothing_personal(raised.value)
    with pytest.raises(expected) as raised:
        rasa.inject(SENDER, "EXTERNAL_x", {})
    assert_tells_nothing_personal(raised.value)


@pytest.mark.parametrize("behaviour", ["hang", "hang_up"])
def test_no_answer_is_unknown(
    behaviour: Literal["hang", "hang_up"], wire: WireServer, rasa: RasaAssistant
) -> None:
    wire.behaviour = behaviour
    with pytest.raises(OutcomeUnknown):
        rasa.answer(SENDER, "네")


def test_the_token_reaches_no_log_and_no_error(
    wire: WireServer, rasa: RasaAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    """Rasa takes its token from the query only, and httpx logs the address of every request."""
    wire.answers(500, {})
    with caplog.at_level(logging.DEBUG), pytest.raises(OutcomeUnknown) as raised:
        rasa.inject(SENDER, "EXTERNAL_x", {})
    assert "trigger_intent" in caplog.text
    assert RASA_TOKEN not in caplog.text
    assert RASA_TOKEN not in f"{raised.value!r}"

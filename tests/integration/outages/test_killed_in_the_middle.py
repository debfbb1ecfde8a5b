"""A part of the product is killed in the middle of a turn: nothing acknowledged is lost, and nothing comes twice.

Each test ends with a chat that works again by itself.
"""

from __future__ import annotations

import uuid

import pytest

from prepayment.orders import State
from prepayment.service.conversations import APOLOGY
from tests.integration.outages.conftest import Outages
from tests.integration.outages.visitor import Visitor
from tests.integration.sandbox.harness import wait_until
from tests.support.buyer import Buyer

WISH, QUESTION = "5만원 선결제 해줘", "최소 얼마부터 돼요?"
# What the bot says, by words that stand in it and in nothing else.
SAID = {
    "sorry": APOLOGY.text.splitlines()[0],
    "minimum": "이보다 적은 금액은 받지 않아요",
    "confirm?": "을 선결제할까요?",
    "link": "결제 준비가 끝났어요",
    "done": "선결제가 완료됐어요",
}
# A question in the middle of a wish is answered, and then the wish is asked about again.
QUESTION_WITHIN_WISH = ["minimum", "confirm?"]


def said(visitor: Visitor) -> list[str]:
    """All that the bot has said so far; a text that is none of the known ones stands as it is."""
    return [
        next((name for name, words in SAID.items() if words in text), text) for text in visitor.texts("bot")
    ]


def wait_until_said(visitor: Visitor, *names: str) -> None:
    """Wait until the bot has said exactly this."""
    wait_until(lambda: len(said(visitor)) >= len(names), 60)
    assert said(visitor) == list(names)


def begin(outages: Outages) -> Visitor:
    """A customer's chat in which a question has been answered and the answer to a wish is being made."""
    visitor = outages.visitor("minji")
    visitor.say(QUESTION)
    wait_until_said(visitor, "minimum")
    outages.slow("carrier.month")
    visitor.say(WISH)
    outages.wait_until_slow()
    return visitor


@pytest.mark.parametrize("name", ["actions", "rasa"])
def test_the_dialogue_is_killed(outages: Outages, name: str) -> None:
    """Who waits gets an apology at once, who asks meanwhile too, and the next wish goes through."""
    visitor = begin(outages)
    outages.stack.processes.kill(name)
    wait_until_said(visitor, "minimum", "sorry")
    visitor.say(WISH)
    wait_until_said(visitor, "minimum", "sorry", "sorry")
    outages.stack.processes.start(name)
    visitor.say(WISH)
    wait_until_said(visitor, "minimum", "sorry", "sorry", "confirm?")
    visitor.say(QUESTION)
    wait_until_said(visitor, "minimum", "sorry", "sorry", "confirm?", *QUESTION_WITHIN_WISH)
    outages.assert_kept(visitor)


def test_web_is_killed(outages: Outages) -> None:
    """What was acknowledged is answered later; what was typed meanwhile is sent when web is back, and kept once."""
    visitor = begin(outages)
    acknowledged, meanwhile = visitor.acknowledged[-1][0], str(uuid.uuid4())
    outages.stack.processes.kill("web")
    assert not visitor.try_to_say(QUESTION, meanwhile)
    outages.stack.processes.start("web")
    assert visitor.chat.say(WISH, acknowledged)["ok"]
    visitor.say(QUESTION, meanwhile)
    outages.pass_time()
    wait_until_said(visitor, "minimum", "confirm?", *QUESTION_WITHIN_WISH)
    outages.assert_kept(visitor)


def test_the_worker_is_killed(outages: Outages) -> None:
    """While the result of a payment is being told: it is told once, by the next worker."""
    visitor = begin(outages)
    wait_until_said(visitor, "minimum", "confirm?")
    visitor.choose(visitor.rows()[-1], 0)
    wait_until_said(visitor, "minimum", "confirm?", "link")
    order = outages.stack.newest_order(outages.stack.customer("minji").line_id)
    assert order is not None
    with Buyer(outages.stack) as buyer:
        buyer.verify(order)
        returned = buyer.card_return(order)
        with outages.stack.processes.held("worker"):
            assert buyer.web.get(returned).status_code == 303
            outages.slow("carrier.month")
        outages.wait_until_slow()
        outages.stack.processes.kill("worker")
    assert outages.stack.app.account.order(order.id).state is State.APPLIED
    outages.stack.processes.start("worker")
    outages.pass_time()
    wait_until_said(visitor, "minimum", "confirm?", "link", "done")
    visitor.say(QUESTION)
    wait_until_said(visitor, "minimum", "confirm?", "link", "done", "minimum")
    outages.assert_kept(visitor)


def test_the_database_is_killed(outages: Outages) -> None:
    """Nothing is acknowledged that is not kept; when it is back every process goes on with it by itself."""
    visitor = begin(outages)
    outages.database.kill()
    meanwhile, logged = str(uuid.uuid4()), len(outages.stack.log("web"))
    assert not visitor.try_to_say(QUESTION, meanwhile)
    wait_until(lambda: "a turn of" in outages.stack.log("web")[logged:], 30)
    outages.database.start()
    visitor.say(QUESTION, meanwhile)
    outages.pass_time()
    wait_until_said(visitor, "minimum", "confirm?", *QUESTION_WITHIN_WISH)
    outages.assert_kept(visitor)

"""``ratings``: what customers thought, for whoever looks after the answers."""

from __future__ import annotations

from prepayment.ports import Opinion
from tests.integration.ops.desk import Desk


def _rated(desk: Desk, *opinions: Opinion) -> str:
    conversations = desk.shop.app.conversations
    conversation = conversations.create()
    conversations.say(conversation, client_id="first-message", text="선결제가 뭐예요?")
    for opinion in opinions:
        conversations.rate(conversation, opinion)
    return conversation


def test_ratings_are_listed_newest_first_and_counted(desk: Desk) -> None:
    good = _rated(desk, Opinion.UP)
    desk.shop.advance(minutes=5)
    bad = _rated(desk, Opinion.DOWN)
    printed = desk.done("ratings", "--from", "today")
    assert printed.index(bad) < printed.index(good)
    assert "1 up, 1 down" in printed
    read = desk.read("ratings", "--from", "2031-05-17", "--to", "2031-05-17")
    assert (read["up"], read["down"]) == (1, 1)
    assert [one["conversation"] for one in read["ratings"]] == [bad, good]
    assert [one["seq"] for one in read["ratings"]] == [1, 1]


def test_the_newest_opinion_of_a_conversation_counts(desk: Desk) -> None:
    _rated(desk, Opinion.UP, Opinion.UP, Opinion.DOWN)
    read = desk.read("ratings", "--from", "today")
    assert (read["up"], read["down"]) == (0, 1)


def test_days_without_ratings_are_said_to_be_so(desk: Desk) -> None:
    _rated(desk, Opinion.UP)
    assert "Nobody rated" in desk.done("ratings", "--from", "2031-05-15", "--to", "2031-05-16")
    refused = desk.run("ratings", "--from", "2031-05-17", "--to", "2031-05-16")
    assert refused.code == 2

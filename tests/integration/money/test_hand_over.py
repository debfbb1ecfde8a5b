"""Tickets: who waits, who joins, what is said, and how it ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from prepayment.adapters.sql.tables import orders
from prepayment.calendar import SEOUL
from prepayment.orders import State
from prepayment.ports import Ticket, TicketReason, TicketState
from prepayment.service.hand_over import AGENT_LEFT_INTENT
from prepayment.support_errors import TicketNotFound, TicketNotJoined, TicketTaken
from tests.integration.money.shop import MINJI, YUNA, Shop
from tests.integration.store.at_once import at_once

# A Monday.
OPEN_HOUR = datetime(2031, 5, 19, 10, 0, tzinfo=SEOUL)
ASKED, MISUNDERSTOOD, UNAUTHORIZED = TicketReason


def conversation(shop: Shop, said: str = "") -> str:
    """A conversation, with something typed in it."""
    made = shop.app.conversations.create()
    if said:
        shop.app.conversations.say(made, client_id="said", text=said)
    return made


def waiting(shop: Shop, reason: TicketReason = ASKED) -> Ticket:
    """A ticket of a conversation of its own."""
    return shop.app.hand_over.open(conversation(shop), reason).ticket


def shown(shop: Shop, ticket: Ticket) -> list[tuple[str, str]]:
    """What the chat shows."""
    return [(row.role, row.text) for row in shop.app.conversations.messages(ticket.conversation_id)]


def steps(shop: Shop, ticket: Ticket) -> list[tuple[TicketState | None, TicketState, str, str]]:
    """The ticket's story."""
    return [
        (one.source, one.target, one.actor, one.cause) for one in shop.app.hand_over.events(ticket.number)
    ]


def test_a_conversation_has_one_open_ticket(shop: Shop) -> None:
    hand_over, mine = shop.app.hand_over, conversation(shop)
    opened = at_once(4, lambda _: hand_over.open(mine, ASKED).ticket.number)
    assert len(set(opened)) == 1
    assert hand_over.leave_queue(mine)
    assert not hand_over.leave_queue(mine)
    assert hand_over.current(mine) is None
    assert hand_over.open(mine, ASKED).ticket.number > opened[0] > 1000


def test_urgent_ones_come_first_then_who_has_waited_longest(shop: Shop) -> None:
    first, second = waiting(shop), waiting(shop, MISUNDERSTOOD)
    urgent = waiting(shop, UNAUTHORIZED)
    assert [one.number for one in shop.app.hand_over.waiting()] == [
        urgent.number,
        first.number,
        second.number,
    ]
    assert shop.app.hand_over.open(second.conversation_id, ASKED).ahead == 2
    assert shop.app.hand_over.open(urgent.conversation_id, ASKED).ahead == 0


def test_a_charge_of_somebody_else_makes_an_open_ticket_urgent_and_nothing_makes_it_less(shop: Shop) -> None:
    ticket = waiting(shop)
    raised = shop.app.hand_over.open(ticket.conversation_id, UNAUTHORIZED).ticket
    assert (raised.number, raised.urgent, raised.reason) == (ticket.number, True, UNAUTHORIZED)
    assert "하지 않은 결제" in raised.situation[2]
    assert shop.app.hand_over.open(ticket.conversation_id, ASKED).ticket == raised
    assert [step[3] for step in steps(shop, ticket)] == ["reason:asked", "urgent"]


def test_the_situation_is_who_money_and_why_with_the_customers_own_words_masked(shop: Shop) -> None:
    order = shop.paid()
    shop.work()
    mine = order.conversation_id
    shop.app.conversations.say(mine, client_id="1", text="제 카드 4111-1111-1111-1111 왜 안 돼요")
    who, money, why = shop.app.hand_over.open(mine, ASKED).ticket.situation
    assert who == "로그인함, 회선 끝자리 1001"
    assert money == "5월 17일 50,000원 선결제: 완료"
    assert why == '상담 요청: "제 카드 [카드번호 가림] 왜 안 돼요"'


def test_the_situation_without_orders_is_the_usage_and_without_a_log_in_neither(shop: Shop) -> None:
    mine = conversation(shop)
    assert shop.app.hand_over.open(mine, MISUNDERSTOOD).ticket.situation == (
        "로그인하지 않음",
        "선결제를 확인할 수 없음 (로그인 전)",
        "챗봇이 세 번 알아듣지 못함",
    )
    yunas = conversation(shop, "사람")
    shop.app.conversations.log_in(yunas, YUNA)
    money = shop.app.hand_over.open(yunas, ASKED).ticket.situation[1]
    assert money.startswith("선결제 없음, 5월에 쓴 금액 ")


@pytest.mark.parametrize("trouble", [{"action": "unavailable"}, {"action": "slow", "ms": 3000}])
def test_a_carrier_that_is_away_does_not_keep_a_customer_from_a_person(
    shop: Shop, trouble: dict[str, Any]
) -> None:
    """Nor does one that takes its time."""
    mine = conversation(shop)
    shop.app.conversations.log_in(mine, MINJI)
    shop.sandbox.fault("carrier.month", **trouble)
    ticket = shop.app.hand_over.open(mine, ASKED).ticket
    assert ticket.situation[1] == "선결제 없음, 쓴 금액은 지금 확인할 수 없음"


def test_every_state_of_an_order_has_its_words(shop: Shop) -> None:
    order = shop.open_order()
    for state in State:
        with shop.app.database.engine.begin() as connection:
            connection.execute(sa.update(orders).values(state=state.value))
        money = shop.app.hand_over.open(order.conversation_id, ASKED).ticket.situation[1]
        shop.app.hand_over.leave_queue(order.conversation_id)
        assert money.startswith("5월 17일 50,000원 선결제: ")


def test_the_wait_follows_from_who_is_before(shop: Shop) -> None:
    shop.set_clock(OPEN_HOUR)
    assert [shop.app.hand_over.open(conversation(shop), ASKED).expected.minutes for _ in range(3)] == [
        10,
        20,
        30,
    ]


@pytest.mark.parametrize(
    ("moment", "opens_at"),
    [
        (datetime(2031, 5, 17, 12, 0, tzinfo=SEOUL), datetime(2031, 5, 19, 9, 0, tzinfo=SEOUL)),
        (datetime(2031, 5, 19, 8, 59, tzinfo=SEOUL), datetime(2031, 5, 19, 9, 0, tzinfo=SEOUL)),
        (datetime(2031, 5, 19, 17, 55, tzinfo=SEOUL), datetime(2031, 5, 20, 9, 0, tzinfo=SEOUL)),
        (datetime(2031, 5, 23, 18, 0, tzinfo=SEOUL), datetime(2031, 5, 26, 9, 0, tzinfo=SEOUL)),
    ],
    ids=["a Saturday", "before it opens", "too late for today", "a Friday evening"],
)
def test_outside_its_hours_the_desk_is_expected_when_it_opens(
    shop: Shop, moment: datetime, opens_at: datetime
) -> None:
    shop.set_clock(moment)
    expected = shop.app.hand_over.open(conversation(shop), ASKED).expected
    assert (expected.minutes, expected.opens_at) == (None, opens_at)


def test_of_two_agents_who_join_at_once_one_wins(shop: Shop) -> None:
    ticket = waiting(shop)

    def join(index: int) -> str:
        try:
            agent = f"agent-{index}"
            shop.app.hand_over.join(ticket.number, agent=agent, name=f"김{index}")
        except TicketTaken:
            return "taken"
        return agent

    outcomes = at_once(2, join)
    assert sorted(outcomes)[1] == "taken"
    (winner,) = set(outcomes) - {"taken"}
    assert [one.number for one in shop.app.hand_over.joined(winner)] == [ticket.number]
    assert shop.app.hand_over.waiting() == []
    assert len([text for role, text in shown(shop, ticket) if "들어왔어요" in text]) == 1


def test_joining_again_changes_nothing_and_a_closed_one_cannot_be_joined(shop: Shop) -> None:
    ticket = waiting(shop)
    joined = shop.app.hand_over.join(ticket.number, agent="kim", name="김상담")
    assert shop.app.hand_over.join(ticket.number, agent="kim", name="김상담") == joined
    shop.app.hand_over.leave(ticket.number, agent="kim")
    for agent in ("kim", "lee"):
        with pytest.raises(TicketTaken):
            shop.app.hand_over.join(ticket.number, agent=agent, name="이름")


def test_what_an_agent_says_twice_with_the_same_id_is_stored_once_and_masked(shop: Shop) -> None:
    ticket = waiting(shop)
    shop.app.hand_over.join(ticket.number, agent="kim", name="김상담")

    def say(_: int) -> int:
        text = "카드 4111-1111-1111-1111 은 적지 마세요"
        return shop.app.hand_over.say(ticket.number, agent="kim", client_id="same", text=text).seq

    assert len(set(at_once(3, say))) == 1
    said = shop.app.conversations.messages(ticket.conversation_id)[-1]
    assert (said.role, said.agent_name) == ("agent", "김상담")
    assert said.text == "카드 [카드번호 가림] 은 적지 마세요"
    assert [role for role, _ in shown(shop, ticket)].count("agent") == 1


def test_an_agents_id_may_be_the_same_as_a_customers(shop: Shop) -> None:
    mine = conversation(shop, "안녕하세요")
    number = shop.app.hand_over.open(mine, ASKED).ticket.number
    shop.app.hand_over.join(number, agent="kim", name="김상담")
    shop.app.hand_over.say(number, agent="kim", client_id="said", text="네, 안녕하세요")
    rows = shop.app.conversations.messages(mine)
    assert [(row.role, row.text) for row in rows if row.role != "bot"] == [
        ("user", "안녕하세요"),
        ("agent", "네, 안녕하세요"),
    ]


def test_only_who_has_joined_may_speak_and_leave(shop: Shop) -> None:
    ticket = waiting(shop)
    for agent in ("kim", "lee"):
        with pytest.raises(TicketNotJoined):
            shop.app.hand_over.say(ticket.number, agent=agent, client_id="1", text="네")
        with pytest.raises(TicketNotJoined):
            shop.app.hand_over.leave(ticket.number, agent=agent)
    shop.app.hand_over.join(ticket.number, agent="kim", name="김상담")
    with pytest.raises(TicketNotJoined):
        shop.app.hand_over.say(ticket.number, agent="lee", client_id="1", text="네")
    with pytest.raises(TicketNotJoined):
        shop.app.hand_over.leave(ticket.number, agent="lee")
    assert not shop.app.hand_over.leave_queue(ticket.conversation_id)
    closed = shop.app.hand_over.leave(ticket.number, agent="kim")
    assert shop.app.hand_over.leave(ticket.number, agent="kim") == closed
    with pytest.raises(TicketNotJoined):
        shop.app.hand_over.say(ticket.number, agent="kim", client_id="2", text="한 가지 더")


def test_every_step_is_recorded_with_who_made_it(shop: Shop) -> None:
    ticket = waiting(shop)
    shop.app.hand_over.join(ticket.number, agent="kim", name="김상담")
    closed = shop.app.hand_over.leave(ticket.number, agent="kim")
    assert steps(shop, ticket) == [
        (None, TicketState.WAITING, "customer", "reason:asked"),
        (TicketState.WAITING, TicketState.JOINED, "agent:kim", "joined"),
        (TicketState.JOINED, TicketState.CLOSED, "agent:kim", "left"),
    ]
    assert closed.joined_at is not None
    assert closed.closed_at is not None
    assert closed.closed_at - closed.opened_at < timedelta(minutes=1)


def test_an_operator_closes_what_an_agent_has_forgotten(shop: Shop) -> None:
    ticket = waiting(shop)
    shop.app.hand_over.join(ticket.number, agent="kim", name="김상담")
    assert shop.app.hand_over.close(ticket.number, actor="operator:lee")
    assert not shop.app.hand_over.close(ticket.number, actor="operator:lee")
    assert shop.app.hand_over.joined("kim") == []
    assert steps(shop, ticket)[-1][2:] == ("operator:lee", "closed_by_operator")
    with shop.app.database() as unit:
        left = unit.conversations.unanswered(ticket.conversation_id)
    assert left is not None
    assert left.text == AGENT_LEFT_INTENT


@pytest.mark.parametrize("number", [-1, 0, 1, 1000, 999_999, 2**31, 2**70])
def test_a_number_that_nobody_was_told_is_not_found(shop: Shop, number: int) -> None:
    with pytest.raises(TicketNotFound):
        shop.app.hand_over.ticket(number)
    with pytest.raises(TicketNotFound):
        shop.app.hand_over.join(number, agent="kim", name="김상담")

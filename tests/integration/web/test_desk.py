"""The desk: who waits, one conversation live, joining it, writing into it, leaving it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from prepayment.ports import Button, Reply, Ticket, TicketReason, TicketState
from prepayment.ports.staff import StaffMember
from tests.integration.store.at_once import at_once
from tests.integration.web.desk_visitor import (
    DeskVisitor,
    Told,
    account,
    desk_visitor,
    texts,
    until,
    waiting_ticket,
)
from tests.integration.web.stack import YUNA, Stack, conversation_of
from tests.support.chat_client import Chats
from web.chat.wire import CHARS_MAX

HOSTILE = '<img src=x onerror=alert(1)></script>\r\n\r\nevent: ended\ndata: {}\n\n"'


@pytest.fixture
def member(stack: Stack) -> StaffMember:
    """One of the staff."""
    return account(stack)


@pytest.fixture
def hana(stack: Stack, member: StaffMember) -> Iterator[DeskVisitor]:
    """One of the staff, logged in."""
    with desk_visitor(stack) as visitor:
        yield visitor.enter(member)


@pytest.fixture
def duri(stack: Stack) -> Iterator[DeskVisitor]:
    """Another one, logged in."""
    with desk_visitor(stack) as visitor:
        yield visitor.enter(account(stack, "최두리"))


def state(stack: Stack, ticket: Ticket) -> TicketState:
    """Where a ticket stands now."""
    return stack.app.hand_over.ticket(ticket.number).state


def bot_says(stack: Stack, ticket: Ticket, *replies: Reply) -> None:
    """Let the bot say something by itself."""
    with stack.app.database() as unit:
        unit.conversations.add_replies(ticket.conversation_id, replies)
        unit.commit()


def until_listed(events: Iterator[Told], ticket: Ticket) -> list[Told]:
    """Read a feed until a ticket is listed; returns everything that was told."""
    told: list[Told] = []
    for event in events:
        told.append(event)
        if event[0] == "board" and ticket.number in [one["number"] for one in event[1]["waiting"]]:
            break
    return told


def refusal(hana: DeskVisitor, ticket: Ticket) -> str:
    """Why a conversation is not shown."""
    with hana.feed(ticket) as events:
        (gone,) = until(events, "gone")
    return str(gone["message"])


def test_the_page_allows_its_own_scripts_only_and_no_markup_from_them(hana: DeskVisitor) -> None:
    page = hana.http.get("/desk")
    policy = dict(part.partition(" ")[::2] for part in page.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["trusted-types"] == "'none'"
    assert page.headers["cache-control"] == "no-store"


def test_who_waits_is_listed_urgent_ones_first_with_reason_time_and_situation(
    stack: Stack, hana: DeskVisitor
) -> None:
    asked = waiting_ticket(stack, "상담사 연결해 주세요")
    urgent = waiting_ticket(
        stack, "쓰지도 않은 결제가 있어요", customer=YUNA, reason=TicketReason.UNAUTHORIZED
    )
    with hana.feed() as events:
        (board,) = until(events, "board")
    assert [one["number"] for one in board["waiting"]] == [urgent.number, asked.number]
    assert [one["urgent"] for one in board["waiting"]] == [True, False]
    assert [one["reason"] for one in board["waiting"]] == ["하지 않은 결제", "상담사 요청"]
    assert all(len(one["situation"]) == 3 for one in board["waiting"])
    assert board["joined"] == []


def test_the_time_waited_goes_by_the_products_clock_and_stops_when_somebody_joins(
    stack: Stack, hana: DeskVisitor
) -> None:
    ticket = waiting_ticket(stack)
    later = stack.app.clock.now() + timedelta(minutes=30)
    stack.sandbox.control("PUT", "clock", {"at": later.isoformat()})
    with hana.feed() as events:
        (board,) = until(events, "board")
    assert 1800 <= board["waiting"][0]["waited_seconds"] < 2400
    joined = hana.join(ticket).json()["ticket"]["waited_seconds"]
    stack.sandbox.control("PUT", "clock", {"at": (later + timedelta(hours=2)).isoformat()})
    with hana.feed() as events:
        (board,) = until(events, "board")
    assert board["joined"][0]["waited_seconds"] == joined


def test_new_customers_and_new_messages_appear_by_themselves(stack: Stack, hana: DeskVisitor) -> None:
    first = waiting_ticket(stack, "하나")
    with hana.feed(first) as events:
        until(events, "message")
        stack.app.conversations.say(first.conversation_id, client_id="client-later", text="둘")
        assert texts(until(events, "message")) == ["둘"]
        second = waiting_ticket(stack, customer=None)
        assert second.number in [one["number"] for one in until(events, "board")[-1]["waiting"]]


def test_the_history_is_shown_as_it_is_stored_with_everybody_who_spoke(
    stack: Stack, hana: DeskVisitor, member: StaffMember, chats: Chats
) -> None:
    """What the customer typed is masked before it is stored, and so is what the staff writes."""
    chat = chats.open()
    chat.say("카드번호는 4111 1111 1111 1111 이에요")
    chat.wait_for_bot("답: 카드번호는 [카드번호 가림] 이에요")
    ticket = stack.app.hand_over.open(conversation_of(chat.session), TicketReason.ASKED).ticket
    assert hana.join(ticket).status_code == 200
    said = hana.say(ticket, "010-1234-5678로 전화드릴까요?")
    assert said.json()["message"]["text"] == "[전화번호 가림]로 전화드릴까요?"
    with hana.feed(ticket) as events:
        told = until(events, "message", 4)
    assert [one["role"] for one in told] == ["user", "bot", "bot", "agent"]
    assert texts(told)[0] == "카드번호는 [카드번호 가림] 이에요"
    assert told[-1]["name"] == member.name
    assert texts(told)[-1] == "[전화번호 가림]로 전화드릴까요?"


def test_a_feed_that_was_interrupted_goes_on_where_it_was(stack: Stack, hana: DeskVisitor) -> None:
    ticket = waiting_ticket(stack, "하나", "둘", "셋")
    with hana.feed(ticket) as events:
        first, second, _ = until(events, "message", 3)
    with hana.feed(ticket, last_seen=second["seq"]) as events:
        assert texts(until(events, "message")) == ["셋"]
    for nonsense in ("x", "-1", "99999999999999999999", "1; drop"):
        headers = {"Last-Event-ID": nonsense}
        with hana.http.stream("GET", "/desk/feed", headers=headers) as response:
            assert response.status_code == 200
    assert first["seq"] < second["seq"]


def test_links_of_the_customer_are_not_handed_to_the_staff(stack: Stack, hana: DeskVisitor) -> None:
    """Who holds the link to a checkout can go on with it."""
    order = stack.open_order()
    link = stack.app.ordering.checkout_url(order)
    ticket = stack.app.hand_over.open(order.conversation_id, TicketReason.ASKED).ticket
    bot_says(stack, ticket, Reply("결제 링크예요.", (Button("결제하기", url=link), Button("그만", "/stop"))))
    with hana.feed(ticket) as events:
        (message,) = until(events, "message")
    assert message["choices"] == ["결제하기", "그만"]
    assert order.checkout_token not in str(message)
    assert "/stop" not in str(message)


def test_what_customers_type_stays_text_and_makes_no_events(stack: Stack, hana: DeskVisitor) -> None:
    ticket = waiting_ticket(stack, HOSTILE)
    with hana.feed(ticket) as events:
        (message,) = until(events, "message")
        assert message["text"] == HOSTILE
        stack.app.conversations.say(ticket.conversation_id, client_id="client-later", text="다음")
        assert next(one for one in events if one[0] != "board")[1]["text"] == "다음", "nothing came between"
    assert "onerror" not in hana.http.get("/desk").text


def test_joining_writing_and_leaving_reach_the_customer_and_are_recorded(
    stack: Stack, hana: DeskVisitor, member: StaffMember, chats: Chats
) -> None:
    chat = chats.open()
    ticket = stack.app.hand_over.open(conversation_of(chat.session), TicketReason.ASKED).ticket
    with hana.feed(ticket) as events:
        until(events, "ticket")
        joined = hana.join(ticket)
        assert joined.json()["ticket"]["mine"] is True
        assert until(events, "ticket")[0]["mine"] is True
    assert hana.say(ticket, "안녕하세요, 무엇을 도와드릴까요?").status_code == 200
    assert hana.leave(ticket).json()["ticket"]["state"] == "closed"
    said = [message for message in stack.messages(conversation_of(chat.session)) if message.role == "agent"]
    assert [(one.text, one.agent_name) for one in said] == [("안녕하세요, 무엇을 도와드릴까요?", member.name)]
    steps = stack.app.hand_over.events(ticket.number)
    assert [(one.target, one.actor) for one in steps[1:]] == [
        (TicketState.JOINED, f"agent:{member.id}"),
        (TicketState.CLOSED, f"agent:{member.id}"),
    ]
    shown = stack.app.staff.events(member.id)[0]
    assert (shown.kind, shown.subject, shown.actor) == ("ticket_shown", str(ticket.number), member.id)


def test_a_conversation_the_customer_spoke_in_last_is_marked(stack: Stack, hana: DeskVisitor) -> None:
    ticket = waiting_ticket(stack)
    hana.join(ticket)
    with hana.feed() as events:
        assert until(events, "board")[0]["joined"][0]["unanswered"] is False
        stack.app.conversations.say(ticket.conversation_id, client_id="client-later", text="계세요?")
        assert until(events, "board")[0]["joined"][0]["unanswered"] is True
        hana.say(ticket, "네, 여기 있어요")
        assert until(events, "board")[0]["joined"][0]["unanswered"] is False


def test_of_two_who_join_at_once_one_talks_and_the_other_is_told(
    stack: Stack, hana: DeskVisitor, duri: DeskVisitor
) -> None:
    ticket = waiting_ticket(stack)
    answers = at_once(2, lambda index: (hana, duri)[index].join(ticket))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (late,) = [answer for answer in answers if answer.status_code == 409]
    assert late.json()["error"]["code"] == "ticket_taken"
    assert late.json()["error"]["message"].startswith("이미 다른 상담사가 맡았어요")
    assert [step.target for step in stack.app.hand_over.events(ticket.number)].count(TicketState.JOINED) == 1


def test_joining_again_is_no_harm(stack: Stack, hana: DeskVisitor) -> None:
    ticket = waiting_ticket(stack)
    assert [hana.join(ticket).status_code for _ in range(2)] == [200, 200]
    assert [step.target for step in stack.app.hand_over.events(ticket.number)].count(TicketState.JOINED) == 1


def test_anothers_conversation_can_neither_be_seen_nor_touched(
    stack: Stack, hana: DeskVisitor, duri: DeskVisitor
) -> None:
    ticket = waiting_ticket(stack, "비밀 이야기")
    with duri.feed(ticket) as events:
        until(events, "message")
        hana.join(ticket)
        (gone,) = until(events, "gone")
        assert gone["code"] == "ticket_taken"
        hana.say(ticket, "들리지 않을 말")
        after = waiting_ticket(stack)
        told = until_listed(events, after)
        assert {name for name, _ in told} <= {"board"}, "nothing of the other's talk is told"
        assert told[-1][1]["joined"] == []
    assert "이미 다른 상담사가 맡았어요" in refusal(duri, ticket)
    assert [duri.say(ticket, "끼어들기").status_code, duri.leave(ticket).status_code] == [409, 409]
    assert state(stack, ticket) is TicketState.JOINED
    assert "끼어들기" not in [message.text for message in stack.messages(ticket.conversation_id)]


def test_a_waiting_conversation_is_read_but_not_written_into(stack: Stack, hana: DeskVisitor) -> None:
    ticket = waiting_ticket(stack)
    said = hana.say(ticket, "먼저 들어가지 않고")
    assert (said.status_code, said.json()["error"]["code"]) == (409, "ticket_not_joined")
    assert hana.leave(ticket).status_code == 409
    assert state(stack, ticket) is TicketState.WAITING


def test_nothing_is_shown_of_conversations_without_a_ticket_or_whose_ticket_is_over(
    stack: Stack, hana: DeskVisitor, member: StaffMember
) -> None:
    """Neither of one's own talks that have ended: the customer goes on there with the bot."""
    left, ended = waiting_ticket(stack), waiting_ticket(stack)
    stack.app.hand_over.leave_queue(left.conversation_id)
    hana.join(ended)
    hana.leave(ended)
    assert "고객이 연결을 취소했어요" in refusal(hana, left)
    assert "이미 끝난 상담이에요" in refusal(hana, ended)
    assert hana.join(left).json()["error"]["code"] == "ticket_left"
    assert hana.join(ended).json()["error"]["code"] == "ticket_closed"
    assert hana.say(ended, "아직 있나요?").status_code == 409
    for path in ("join", "messages", "leave"):
        answer = hana.post(f"tickets/99999/{path}", {"id": "staff-message", "text": "x"})
        assert answer.status_code == 404, path
    assert stack.app.staff.events(member.id)[0].kind == "added", "nothing was shown, so nothing is noted"


def test_a_message_sent_twice_under_one_id_is_stored_once(stack: Stack, hana: DeskVisitor) -> None:
    """As after an answer that was lost on its way."""
    ticket = waiting_ticket(stack)
    hana.join(ticket)
    sent = [hana.say(ticket, "한 번만", "the-same-id").json()["message"]["seq"] for _ in range(2)]
    assert sent[0] == sent[1]
    assert [one.text for one in stack.messages(ticket.conversation_id)].count("한 번만") == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": "staff-message"},
        {"text": "안녕하세요"},
        {"id": "short", "text": "안녕하세요"},
        {"id": "staff-message", "text": " \n "},
        {"id": "staff-message", "text": "\u0000"},
        {"id": "staff-message", "text": 5},
        {"id": "staff-message", "text": "가" * (CHARS_MAX + 1)},
        [],
        "x",
        None,
    ],
    ids=lambda body: str(body)[:40],
)
def test_what_is_no_message_is_refused_and_nothing_is_stored(
    stack: Stack, hana: DeskVisitor, body: object
) -> None:
    ticket = waiting_ticket(stack)
    hana.join(ticket)
    before = stack.messages(ticket.conversation_id)
    assert hana.post(f"tickets/{ticket.number}/messages", body).status_code == 400
    assert stack.messages(ticket.conversation_id) == before


@pytest.mark.parametrize("number", ["0", "-1", "x", str(2**31), "1e3", "%00"])
def test_what_is_no_number_names_no_ticket(hana: DeskVisitor, number: str) -> None:
    assert hana.post(f"tickets/{number}/join").status_code == 400
    assert hana.http.get("/desk/feed", params={"ticket": number}).status_code == 400

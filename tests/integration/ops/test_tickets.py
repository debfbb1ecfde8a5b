"""``tickets`` and ``site-checks``: what customers asked people for."""

from __future__ import annotations

from prepayment.ports import TicketReason, TicketState
from tests.integration.ops.desk import Desk


def ticket(desk: Desk, reason: TicketReason = TicketReason.ASKED) -> int:
    """The number of a customer who waits."""
    app = desk.shop.app
    conversation = app.conversations.create()
    app.conversations.say(conversation, client_id="1", text="사람 바꿔 주세요")
    return app.hand_over.open(conversation, reason).ticket.number


def site_check(desk: Desk) -> int:
    """The number of a request."""
    app = desk.shop.app
    return app.site_checks.file(app.conversations.create()).number


def test_tickets_are_listed_newest_first_with_their_situation(desk: Desk) -> None:
    assert "Nobody" in desk.done("tickets", "list")
    first, urgent = ticket(desk), ticket(desk, TicketReason.UNAUTHORIZED)
    desk.shop.app.hand_over.join(first, agent="kim", name="김상담")
    printed = desk.done("tickets", "list")
    assert printed.index(str(urgent)) < printed.index(str(first))
    assert "하지 않은 결제 신고" in printed
    read = desk.read("tickets", "list")
    assert [(one["number"], one["state"], one["urgent"]) for one in read] == [
        (urgent, "waiting", True),
        (first, "joined", False),
    ]


def test_open_tickets_are_listed_alone(desk: Desk) -> None:
    closed, open_ = ticket(desk), ticket(desk)
    desk.done("tickets", "close", closed, "--yes", "--as", "lee")
    assert [one["number"] for one in desk.read("tickets", "list", "--open")] == [open_]
    assert len(desk.read("tickets", "list")) == 2


def test_a_ticket_is_shown_with_its_steps(desk: Desk) -> None:
    number = ticket(desk)
    desk.shop.app.hand_over.join(number, agent="kim", name="김상담")
    printed = desk.done("tickets", "show", number)
    assert "agent:kim" in printed
    assert "사람 바꿔 주세요" in printed
    steps = desk.read("tickets", "show", number)["events"]
    assert [(one["from"], one["to"]) for one in steps] == [(None, "waiting"), ("waiting", "joined")]


def test_a_forgotten_ticket_is_closed_by_an_operator(desk: Desk) -> None:
    number = ticket(desk)
    desk.shop.app.hand_over.join(number, agent="kim", name="김상담")
    assert "--yes" in desk.refused("tickets", "close", number)
    assert "Closed." in desk.done("tickets", "close", number, "--yes", "--as", "lee")
    assert desk.shop.app.hand_over.ticket(number).state is TicketState.CLOSED
    assert desk.shop.app.hand_over.events(number)[-1].actor == "operator:lee"
    assert "closed before" in desk.refused("tickets", "close", number, "--yes")


def test_site_checks_are_listed_shown_and_closed(desk: Desk) -> None:
    assert "Nobody" in desk.done("site-checks", "list")
    first, second = site_check(desk), site_check(desk)
    printed = desk.done("site-checks", "list")
    assert printed.index(str(second)) < printed.index(str(first))
    assert "not logged in" in desk.done("site-checks", "show", first)
    done = desk.done("site-checks", "close", first, "--reason", "page renewed", "--yes", "--as", "lee")
    assert "Closed." in done
    assert [one["number"] for one in desk.read("site-checks", "list", "--open")] == [second]
    read = desk.read("site-checks", "show", first)
    assert (read["state"], read["closed_by"], read["closed_reason"]) == (
        "closed",
        "operator:lee",
        "page renewed",
    )
    assert "closed before" in desk.refused("site-checks", "close", first, "--reason", "x", "--yes")


def test_what_is_not_there_is_said_not_to_be(desk: Desk) -> None:
    for command in ("tickets", "site-checks"):
        assert f"`{command} list`" in desk.refused(command, "show", 99)
    assert "`tickets list`" in desk.refused("tickets", "close", 99, "--yes")
    assert "`site-checks list`" in desk.refused("site-checks", "close", 99, "--reason", "x", "--yes")
    assert "--reason" in desk.run("site-checks", "close", 99).err

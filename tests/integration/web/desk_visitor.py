"""One of the staff at the desk, without a browser, and customers who wait for a person."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import httpx

from prepayment.ports import Customer, Ticket, TicketReason
from prepayment.ports.staff import StaffMember
from tests.integration.web.polling import polling_client
from tests.integration.web.stack import MINJI, Stack
from tests.support import tokens
from tests.support.settings import DESK_SECRET

PASSWORD = "tulip-harbour-92-wander"
OURS = {"Sec-Fetch-Site": "same-origin"}
COOKIE = "desk_session"

Told = tuple[str, dict[str, Any]]


def account(stack: Stack, name: str = "이하나") -> StaffMember:
    """An account of its own, so that no other test's log-ins count against it."""
    return stack.app.staff.add(
        f"staff-{uuid.uuid4().hex[:12]}", name=name, password=PASSWORD, actor="operator:test"
    )


def cookie(member: StaffMember, *, secret: str = DESK_SECRET, **changes: Any) -> str:
    """A session's cookie as web signs it."""
    now = int(time.time())
    claims = {
        "sub": member.id,
        "generation": member.generation,
        "aud": "prepay-desk",
        "iat": now,
        "exp": now + 3600,
    }
    return tokens.signed(secret, **{**claims, **changes})


def waiting_ticket(
    stack: Stack,
    *words: str,
    customer: Customer | None = MINJI,
    reason: TicketReason = TicketReason.ASKED,
) -> Ticket:
    """A customer who has said something and waits for a person."""
    conversation_id = stack.app.conversations.create()
    if customer:
        stack.app.conversations.log_in(conversation_id, customer)
    for number, text in enumerate(words or ("상담사 연결해 주세요",)):
        stack.app.conversations.say(conversation_id, client_id=f"client-{number:04}", text=text)
    return stack.app.hand_over.open(conversation_id, reason).ticket


class DeskVisitor:
    """A client on an address of its own; ``http`` keeps its cookies."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    def log_in(self, staff_id: str, password: str = PASSWORD, **headers: str) -> httpx.Response:
        """Send the log-in form."""
        form = {"staff_id": staff_id, "password": password}
        return self.http.post("/desk/login", data=form, headers=headers or OURS)

    def enter(self, member: StaffMember) -> DeskVisitor:
        """Be logged in as a member."""
        self.http.cookies.set(COOKIE, cookie(member), path="/desk")
        return self

    def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Do something at the desk."""
        return self.http.post(f"/desk/{path}", json=body, headers=headers or OURS)

    def join(self, ticket: Ticket) -> httpx.Response:
        """Begin to talk to a customer."""
        return self.post(f"tickets/{ticket.number}/join")

    def say(self, ticket: Ticket, text: str, client_id: str = "staff-message-1") -> httpx.Response:
        """Write to a customer."""
        return self.post(f"tickets/{ticket.number}/messages", {"id": client_id, "text": text})

    def leave(self, ticket: Ticket) -> httpx.Response:
        """End a talk."""
        return self.post(f"tickets/{ticket.number}/leave")

    @contextmanager
    def feed(self, ticket: Ticket | None = None, last_seen: int | None = None) -> Iterator[Iterator[Told]]:
        """Listen as a page does; gives the events as they come."""
        query = {"ticket": str(ticket.number)} if ticket else {}
        headers = {"Last-Event-ID": str(last_seen)} if last_seen is not None else {}
        with self.http.stream("GET", "/desk/feed", params=query, headers=headers) as response:
            assert response.status_code == 200
            assert response.headers["content-type"].startswith("text/event-stream")
            yield _events(response)


def until(events: Iterator[Told], name: str, count: int = 1) -> list[dict[str, Any]]:
    """Read a feed until so many events of a name have come; returns them."""
    found: list[dict[str, Any]] = []
    while len(found) < count:
        told, data = next(events)
        if told == name:
            found.append(data)
    return found


def texts(messages: Sequence[dict[str, Any]]) -> list[str]:
    """What messages of a feed say."""
    return [str(message["text"]) for message in messages]


def _events(response: httpx.Response) -> Iterator[Told]:
    name, deadline = "", time.monotonic() + 30
    # The stream has no end: the test stops reading.
    with suppress(httpx.StreamClosed):
        for line in response.iter_lines():
            assert time.monotonic() < deadline, "the feed did not tell in time"
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield name, json.loads(line.removeprefix("data: "))


@contextmanager
def desk_visitor(stack: Stack) -> Iterator[DeskVisitor]:
    """A client that nobody has logged in yet."""
    with polling_client(stack.settings.public_url) as http:
        # What polling sends by itself would name our origin even where a test wants none.
        http.headers.pop("Origin")
        yield DeskVisitor(http)

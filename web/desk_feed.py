"""The live part of the desk: who waits, and one conversation, as server-sent events."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from prepayment.bootstrap import App
from prepayment.ports.staff import StaffMember
from prepayment.ports.support import Ticket, TicketState
from prepayment.support_errors import TicketNotFound
from web.desk_messages import DeskRefusal
from web.desk_views import message_view, ticket_view
from web.writes import Writes

logger = logging.getLogger(__name__)

# The database tells of writes; this is how long one may stay unnoticed should it fail to, and how long a session
# may outlive its account.
LOOK_ANYWAY_SECONDS: Final = 5.0
# Many writes of one moment are looked for once.
_BREATH_SECONDS: Final = 0.2
_CLOSING_SECONDS: Final = 0.5
_RETRY_MILLISECONDS: Final = 1500
# Among so many newest rows of a conversation there is one that is shown.
_RECENT_ROWS: Final = 10

Event = tuple[
    str, dict[str, Any], int | None
]  # name, data, and the seq up to which the conversation was told


@dataclass
class Shown:
    """What a page has been told. ``number`` is the ticket that it shows, ``seq`` how far."""

    member: StaffMember
    number: int | None
    seq: int
    board: tuple[Any, ...] = ()
    ticket: Ticket | None = None
    over: bool = field(default=False)


class DeskFeed:
    """Tells pages what is new, until they leave, their session ends or the server closes."""

    def __init__(self, app: App, writes: Writes, closing: threading.Event) -> None:
        self._app = app
        self._writes = writes
        self._closing = closing

    def visible(self, number: int, member: StaffMember) -> Ticket:
        """Return a ticket whose conversation one may see: it waits, or one has joined it. Raises DeskRefusal."""
        try:
            ticket = self._app.hand_over.ticket(number)
        except TicketNotFound:
            raise DeskRefusal("ticket_not_found") from None
        if ticket.state is TicketState.CLOSED:
            raise DeskRefusal("ticket_closed" if ticket.agent else "ticket_left")
        if ticket.state is TicketState.JOINED and ticket.agent != member.id:
            raise DeskRefusal("ticket_taken")
        return ticket

    async def stream(self, shown: Shown) -> AsyncIterator[str]:
        """Yield server-sent events: ``board``, ``ticket``, ``message``, ``gone`` and, last of all, ``ended``."""
        yield f"retry: {_RETRY_MILLISECONDS}\n\n"
        written = asyncio.Event()
        with self._writes.waking(written):
            while not self._closing.is_set() and not shown.over:
                written.clear()
                try:
                    events = await asyncio.to_thread(self._look, shown)
                except Exception:
                    logger.exception("the desk's feed could not be read")
                    return  # the page asks again
                # A comment finds out whether anybody is still there.
                yield "".join(map(_lines, events)) or ":\n\n"
                await self._wait(written)

    async def _wait(self, written: asyncio.Event) -> None:
        await asyncio.sleep(_BREATH_SECONDS)
        left = LOOK_ANYWAY_SECONDS
        while left > 0 and not written.is_set() and not self._closing.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(_CLOSING_SECONDS):
                    await written.wait()
            left -= _CLOSING_SECONDS

    def _look(self, shown: Shown) -> list[Event]:
        member = self._app.staff.in_session(shown.member.id, shown.member.generation)
        if member is None:
            shown.over = True
            return [("ended", {}, None)]
        return [*self._board(shown), *self._conversation(shown)]

    def _board(self, shown: Shown) -> list[Event]:
        agent, now = shown.member.id, self._app.clock.now()
        waiting, joined = self._app.hand_over.waiting(), self._app.hand_over.joined(agent)
        unanswered = frozenset(ticket.number for ticket in joined if self._customer_spoke_last(ticket))
        board = (tuple(waiting), tuple(joined), unanswered)
        if board == shown.board:
            return []
        shown.board = board
        body = {
            "waiting": [ticket_view(ticket, agent, now) for ticket in waiting],
            "joined": [
                {**ticket_view(ticket, agent, now), "unanswered": ticket.number in unanswered}
                for ticket in joined
            ],
        }
        return [("board", body, None)]

    def _customer_spoke_last(self, ticket: Ticket) -> bool:
        last = self._app.conversations.last_seqs([ticket.conversation_id])[ticket.conversation_id]
        newest = self._app.conversations.messages(ticket.conversation_id, after=max(0, last - _RECENT_ROWS))
        return bool(newest) and newest[-1].role == "user"

    def _conversation(self, shown: Shown) -> list[Event]:
        if shown.number is None:
            return []
        try:
            ticket = self.visible(shown.number, shown.member)
        except DeskRefusal as refusal:
            shown.number = None
            return [("gone", {"code": refusal.problem.code, "message": refusal.problem.message}, None)]
        if shown.ticket is None and shown.seq == 0:
            self._app.staff.note_shown(shown.member, ticket.number)
        events: list[Event] = []
        if ticket != shown.ticket:
            view = ticket_view(ticket, shown.member.id, self._app.clock.now())
            events.append(("ticket", view, None))
            shown.ticket = ticket
        for message in self._app.conversations.messages(ticket.conversation_id, after=shown.seq):
            shown.seq = message.seq
            events.append(("message", message_view(message), message.seq))
        return events


def _lines(event: Event) -> str:
    name, data, seq = event
    # JSON has no line breaks, so the data is one line.
    told = f"id: {seq}\n" if seq is not None else ""
    return f"event: {name}\n{told}data: {json.dumps(data, ensure_ascii=False)}\n\n"

"""Handing a conversation over to a person, and back to the bot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from prepayment.ports import Message, Reply, Ticket, TicketEvent, TicketReason, TicketState, UnitOfWork
from prepayment.service.parts import Parts
from prepayment.service.situation import Situation
from prepayment.support_errors import TicketNotJoined, TicketTaken

AGENT_LEFT_INTENT: Final = "EXTERNAL_agent_left"
_CUSTOMER: Final = "customer"


@dataclass(frozen=True)
class Expected:
    """When a person can be expected: in so many ``minutes`` while the desk is open, else from ``opens_at`` on."""

    minutes: int | None
    opens_at: datetime | None


@dataclass(frozen=True)
class Opened:
    """A ticket as its customer is told of it. ``ahead`` counts those who wait and come before."""

    ticket: Ticket
    ahead: int
    expected: Expected


class HandOver:
    """Opens tickets for customers; lets the staff join, talk and leave.

    Every change is made under the conversation's lock, and recorded as an event of the ticket with who made it.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._situation = Situation(parts)

    def open(self, conversation_id: str, reason: TicketReason) -> Opened:
        """Let the customer wait for a person.

        Who waits already, or talks to one, keeps the ticket; a charge that the customer did not make makes it urgent.
        """
        situation = self._situation.lines(conversation_id, reason)
        urgent = reason is TicketReason.UNAUTHORIZED
        with self._parts.database() as unit:
            unit.conversations.lock(conversation_id)
            ticket = unit.tickets.current(conversation_id)
            if ticket is None:
                ticket = unit.tickets.open(
                    conversation_id, reason, urgent=urgent, situation=situation, actor=_CUSTOMER
                )
            elif urgent and not ticket.urgent:
                changed = replace(ticket, urgent=True, reason=reason, situation=situation)
                ticket = self._change(unit, ticket, changed, actor=_CUSTOMER, cause="urgent")
            waiting = unit.tickets.waiting()
            unit.commit()
        ahead = next((place for place, one in enumerate(waiting) if one.number == ticket.number), 0)
        return Opened(ticket, ahead, self.expected(ahead))

    def expected(self, ahead: int) -> Expected:
        """Return when a person can be expected by who has so many before them."""
        now, hours = self._parts.clock.now(), self._parts.desk_hours
        minutes = (ahead + 1) * self._parts.desk_minutes
        closing = hours.closing(now)
        if closing is not None and now + timedelta(minutes=minutes) <= closing:
            return Expected(minutes, None)
        return Expected(None, hours.next_opening(now))

    def current(self, conversation_id: str) -> Ticket | None:
        """Return the conversation's ticket that is not closed."""
        with self._parts.database(write=False) as unit:
            return unit.tickets.current(conversation_id)

    def leave_queue(self, conversation_id: str) -> bool:
        """Let the customer wait no longer; False when nobody waits, or a person has joined already."""
        with self._parts.database() as unit:
            unit.conversations.lock(conversation_id)
            ticket = unit.tickets.current(conversation_id)
            if ticket is None or ticket.state is not TicketState.WAITING:
                return False
            self._close(unit, ticket, actor=_CUSTOMER, cause="customer_left")
            unit.commit()
        return True

    def waiting(self) -> Sequence[Ticket]:
        """Return who waits: urgent ones first, then who has waited longest."""
        with self._parts.database(write=False) as unit:
            return unit.tickets.waiting()

    def joined(self, agent: str) -> Sequence[Ticket]:
        """Return the conversations an agent has joined and not left, oldest first."""
        with self._parts.database(write=False) as unit:
            return unit.tickets.joined(agent)

    def newest(self, limit: int, *, open_only: bool = False) -> Sequence[Ticket]:
        """Return the newest tickets, newest first."""
        with self._parts.database(write=False) as unit:
            return unit.tickets.newest(limit, open_only=open_only)

    def ticket(self, number: int) -> Ticket:
        """Return a ticket. Raises TicketNotFound."""
        with self._parts.database(write=False) as unit:
            return unit.tickets.get(number)

    def events(self, number: int) -> Sequence[TicketEvent]:
        """Return a ticket's steps, oldest first."""
        with self._parts.database(write=False) as unit:
            return unit.tickets.events(number)

    def join(self, number: int, *, agent: str, name: str) -> Ticket:
        """Take a waiting conversation over; the bot is silent from now on. Joining again changes nothing.

        Raises:
            TicketNotFound: no such ticket.
            TicketTaken: somebody else was first, or it is closed.
        """
        with self._parts.database() as unit:
            ticket = self._locked(unit, number)
            if ticket.state is TicketState.JOINED and ticket.agent == agent:
                return ticket
            if ticket.state is not TicketState.WAITING:
                raise TicketTaken(f"ticket {number} is {ticket.state}")
            changed = replace(
                ticket,
                state=TicketState.JOINED,
                agent=agent,
                agent_name=name,
                joined_at=self._parts.clock.now(),
            )
            ticket = self._change(unit, ticket, changed, actor=_staff(agent), cause="joined")
            # What waits for the bot's answer is the person's to answer now.
            unit.conversations.mark_said_answered(ticket.conversation_id)
            unit.conversations.add_replies(ticket.conversation_id, [_has_joined(name)])
            unit.commit()
        return ticket

    def say(self, number: int, *, agent: str, client_id: str, text: str) -> Message:
        """Store what the agent writes, once per ``client_id``, masked like what customers write.

        Raises:
            TicketNotFound: no such ticket.
            TicketNotJoined: this agent has not joined, or has left.
        """
        with self._parts.database() as unit:
            ticket = self._locked(unit, number)
            if ticket.state is not TicketState.JOINED or ticket.agent != agent:
                raise TicketNotJoined(f"ticket {number} is {ticket.state}")
            message = unit.conversations.add_agent_message(
                ticket.conversation_id,
                client_id=client_id,
                text=self._parts.redact(text),
                name=ticket.agent_name or agent,
            )
            unit.commit()
        return message

    def leave(self, number: int, *, agent: str) -> Ticket:
        """End the talk; the bot speaks again. Leaving again changes nothing.

        Raises:
            TicketNotFound: no such ticket.
            TicketNotJoined: this agent has not joined.
        """
        with self._parts.database() as unit:
            ticket = self._locked(unit, number)
            if ticket.agent != agent:
                raise TicketNotJoined(f"ticket {number} is {ticket.state}")
            if ticket.state is TicketState.JOINED:
                ticket = self._give_back(unit, ticket, actor=_staff(agent), cause="left")
                unit.commit()
        return ticket

    def close(self, number: int, *, actor: str) -> bool:
        """Close a ticket by hand, whoever waits or has joined; False when it was closed before.

        Raises:
            TicketNotFound: no such ticket.
        """
        with self._parts.database() as unit:
            ticket = self._locked(unit, number)
            if ticket.state is TicketState.CLOSED:
                return False
            self._give_back(unit, ticket, actor=actor, cause="closed_by_operator")
            unit.commit()
        return True

    def _locked(self, unit: UnitOfWork, number: int) -> Ticket:
        """Return a ticket as it stands under its conversation's lock."""
        unit.conversations.lock(unit.tickets.get(number).conversation_id)
        return unit.tickets.get(number)

    def _give_back(self, unit: UnitOfWork, ticket: Ticket, *, actor: str, cause: str) -> Ticket:
        closed = self._close(unit, ticket, actor=actor, cause=cause)
        source = f"ticket:{ticket.number}"
        unit.conversations.add_event(ticket.conversation_id, AGENT_LEFT_INTENT, {}, source=source)
        return closed

    def _close(self, unit: UnitOfWork, ticket: Ticket, *, actor: str, cause: str) -> Ticket:
        closed = replace(ticket, state=TicketState.CLOSED, closed_at=self._parts.clock.now())
        return self._change(unit, ticket, closed, actor=actor, cause=cause)

    def _change(self, unit: UnitOfWork, ticket: Ticket, changed: Ticket, *, actor: str, cause: str) -> Ticket:
        return unit.tickets.change(ticket, changed, at=self._parts.clock.now(), actor=actor, cause=cause)


def _staff(agent: str) -> str:
    return f"agent:{agent}"


def _has_joined(name: str) -> Reply:
    return Reply(
        f"상담사 **{name}** 님이 들어왔어요. 지금부터는 상담사가 답해 드려요.\n\n"
        "카드 번호와 비밀번호, 인증번호는 상담사에게도 알려 주지 마세요."
    )

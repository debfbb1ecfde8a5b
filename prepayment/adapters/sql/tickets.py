"""Tickets: customers who wait for a person, or talk to one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from prepayment.adapters.sql.insertion import insert
from prepayment.adapters.sql.support_tables import NOT_OVER, ticket_events, tickets
from prepayment.ports import Clock, Ticket, TicketEvent, TicketReason, TicketState
from prepayment.support_errors import TicketNotFound, TicketTaken

# What customers read begins higher: a short number that looks like one.
FIRST_NUMBER: Final = 1001
_BEFORE_FIRST: Final = FIRST_NUMBER - 1
# SQLite's and PostgreSQL's 32-bit ids end here.
_NUMBER_MAX: Final = 2**31 - 1


def is_number(number: int) -> bool:
    """Whether a number can be one of ours at all."""
    return FIRST_NUMBER <= number <= _NUMBER_MAX


def number_of(row_id: int) -> int:
    """Return the number that people see of a row."""
    return row_id + _BEFORE_FIRST


def id_of(number: int) -> int:
    """Return the row's id of the number that people see."""
    return number - _BEFORE_FIRST


def _ticket(row: sa.Row[Any]) -> Ticket:
    return Ticket(
        number=number_of(row.id),
        conversation_id=row.conversation_id,
        reason=TicketReason(row.reason),
        urgent=row.urgent,
        situation=tuple(row.situation),
        state=TicketState(row.state),
        opened_at=row.opened_at,
        agent=row.agent,
        agent_name=row.agent_name,
        joined_at=row.joined_at,
        closed_at=row.closed_at,
        version=row.version,
    )


def _changeable(ticket: Ticket) -> dict[str, Any]:
    return {
        "reason": ticket.reason.value,
        "urgent": ticket.urgent,
        "situation": list(ticket.situation),
        "state": ticket.state.value,
        "agent": ticket.agent,
        "agent_name": ticket.agent_name,
        "joined_at": ticket.joined_at,
        "closed_at": ticket.closed_at,
    }


class SqlTickets:
    """The tickets of one transaction."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def open(
        self,
        conversation_id: str,
        reason: TicketReason,
        *,
        urgent: bool,
        situation: tuple[str, ...],
        actor: str,
    ) -> Ticket:
        """Insert a waiting ticket with its first event.

        Raises:
            TicketTaken: the conversation has one that is not closed.
        """
        row = self._connection.execute(
            insert(self._connection, tickets)
            .values(
                conversation_id=conversation_id,
                reason=reason.value,
                urgent=urgent,
                situation=list(situation),
                state=TicketState.WAITING.value,
                version=1,
                opened_at=self._clock.now(),
            )
            .on_conflict_do_nothing(index_elements=[tickets.c.conversation_id], index_where=NOT_OVER)
            .returning(tickets)
        ).one_or_none()
        if row is None:
            raise TicketTaken(f"conversation {conversation_id} has a ticket")
        ticket = _ticket(row)
        self._record(None, ticket, ticket.opened_at, actor, f"reason:{reason}")
        return ticket

    def current(self, conversation_id: str) -> Ticket | None:
        """Return the conversation's ticket that is not closed."""
        found = self._many(
            sa.select(tickets).where(
                tickets.c.conversation_id == conversation_id, tickets.c.closed_at.is_(None)
            )
        )
        return found[0] if found else None

    def get(self, number: int) -> Ticket:
        """Return a ticket. Raises TicketNotFound."""
        if is_number(number):
            found = self._many(sa.select(tickets).where(tickets.c.id == id_of(number)))
            if found:
                return found[0]
        raise TicketNotFound(f"no ticket {number}")

    def waiting(self) -> Sequence[Ticket]:
        """Return who waits: urgent ones first, then who has waited longest."""
        is_waiting = tickets.c.state == TicketState.WAITING.value
        return self._many(
            sa.select(tickets).where(is_waiting).order_by(tickets.c.urgent.desc(), tickets.c.id)
        )

    def joined(self, agent: str) -> Sequence[Ticket]:
        """Return the conversations an agent has joined and not left, oldest first."""
        is_joined = tickets.c.state == TicketState.JOINED.value
        return self._many(
            sa.select(tickets).where(is_joined, tickets.c.agent == agent).order_by(tickets.c.id)
        )

    def newest(self, limit: int, *, open_only: bool) -> Sequence[Ticket]:
        """Return the newest tickets, newest first."""
        query = sa.select(tickets).order_by(tickets.c.id.desc()).limit(limit)
        return self._many(query.where(tickets.c.closed_at.is_(None)) if open_only else query)

    def change(self, ticket: Ticket, changed: Ticket, *, at: datetime, actor: str, cause: str) -> Ticket:
        """Put ``changed`` in place of what was read, with its event.

        Raises:
            TicketTaken: it moved since it was read.
        """
        after = replace(changed, version=ticket.version + 1)
        result = self._connection.execute(
            sa.update(tickets)
            .where(tickets.c.id == id_of(ticket.number), tickets.c.version == ticket.version)
            .values(**_changeable(after), version=after.version)
        )
        if result.rowcount != 1:
            raise TicketTaken(f"ticket {ticket.number} is no longer at version {ticket.version}")
        self._record(ticket.state, after, at, actor, cause)
        return after

    def events(self, number: int) -> Sequence[TicketEvent]:
        """Return a ticket's steps, oldest first."""
        query = sa.select(ticket_events).where(ticket_events.c.ticket_id == id_of(number))
        return [
            TicketEvent(
                number=row.number,
                at=row.at,
                source=TicketState(row.source) if row.source else None,
                target=TicketState(row.target),
                actor=row.actor,
                cause=row.cause,
            )
            for row in self._connection.execute(query.order_by(ticket_events.c.number))
        ]

    def _many(self, query: sa.Select[Any]) -> list[Ticket]:
        return [_ticket(row) for row in self._connection.execute(query)]

    def _record(
        self, source: TicketState | None, ticket: Ticket, at: datetime, actor: str, cause: str
    ) -> None:
        # The ticket's own version numbers its events: unique and growing by construction.
        self._connection.execute(
            sa.insert(ticket_events).values(
                ticket_id=id_of(ticket.number),
                number=ticket.version,
                at=at,
                source=source.value if source else None,
                target=ticket.state.value,
                actor=actor[:80],
                cause=cause[:64],
            )
        )

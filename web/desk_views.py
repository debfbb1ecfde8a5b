"""What the page of the staff shows of tickets and messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from prepayment.calendar import SEOUL
from prepayment.ports import Message
from prepayment.ports.support import Ticket, TicketReason, TicketState

_REASONS: Final = {
    TicketReason.ASKED: "상담사 요청",
    TicketReason.MISUNDERSTOOD: "답을 못 찾음",
    TicketReason.UNAUTHORIZED: "하지 않은 결제",
}


def ticket_view(ticket: Ticket, agent: str, now: datetime) -> dict[str, Any]:
    """Return a ticket as one of the staff sees it; ``waited_seconds`` counts until somebody joined."""
    return {
        "number": ticket.number,
        "reason": _REASONS[ticket.reason],
        "urgent": ticket.urgent,
        "situation": list(ticket.situation),
        "state": ticket.state.value,
        "mine": ticket.state is TicketState.JOINED and ticket.agent == agent,
        "waited_seconds": max(0, int(((ticket.joined_at or now) - ticket.opened_at).total_seconds())),
    }


def message_view(message: Message) -> dict[str, Any]:
    """Return a message without what only the customer may follow: a link to a checkout is the checkout."""
    return {
        "seq": message.seq,
        "role": message.role,
        "name": message.agent_name,
        "text": message.text,
        "choices": [button.title for button in message.buttons],
        "picture": message.image.alt if message.image else None,
        "at": message.at.astimezone(SEOUL).strftime("%H:%M"),
        "day": message.at.astimezone(SEOUL).strftime("%Y-%m-%d"),
    }

"""What stands against tickets and site checks; the tree of all errors is in ``errors``."""

from __future__ import annotations

from prepayment.errors import PrepaymentError


class SupportError(PrepaymentError):
    """Something about what customers ask people for."""


class TicketNotFound(SupportError):
    """No such ticket."""

    code = "ticket_not_found"


class TicketTaken(SupportError):
    """Somebody else was first: joined the conversation, or ended it."""

    code = "ticket_taken"


class TicketNotJoined(SupportError):
    """Only the agent who joined, and has not left, may do that."""

    code = "ticket_not_joined"


class SiteCheckNotFound(SupportError):
    """No such request."""

    code = "site_check_not_found"

"""What stands against changing a line's limit; the tree of all errors is in ``errors``."""

from __future__ import annotations

from prepayment.errors import PrepaymentError


class LimitError(PrepaymentError):
    """Something about changing a limit; nothing was changed."""


class LimitChangeNotFound(LimitError):
    """No such change."""

    code = "limit_change_not_found"


class AlreadyBlocked(LimitError):
    """The limit is 0 already."""

    code = "already_blocked"


class NotBlocked(LimitError):
    """There is nothing to unblock: the limit is ``limit_won``."""

    code = "not_blocked"

    def __init__(self, limit_won: int) -> None:
        super().__init__(f"the limit is {limit_won} won")
        self.limit_won = limit_won


class BlockedElsewhere(LimitError):
    """The limit was not set to 0 here by this customer, so it is not for us to set it back."""

    code = "blocked_elsewhere"

"""What stands against accounts of the staff; the tree of all errors is in ``errors``."""

from __future__ import annotations

from prepayment.errors import PrepaymentError


class StaffError(PrepaymentError):
    """Something about an account of the staff."""


class StaffExists(StaffError):
    """There is an account of that log-in name."""

    code = "staff_exists"


class StaffNotFound(StaffError):
    """No such account."""

    code = "staff_not_found"


class StaffRefused(StaffError):
    """The log-in name, the name or the password cannot be taken; the text says why."""

    code = "staff_refused"

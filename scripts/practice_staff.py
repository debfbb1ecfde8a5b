"""The account with which one tries the desk in the sandbox: made once, its log-in told whenever the product starts."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field

from prepayment.bootstrap import bootstrap
from prepayment.settings import Settings

STAFF_ID = "practice"
NAME = "연습"
_ACTOR = "operator:make-run"


@dataclass(frozen=True)
class PracticeLogIn:
    """What one types at /desk."""

    staff_id: str
    password: str = field(repr=False)


def ensure_practice_account(settings: Settings) -> PracticeLogIn | None:
    """Make the account unless it is there, on a migrated database; None when it was disabled, or in live mode."""
    if settings.is_live:
        return None
    password = _password(settings.desk_secret.get_secret_value())
    app = bootstrap(settings)
    try:
        member = next((one for one in app.staff.all() if one.id == STAFF_ID), None)
        if member is None:
            app.staff.add(STAFF_ID, name=NAME, password=password, actor=_ACTOR)
        elif not member.active:
            return None
        elif not app.staff.is_password(STAFF_ID, password):
            # The secret was made anew, or somebody has changed the password: what is told must work.
            app.staff.set_password(STAFF_ID, password, actor=_ACTOR)
    finally:
        app.close()
    return PracticeLogIn(STAFF_ID, password)


def _password(secret: str) -> str:
    """Return a password that follows from the sandbox's secret, so that it is kept nowhere: ``abcd-efgh-ijkl-mnop``."""
    key = hmac.digest(secret.encode(), b"the practice account of the desk", hashlib.sha256)
    letters = base64.b32encode(key)[:16].decode().lower()
    return "-".join(letters[place : place + 4] for place in range(0, 16, 4))

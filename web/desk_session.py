"""Who of the staff is logged in: the cookie of the desk, and how often one may try to log in."""

from __future__ import annotations

import time
from typing import Final

import jwt
from limits import RateLimitItemPerMinute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from prepayment.ports.staff import StaffMember
from prepayment.service.staff import Staff
from prepayment.settings import Settings
from web.chat.limits import RateLimits
from web.desk_messages import DeskRefusal
from web.origins import is_same_origin
from web.signed_tokens import read_token

COOKIE: Final = "desk_session"
PATH: Final = "/desk"
LIFETIME_SECONDS: Final = 8 * 60 * 60
_AUDIENCE: Final = "prepay-desk"

# An office shares an address; an account is one person's.
PER_ADDRESS: Final = RateLimitItemPerMinute(60, 5, namespace="desk-address")
PER_ACCOUNT: Final = RateLimitItemPerMinute(10, 15, namespace="desk-account")


class DeskSessions:
    """Signs and reads the cookie (8 hours). A session ends earlier with its account, or with its account's others."""

    def __init__(self, staff: Staff, settings: Settings) -> None:
        self._staff = staff
        self._settings = settings
        self._secret = settings.desk_secret.get_secret_value()
        self._secure = settings.public_url.startswith("https:")

    def member(self, request: Request) -> StaffMember | None:
        """Return who is logged in; None for a missing, forged, old or ended session."""
        claims = read_token(request.cookies.get(COOKIE, ""), secret=self._secret, audience=_AUDIENCE)
        generation = claims.get("generation") if claims else None
        if not claims or not isinstance(generation, int):
            return None
        return self._staff.in_session(str(claims["sub"]), generation)

    def required(self, request: Request) -> StaffMember:
        """Return who is logged in. Raises DeskRefusal."""
        member = self.member(request)
        if member is None:
            raise DeskRefusal("log_in_needed")
        return member

    def refuse_foreign(self, request: Request) -> None:
        """Refuse what no page of ours has sent. Raises HTTPException."""
        if not is_same_origin(request.headers, self._settings):
            raise HTTPException(403)

    def begin(self, response: Response, member: StaffMember) -> None:
        """Give a browser its session."""
        now = int(time.time())
        claims = {
            "sub": member.id,
            "generation": member.generation,
            "aud": _AUDIENCE,
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
        }
        response.set_cookie(
            COOKIE,
            jwt.encode(claims, self._secret, algorithm="HS256"),
            max_age=LIFETIME_SECONDS,
            path=PATH,
            httponly=True,
            samesite="strict",
            secure=self._secure,
        )

    def end(self, response: Response) -> None:
        """Take a browser's session away."""
        response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="strict", secure=self._secure)


class LogInLimits(RateLimits):
    """Counts log-ins, into known accounts or not."""

    def log_in(self, address: str, account: str) -> int | None:
        """Count one; None when it is allowed, else the seconds to wait."""
        wait = self._hit(PER_ADDRESS, address)
        return wait if wait is not None else self._hit(PER_ACCOUNT, account)

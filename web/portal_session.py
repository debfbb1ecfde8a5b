"""Who is logged in at the demo site: its cookie, and the identity tokens it signs for the chat."""

from __future__ import annotations

import time
from typing import Final

import jwt

from prepayment.ports import Customer
from web.chat.identity import IDENTITY_AUDIENCE
from web.signed_tokens import read_token

LIFETIME_SECONDS: Final = 12 * 60 * 60
IDENTITY_SECONDS: Final = 120
_AUDIENCE: Final = "prepay-portal"


class PortalSession:
    """Signs and reads the cookie (12 hours), and signs identity tokens (2 minutes) as a host site's server would."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def issue(self, customer: Customer) -> str:
        """Return the cookie of a customer who has logged in."""
        return self._sign(customer, _AUDIENCE, LIFETIME_SECONDS)

    def customer(self, cookie: str) -> Customer | None:
        """Return who has logged in; None for a missing, foreign or old cookie."""
        claims = read_token(cookie, secret=self._secret, audience=_AUDIENCE)
        return Customer(claims["sub"], claims["line_id"], claims["name"]) if claims else None

    def identity_token(self, customer: Customer) -> str:
        """Return a token that tells the chat who the customer is."""
        return self._sign(customer, IDENTITY_AUDIENCE, IDENTITY_SECONDS)

    def _sign(self, customer: Customer, audience: str, seconds: int) -> str:
        now = int(time.time())
        claims = {
            "sub": customer.id,
            "line_id": customer.line_id,
            "name": customer.name,
            "aud": audience,
            "iat": now,
            "exp": now + seconds,
        }
        return jwt.encode(claims, self._secret, algorithm="HS256")

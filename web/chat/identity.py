"""Identity tokens: the host site's word for who is logged in there."""

from __future__ import annotations

import logging
import time
from typing import Final

from prepayment.ports import Customer
from web.signed_tokens import read_token

logger = logging.getLogger(__name__)

IDENTITY_AUDIENCE: Final = "prepay-identity"
LONGEST_SECONDS: Final = 5 * 60
_CLOCK_SKEW_SECONDS: Final = 30
_LONGEST_TEXT: Final = 64  # as wide as the columns they go into


class IdentityTokens:
    """Reads identity tokens."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def customer(self, token: object) -> Customer | None:
        """Return whom a token names; None for one that is forged, foreign, over, or good for longer than allowed."""
        claims = read_token(token, secret=self._secret, audience=IDENTITY_AUDIENCE)
        if claims is None:
            return None
        if claims["exp"] - time.time() > LONGEST_SECONDS + _CLOCK_SKEW_SECONDS:
            logger.warning("the host site signs identity tokens that live longer than %d s", LONGEST_SECONDS)
            return None
        texts = [claims["sub"], claims.get("line_id"), claims.get("name")]
        if not all(isinstance(text, str) and 0 < len(text) <= _LONGEST_TEXT for text in texts):
            logger.warning("the host site signs identity tokens without sub, line_id or name")
            return None
        return Customer(id=claims["sub"], line_id=claims["line_id"], name=claims["name"])

"""Conversation tokens: who holds one may go on with the conversation it names."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final

import jwt

from web.signed_tokens import read_token

AUDIENCE: Final = "prepay-chat"
LIFETIME_SECONDS: Final = 24 * 60 * 60


@dataclass(frozen=True)
class SessionToken:
    """A token and when it ends (Unix seconds)."""

    text: str = field(repr=False)
    exp: int


class SessionTokens:
    """Signs and reads conversation tokens."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def issue(self, conversation_id: str) -> SessionToken:
        """Return a token for a conversation, good for 24 hours."""
        now = int(time.time())
        exp = now + LIFETIME_SECONDS
        claims = {"sub": conversation_id, "aud": AUDIENCE, "iat": now, "exp": exp}
        return SessionToken(jwt.encode(claims, self._secret, algorithm="HS256"), exp)

    def conversation_id(self, token: object) -> str | None:
        """Return the conversation a token names; None for a forged, foreign or old one."""
        claims = read_token(token, secret=self._secret, audience=AUDIENCE)
        return str(claims["sub"]) if claims else None

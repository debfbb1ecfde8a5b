"""Tokens as a host site's server signs them, and as nobody should."""

from __future__ import annotations

import time
from typing import Any

import jwt

from prepayment.ports import Customer


def signed(secret: str, *, algorithm: str = "HS256", **claims: Any) -> str:
    """Return a token with these claims; a claim of None is left out."""
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, secret, algorithm=algorithm)


def identity_token(customer: Customer, secret: str, **changes: Any) -> str:
    """Return an identity token as the host site signs it, for two minutes."""
    now = int(time.time())
    claims = {
        "sub": customer.id,
        "line_id": customer.line_id,
        "name": customer.name,
        "aud": "prepay-identity",
        "iat": now,
        "exp": now + 120,
    }
    return signed(secret, **{**claims, **changes})

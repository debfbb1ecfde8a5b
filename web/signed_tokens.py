"""Reading signed tokens (JWT, HS256): the one place that decides which are good."""

from __future__ import annotations

from typing import Any, Final

import jwt

_LONGEST: Final = 4096


def read_token(token: object, *, secret: str, audience: str) -> dict[str, Any] | None:
    """Return the claims of a token that is signed by us, for this use and not over; None for any other thing.

    The algorithm is pinned; ``sub``, ``aud``, ``iat`` and ``exp`` must be there.
    """
    if not isinstance(token, str) or not 0 < len(token) <= _LONGEST:
        return None
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            secret,
            algorithms=["HS256"],
            audience=audience,
            options={"require": ["sub", "aud", "iat", "exp"], "strict_aud": True},
        )
    except (jwt.InvalidTokenError, ValueError):
        return None
    return claims

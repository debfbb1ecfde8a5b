"""How often one may connect and speak."""

from __future__ import annotations

import math
import time
from typing import Final

from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.types import Scope

PER_CONVERSATION: Final = RateLimitItemPerSecond(20, 10, namespace="conversation")
# Many people can share an address: an office, a mobile network.
PER_ADDRESS: Final = RateLimitItemPerSecond(100, 10, namespace="address")
# Beneath a connection: a polling one that is upgraded, and a reconnect, are one each.
HANDSHAKES: Final = RateLimitItemPerMinute(240, namespace="handshakes")
CONNECTIONS: Final = RateLimitItemPerMinute(120, namespace="connections")


def address_of(scope: Scope) -> str:
    """Return the address that a request comes from."""
    client = scope.get("client")
    return str(client[0]) if client else "unknown"


class RateLimits:
    """Counts in this process's memory. Each check returns None when it is allowed, else the seconds to wait."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def handshake(self, address: str) -> int | None:
        """Count a transport that an address opens, whether or not a chat comes of it."""
        return self._hit(HANDSHAKES, address)

    def connect(self, address: str) -> int | None:
        """Count a connection, or a new conversation, of an address."""
        return self._hit(CONNECTIONS, address)

    def say(self, conversation_id: str, address: str) -> int | None:
        """Count something said."""
        wait = self._hit(PER_CONVERSATION, conversation_id)
        return wait if wait is not None else self._hit(PER_ADDRESS, address)

    def _hit(self, limit: RateLimitItem, who: str) -> int | None:
        if self._limiter.hit(limit, who):
            return None
        reset_at = self._limiter.get_window_stats(limit, who).reset_time
        return max(1, math.ceil(reset_at - time.time()))

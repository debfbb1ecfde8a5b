"""When to try again what failed."""

from __future__ import annotations

from datetime import datetime, timedelta

_FIRST = timedelta(seconds=1)
_MAX = timedelta(minutes=5)


def backoff(attempts: int, longest: timedelta = _MAX) -> timedelta:
    """Return how long to wait after so many failed attempts: doubling from a second, at most ``longest``."""
    doublings: int = 2 ** min(attempts - 1, 20)
    return min(_FIRST * doublings, longest)


class Failures:
    """Remembers, within one process, what failed how often and when it is due again: in ``longest`` at most."""

    def __init__(self, longest: timedelta = _MAX) -> None:
        self._longest = longest
        self._by_key: dict[str, tuple[int, datetime]] = {}

    def is_due(self, key: str, now: datetime) -> bool:
        """Whether it may be tried (again)."""
        failure = self._by_key.get(key)
        return failure is None or now >= failure[1]

    def failed(self, key: str, now: datetime) -> int:
        """Note a failure; returns the number of failures in a row."""
        attempts = self._by_key.get(key, (0, now))[0] + 1
        self._by_key[key] = (attempts, now + backoff(attempts, self._longest))
        return attempts

    def succeeded(self, key: str) -> None:
        """Forget the failures."""
        self._by_key.pop(key, None)
